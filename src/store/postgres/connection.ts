import {
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresDialect,
  type PostgresDialectConfig,
  PostgresDriver,
  type PostgresPool,
  type QueryResult,
} from 'kysely';
import pg from 'pg';
import type { PostgresAddress, PostgresConfig } from '../../config/database.ts';
import { OutcomeUnknownError, UnavailableError } from '../../errors.ts';
import { observedStatement, statements } from '../../observations/statement.ts';
import type { Client } from '../sql/queries.ts';
import type { DeadlineConfig } from './deadlines.ts';
import { isOutcomeUnknown, translateError } from './driver-errors.ts';
import { attemptCount, clientClass } from './failover-client.ts';
import { PipelinedClient, type TogetherClient } from './pipelined-client.ts';
import { trackConnections } from './pool-connections.ts';
import { SessionPool } from './session-pool.ts';
import { isReadOnly } from './session-settings.ts';
import { registerSessions } from './sessions.ts';

/** Parses values as the shared queries expect them: instants as ISO text with `Z`, bigints as numbers. */
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => {
  const [, date, time] = /^(\d{4}-\d\d-\d\d) ([\d:.]+)\+00$/.exec(text) ?? [];
  if (date === undefined)
    throw new Error(
      `The database holds an instant that is not of the years 1 to 9999, or is written in another way: ${text}.`,
    );
  return `${date}T${time}Z`;
});
types.setTypeParser(pg.types.builtins.INT8, Number);

/**
 * After this long without traffic the operating system begins to ask whether the server is still there, every second, ten times
 * (Node's own settings). That also keeps firewalls from forgetting an idle connection.
 */
const defaultKeepAliveMs = 10_000;

/** Opens a pool to one server, with the session settings of every connection. */
export function openPool(address: PostgresAddress, config: PostgresConfig): SessionPool {
  const { user, database, applicationName, keepAliveMs } = address;
  // 0, libpq's "for ever", would leave a request to what TCP waits
  const timeoutMs = address.connectTimeoutMs || config.connectTimeoutMs;
  const pool = new SessionPool(address, config, {
    Client: clientClass(address, timeoutMs),
    user,
    database,
    application_name: applicationName,
    max: config.poolSize,
    // for the wait in the pool's queue; a client that connects has `timeoutMs` for each host, and must be done first
    connectionTimeoutMillis: timeoutMs * attemptCount(address) + 100,
    client_encoding: 'utf8',
    idleTimeoutMillis: 60_000,
    keepAlive: keepAliveMs !== null,
    keepAliveInitialDelayMillis: keepAliveMs || defaultKeepAliveMs,
    types,
    limitMs: config.statementTimeoutMs,
    isReadOnly: isReadOnly(address),
  } as DeadlineConfig);
  trackConnections(pool);
  // an idle connection that the server closes is replaced by the next request, so that its error can be ignored
  pool.on('error', () => {});
  return pool;
}

/** Called with each connection before it is used; it is not used if this rejects. */
type ConnectionCheck = (connection: DatabaseConnection) => Promise<void>;

/** Kysely's PostgreSQL dialect, with translated errors: transient ones become `UnavailableError`. */
export class KyselyPostgresDialect extends PostgresDialect {
  readonly #pool: pg.Pool;
  readonly #check: ConnectionCheck | undefined;

  constructor(pool: pg.Pool, check?: ConnectionCheck) {
    super({ pool });
    this.#pool = pool;
    this.#check = check;
  }

  override createDriver(): Driver {
    return new TranslatingDriver({ pool: pipelined(this.#pool) }, this.#check);
  }
}

/** The same pool, whose connections take few round trips for a transaction. */
function pipelined(pool: pg.Pool): PostgresPool {
  const clients = new WeakMap<object, PipelinedClient>();
  const connect = async () => {
    const client = (await pool.connect()) as unknown as TogetherClient;
    const known = clients.get(client) ?? new PipelinedClient(client);
    clients.set(client, known);
    return known;
  };
  return { connect, end: () => pool.end(), options: pool.options } as unknown as PostgresPool;
}

/** A Kysely client over a pool. */
export function queries(pool: SessionPool, check?: ConnectionCheck): Client {
  const client: Client = new Kysely({ dialect: new KyselyPostgresDialect(pool, check) });
  registerSessions(client, pool);
  return client;
}

/** How the connections to the primary are divided. */
export interface PoolSizes {
  readonly reads: number;
  readonly writes: number;
  /** For readiness checks. */
  readonly probes: number;
}

/**
 * Divides `poolSize` connections into pools (a bulkhead): writers that wait for row locks leave connections to readers and to
 * the readiness check. Each pool has at least one connection, so that the total is at least three.
 */
export function poolSizesOf(poolSize: number): PoolSizes {
  const writes = Math.max(1, Math.floor(poolSize / 2));
  return { reads: Math.max(1, poolSize - writes - 1), writes, probes: 1 };
}

class TranslatingDriver extends PostgresDriver {
  readonly #check: ConnectionCheck | undefined;

  constructor(config: PostgresDialectConfig, check?: ConnectionCheck) {
    super(config);
    this.#check = check;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    const connection = await this.#connect();
    try {
      await this.#check?.(connection);
      return connection;
    } catch (error) {
      await super.releaseConnection(connection as Parameters<PostgresDriver['releaseConnection']>[0]);
      throw error;
    }
  }

  async #connect(): Promise<DatabaseConnection> {
    try {
      return translated(await super.acquireConnection());
    } catch (error) {
      throw translateError(error);
    }
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await super.commitTransaction(connection);
    } catch (error) {
      throw isOutcomeUnknown(error) ? new OutcomeUnknownError((error as UnavailableError).cause) : error;
    }
  }

  /** Where the connection is lost, the server rolls back, and the caller is to learn of the error that came first. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await super.rollbackTransaction(connection);
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
    }
  }
}

const seen = new WeakSet<DatabaseConnection>();

/** The same connection, with errors of its queries translated. */
function translated(connection: DatabaseConnection): DatabaseConnection {
  if (seen.has(connection)) return connection;
  seen.add(connection);
  const execute = connection.executeQuery.bind(connection);
  const run = async <Row>(...query: Parameters<typeof execute>): Promise<QueryResult<Row>> => {
    try {
      return (await execute(...query)) as QueryResult<Row>;
    } catch (error) {
      throw translateError(error);
    }
  };
  connection.executeQuery = <Row>(...query: Parameters<typeof execute>): Promise<QueryResult<Row>> =>
    statements.hasSubscribers
      ? observedStatement('postgresql', query[0], () => run<Row>(...query))
      : run<Row>(...query);
  return connection;
}
