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
import { failure } from './failures.ts';
import { searchSettings } from './vectors.ts';

/** Values as the shared queries expect them: instants as ISO text with `Z`, whole numbers as numbers. */
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => `${text.replace(' ', 'T').replace(/\+00$/, '')}Z`);
types.setTypeParser(pg.types.builtins.INT8, Number);

/** Settings of a session that our answers depend on; the database or the role may have others. */
const settings = [
  'timezone=UTC',
  'datestyle=ISO,MDY',
  'extra_float_digits=1',
  // what must hold when many act at once is held by rows; stricter levels would fail where waiting does
  'default_transaction_isolation=read\\ committed',
  // compiling a statement takes longer than any of ours runs
  'jit=off',
  // settings of pgvector's are only names where that is not installed
  ...searchSettings,
];

/** A pool with the settings that every connection of ours has, whatever the server's own are. */
export function openPool(address: PostgresAddress, config: PostgresConfig): pg.Pool {
  const { host, port, user, password, database, tls, applicationName, options } = address;
  const pool = new pg.Pool({
    host,
    port,
    user,
    password,
    database,
    ssl: tls as false | ConnectionOptions,
    application_name: applicationName,
    options: [...[...settings, `lock_timeout=${config.lockTimeoutMs}`].map((setting) => `-c ${setting}`), options]
      .join(' ')
      .trim(),
    max: config.poolSize,
    connectionTimeoutMillis: address.connectTimeoutMs ?? config.connectTimeoutMs,
    statement_timeout: config.statementTimeoutMs,
    idle_in_transaction_session_timeout: config.idleTransactionTimeoutMs,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    types,
  });
  // a connection that the server ends while nobody uses it is replaced by the next request; nobody needs to hear of it
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** Kysely over a pool, where errors that mean "not now" come out as `UnavailableError`. */
export class Dialect extends PostgresDialect {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    super({ pool });
    this.#pool = pool;
  }

  override createDriver(): Driver {
    return new TranslatingDriver({ pool: this.#pool });
  }
}

export const queries = (pool: pg.Pool): Client => new Kysely({ dialect: new Dialect(pool) });

/** How many connections are for what. */
export interface Shares {
  readonly reads: number;
  readonly writes: number;
  /** For who asks whether the database is there. */
  readonly probes: number;
}

/**
 * The connections to the primary: those who wait for each other's rows leave readers and probes theirs. Of one or two
 * connections there is one for each all the same.
 */
export function sharesOf(poolSize: number): Shares {
  const writes = Math.max(1, Math.floor(poolSize / 2));
  return { reads: Math.max(1, poolSize - writes - 1), writes, probes: 1 };
}

class TranslatingDriver extends PostgresDriver {
  override async acquireConnection(): Promise<DatabaseConnection> {
    try {
      return translated(await super.acquireConnection());
    } catch (error) {
      throw failure(error);
    }
  }
}

const seen = new WeakSet<DatabaseConnection>();

/** The same connection, whose queries throw what the Store promises to throw. */
function translated(connection: DatabaseConnection): DatabaseConnection {
  if (seen.has(connection)) return connection;
  seen.add(connection);
  const execute = connection.executeQuery.bind(connection);
  connection.executeQuery = async <Row>(...query: Parameters<typeof execute>): Promise<QueryResult<Row>> => {
    try {
      return (await execute(...query)) as QueryResult<Row>;
    } catch (error) {
      throw failure(error);
    }
  };
  return connection;
}
