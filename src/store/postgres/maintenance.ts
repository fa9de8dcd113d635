import { type RawBuilder, sql } from 'kysely';
import { migrationDatabase, type PostgresConfig } from '../../config/database.ts';
import { UnavailableError, UnusableDatabaseError } from '../../errors.ts';
import type { Client } from '../sql/queries.ts';
import { openPool, queries } from './connection.ts';
import { connectionsOf } from './pool-connections.ts';
import type { SessionPool } from './session-pool.ts';

/** Connections for migrations and index builds: past a pooler, and as the owner of the tables, where the configuration says so. */
export interface Maintenance {
  readonly config: PostgresConfig;
  readonly client: Client;
  /** Pools that are to be closed with this. */
  readonly pools: readonly SessionPool[];
  /** Closes its connections at once; statements on them fail. */
  drop(): void;
  /** Throws unless they lead to the same database as the requests' connections. */
  requireSameDatabase(): Promise<void>;
}

/** Without a URL of their own these are `requests`, the connections of requests. */
export function openMaintenance(
  config: PostgresConfig,
  requests: { readonly client: Client; readonly pool: SessionPool },
): Maintenance {
  const own = migrationDatabase(config);
  if (!config.migration)
    return {
      config: own,
      client: requests.client,
      pools: [],
      drop: () => connectionsOf(requests.pool).dropAll(),
      requireSameDatabase: async () => {},
    };
  const pool = openPool(own.primary, { ...own, poolSize: 2 });
  const direct = queries(pool);
  return {
    config: own,
    client: direct,
    pools: [pool],
    drop: () => connectionsOf(pool).dropAll(),
    requireSameDatabase: () => compare(config, direct, requests.client),
  };
}

/** Throws unless `direct`, a client of the migrations' connections, leads to the same database as requests. */
export async function requireSameDatabase(config: PostgresConfig, direct: Client): Promise<void> {
  if (!config.migration) return;
  const pool = openPool(config.primary, { ...config, poolSize: 1 });
  try {
    await compare(config, direct, queries(pool));
  } finally {
    await pool.end();
  }
}

async function compare(config: PostgresConfig, direct: Client, primary: Client) {
  const own = migrationDatabase(config);
  // a schema that is named may be missing yet, or be one that the two roles may not both use, which has errors of its own
  const schema = config.schema === undefined ? sql`current_schema()` : sql`null`;
  const identity = await namingIn(own, () => identityOf(direct, schema));
  if (identity === (await identityOf(primary, schema))) return;
  await namingIn(own, async () => {
    throw new UnusableDatabaseError(
      `does not lead to the primary, database and schema of ${config.variable} (${config.label}): both must lead to the same tables.`,
    );
  });
}

const describe = ({ variable, label }: PostgresConfig) => `${variable} (${label})`;

/** Runs `work`; an `UnavailableError` that it throws gets this database's name. */
export async function namingIn<T>(config: PostgresConfig, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UnavailableError) error.database ??= describe(config);
    throw error;
  }
}

/** What is the same over each connection to one schema of one database, and nowhere else. */
async function identityOf(client: Client, schema: RawBuilder<unknown>): Promise<string> {
  const { rows } = await sql<{ identity: string; maySeeCluster: boolean }>`
    select json_build_array((select oid from pg_database where datname = current_database()), current_database(),
                            ${schema}, pg_is_in_recovery())::text as identity,
           has_function_privilege('pg_control_system()', 'execute') as "maySeeCluster"`.execute(client);
  const { identity, maySeeCluster } = rows[0] ?? { identity: '', maySeeCluster: false };
  if (!maySeeCluster) return identity;
  const cluster = await sql<{ id: string }>`select system_identifier::text as id from pg_control_system()`.execute(
    client,
  );
  return `${identity} in ${cluster.rows[0]?.id}`;
}
