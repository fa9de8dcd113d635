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
import { attemptCount, clientClass, isReadOnly } from './failover-client.ts';
import { searchSettings } from './vectors.ts';

/** Parses values as the shared queries expect them: instants as ISO text with `Z`, bigints as numbers. */
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => `${text.replace(' ', 'T').replace(/\+00$/, '')}Z`);
types.setTypeParser(pg.types.builtins.INT8, Number);

/** Session settings that results depend on, whatever the defaults of the database or the role are. */
const settings = [
  'timezone=UTC',
  'datestyle=ISO,MDY',
  'extra_float_digits=1',
  // invariants are protected by row locks, which wait; stricter isolation levels would fail with serialization errors
  'default_transaction_isolation=read\\ committed',
  // compiling a statement takes longer than running any of ours
  'jit=off',
  // without pgvector these are placeholders without effect
  ...searchSettings,
];

/** Opens a pool to one server, with the session settings of every connection. */
export function openPool(address: PostgresAddress, config: PostgresConfig): pg.Pool {
  const { user, database, applicationName, options, keepAliveMs } = address;
  const timeoutMs = address.connectTimeoutMs ?? config.connectTimeoutMs;
  const pool = new pg.Pool({
    Client: clientClass(address, timeoutMs),
    user,
    database,
    application_name: applicationName,
    options: [...[...settings, `lock_timeout=${config.lockTimeoutMs}`].map((setting) => `-c ${setting}`), options]
      .join(' ')
      .trim(),
    max: config.poolSize,
    // for the wait in the pool's queue; a client that connects has `timeoutMs` for each host, and must be done first
    connectionTimeoutMillis: timeoutMs === 0 ? 0 : timeoutMs * attemptCount(address) + 100,
    client_encoding: 'utf8',
    statement_timeout: config.statementTimeoutMs,
    idle_in_transaction_session_timeout: config.idleTransactionTimeoutMs,
    idleTimeoutMillis: 60_000,
    keepAlive: keepAliveMs !== null,
    keepAliveInitialDelayMillis: keepAliveMs ?? 0,
    types,
  });
  // an idle connection that the server closes is replaced by the next request, so that its error can be ignored
  pool.on('error', () => {});
  // the next connection may find the primary elsewhere
  pool.on('release', (_error, client) => {
    if (isReadOnly(client)) void client.end();
  });
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
export const queries = (pool: pg.Pool): Client => new Kysely({ dialect: new KyselyPostgresDialect(pool) });

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
