import type { ConnectionOptions } from 'node:tls';
import {
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresDialect,
  PostgresDriver,
  type QueryResult,
} from 'kysely';
import pg from 'pg';
import type { PostgresAddress, PostgresConfig } from '../../config/database.ts';
import type { Client } from '../sql/queries.ts';
import { translateError } from './driver-errors.ts';
import { SessionPool } from './session-pool.ts';
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

/** Opens a pool to one server, with the session settings of every connection. */
export function openPool(address: PostgresAddress, config: PostgresConfig): SessionPool {
  const { host, port, user, password, database, tls, applicationName } = address;
  const pool = new SessionPool(address, config, {
    host,
    port,
    user,
    password,
    database,
    ssl: tls as false | ConnectionOptions,
    application_name: applicationName,
    max: config.poolSize,
    connectionTimeoutMillis: address.connectTimeoutMs ?? config.connectTimeoutMs,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    types,
  });
  // an idle connection that the server closes is replaced by the next request, so that its error can be ignored
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** Kysely's PostgreSQL dialect, with translated errors: transient ones become `UnavailableError`. */
export class KyselyPostgresDialect extends PostgresDialect {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    super({ pool });
    this.#pool = pool;
  }

  override createDriver(): Driver {
    return new TranslatingDriver({ pool: this.#pool });
  }
}

/** A Kysely client over a pool. */
export function queries(pool: SessionPool): Client {
  const client: Client = new Kysely({ dialect: new KyselyPostgresDialect(pool) });
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
  override async acquireConnection(): Promise<DatabaseConnection> {
    try {
      return translated(await super.acquireConnection());
    } catch (error) {
      throw translateError(error);
    }
  }
}

const seen = new WeakSet<DatabaseConnection>();

/** The same connection, with errors of its queries translated. */
function translated(connection: DatabaseConnection): DatabaseConnection {
  if (seen.has(connection)) return connection;
  seen.add(connection);
  const execute = connection.executeQuery.bind(connection);
  connection.executeQuery = async <Row>(...query: Parameters<typeof execute>): Promise<QueryResult<Row>> => {
    try {
      return (await execute(...query)) as QueryResult<Row>;
    } catch (error) {
      throw translateError(error);
    }
  };
  return connection;
}
