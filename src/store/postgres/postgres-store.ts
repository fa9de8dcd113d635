import { setTimeout as delay } from 'node:timers/promises';
import { MikroORM } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { postgresMigrationDialect, type Schema } from '../../../migrations/step.ts';
import { migrationDatabase, type PostgresAddress, type PostgresConfig } from '../../config/database.ts';
import { createKeyUses } from '../sql/accounts/api-key-uses.ts';
import { boundTo, type Database } from '../sql/database.ts';
import type { Vectors } from '../sql/embeddings/vectors.ts';
import { type Builder, type Client, Queries } from '../sql/queries.ts';
import { type MigrationHost, requireKnown, runMigrations, stateOf, supervision } from '../sql/schema/migrate.ts';
import { createTermStatistics } from '../sql/search/term-statistics.ts';
import { SqlStore } from '../sql/sql-store.ts';
import type { DatabaseState, OpenOptions, Store } from '../store.ts';
import { setPythonTablesAside } from './adoption.ts';
import { openPool, poolSizesOf, queries } from './connection.ts';
import { postgresDialect } from './dialect.ts';
import { type Maintenance, namingIn, openMaintenance, requireSameDatabase } from './maintenance.ts';
import { cancelOnAbort, takeMigrationLock } from './migration-lock.ts';
import { ormOptions, readOnlyAddress } from './orm-options.ts';
import { requirePrivileges } from './privileges.ts';
import { openProbe, type Probe } from './readiness.ts';
import { withPrimaryFallback } from './replica-fallback.ts';
import { type Replicas, trackReplicas } from './replicas.ts';
import { createSchema, schemaExists } from './schema.ts';
import type { SessionPool } from './session-pool.ts';
import { createVectors, createVectorTable, vectorTableExists } from './vectors.ts';
import { wordIndex } from './word-index.ts';

/** What the stores over one set of connections share (a store in a transaction too). */
interface Connections {
  readonly pools: readonly SessionPool[];
  readonly probe: Probe;
  readonly replicas: Replicas;
}

/** A Store on PostgreSQL, which any number of processes may use at once. */
export class PostgresStore extends SqlStore {
  readonly #connections: Connections;
  /** For each replica's client, the same store with reads from that replica. */
  readonly #readers: ReadonlyMap<Client, Store>;

  private constructor(db: Database, connections: Connections, readers: ReadonlyMap<Client, Store>, reading = db) {
    super(db, reading);
    this.#connections = connections;
    this.#readers = readers;
  }

  /** Connects; with `migrate`, migrates the schema, one process at a time. */
  static async open(config: PostgresConfig, options: OpenOptions): Promise<Store> {
    const { migrate, empty, existing, anyVersion, readonly = false, progress = () => {}, signal } = options;
    const watch = supervision(progress, signal);
    const shares = poolSizesOf(config.poolSize);
    const poolOf = (address: PostgresAddress, poolSize: number) =>
      openPool(readonly ? readOnlyAddress(address) : address, { ...config, poolSize });
    const clients = [
      poolOf(config.primary, shares.writes),
      poolOf(config.primary, shares.reads),
      ...config.replicas.map((address) => poolOf(address, config.poolSize)),
    ];
    const probe = openProbe(config);
    const [client, reading, ...replicaClients] = clients.map((pool) => queries(pool)) as [Client, Client, ...Client[]];
    const maintenance = openMaintenance(config, client);
    const pools = [...clients, probe.pool, ...maintenance.pools];
    const orm = await MikroORM.init(ormOptions(config.primary.database, client, replicaClients, watch));
    try {
      if (!readonly) await maintenance.requireSameDatabase();
      if (migrate)
        await runMigrations({
          orm,
          dialect: postgresMigrationDialect,
          empty,
          existing,
          supervision: watch,
          withMigrationLock: withMigrationLock(maintenance, signal),
          keepPythonTables: setPythonTablesAside,
        });
      if (!migrate || config.migration) {
        // as the role of requests, which may be another one than that of migrations
        if (config.schema !== undefined) await schemaExists(client, config.schema);
        await requireKnown(client, postgresMigrationDialect, anyVersion);
      }
      const vectors = await detectVectors(client);
      const replicas = trackReplicas(reading, replicaClients, () => orm.em.getConnection('read').getClient() as Client);
      const connections = { pools, probe, replicas };
      const builder: Builder = { em: orm.em, placeholder: (n) => `$${n}` };
      const db = database({
        write: new Queries(client, builder),
        read: new Queries(reading, builder),
        maintenance: new Queries(maintenance.client, builder),
        vectors,
      });
      const readers = replicaClients.map((replica) => {
        const read = new Queries(
          withPrimaryFallback(replica, reading, () => replicas.markUnavailable(replica)),
          builder,
        );
        return [replica, new PostgresStore(db, connections, new Map(), { ...db, read, search: read })] as const;
      });
      return new PostgresStore(db, connections, new Map(readers));
    } catch (error) {
      await closeAll(pools);
      throw error;
    }
  }

  /** The state of the database. Changes nothing. */
  static async inspect(config: PostgresConfig): Promise<DatabaseState> {
    const state = await reading(config, (db) => stateOf(db, postgresMigrationDialect));
    await reading(migrationDatabase(config), (db) => requireSameDatabase(config, db));
    if (state.kind !== 'current' && state.kind !== 'newer')
      await reading(migrationDatabase(config), async (db) => {
        const isMissing = config.schema !== undefined && !(await schemaExists(db, config.schema));
        if (!isMissing) await requirePrivileges(db);
      });
    return state;
  }

  override get replica(): Store {
    const replica = this.#readers.size > 0 ? this.#connections.replicas.pick() : null;
    return (replica && this.#readers.get(replica)) ?? this;
  }

  protected override storeBoundTo(tx: Database): Store {
    return new PostgresStore(tx, this.#connections, new Map());
  }

  async ping(): Promise<void> {
    await this.#connections.probe.check();
  }

  async backup(): Promise<void> {
    throw new Error('Back up PostgreSQL with its own tools: pg_dump, or those of your provider.');
  }

  async close(): Promise<void> {
    this.#connections.replicas.close();
    await closeAll(this.#connections.pools);
  }
}

/**
 * Drains and ends the pools; later queries throw `UnavailableError`. Waits first until no client waits for a connection, since
 * an ending pool hands out none.
 */
async function closeAll(pools: readonly SessionPool[]) {
  await Promise.all(
    pools.map(async (pool) => {
      while (pool.waitingCount > 0) await delay(5);
      if (!pool.ending) await pool.end();
    }),
  );
}

/** Runs `work` over one read-only connection. */
async function reading<T>(config: PostgresConfig, work: (db: Client) => Promise<T>): Promise<T> {
  const pool = openPool(readOnlyAddress(config.primary), { ...config, poolSize: 1 });
  try {
    return await namingIn(config, () => work(queries(pool)));
  } finally {
    await closeAll([pool]);
  }
}

function database({
  write,
  read,
  maintenance,
  vectors,
}: Pick<Database, 'write' | 'read' | 'maintenance' | 'vectors'>): Database {
  const db: Database = {
    write,
    read,
    search: read,
    maintenance,
    wordIndex,
    termStatistics: createTermStatistics(),
    keyUses: createKeyUses(),
    dialect: postgresDialect,
    vectors,
    transaction: (work) => write.transaction((tx) => work(boundTo(db, tx))),
  };
  return db;
}

/** Runs migrations in one transaction under the migration lock; aborting `signal` cancels them. */
function withMigrationLock({ config, client }: Maintenance, signal?: AbortSignal): MigrationHost['withMigrationLock'] {
  return (work) =>
    namingIn(config, () =>
      inTransaction(client, (tx) =>
        cancelOnAbort(tx, config, signal, async () => {
          await takeMigrationLock(tx);
          if (config.schema !== undefined) await createSchema(tx, config.schema);
          const result = await work(tx);
          await createVectorTableIfAllowed(tx);
          return result;
        }),
      ),
    );
}

/** Runs `work` in a transaction that has savepoints, in which the ORM wraps each migration. */
async function inTransaction<T>(client: Client, work: (tx: Schema) => Promise<T>): Promise<T> {
  const tx = await client.startTransaction().execute();
  try {
    const result = await work(tx as Schema);
    await tx.commit().execute();
    return result;
  } catch (error) {
    // where the connection is broken, there is nothing left to roll back
    if (!tx.isCommitted)
      await tx
        .rollback()
        .execute()
        .catch(() => {});
    throw error;
  }
}

/**
 * Creates the extension pgvector and the vector table, where the role may; without them everything but semantic search works.
 */
async function createVectorTableIfAllowed(tx: Schema) {
  const { rows } = await sql`select from pg_available_extensions where name = 'vector'`.execute(tx);
  if (rows.length === 0) return;
  await sql`savepoint vectors`.execute(tx);
  try {
    await sql`create extension if not exists vector`.execute(tx);
    await createVectorTable(tx);
  } catch {
    await sql`rollback to savepoint vectors`.execute(tx);
  }
}

/** The vector storage, if the extension and the table exist; else null. */
async function detectVectors(client: Client): Promise<Vectors | null> {
  const { rows } = await sql<{ version: string }>`
    select extversion as version from pg_extension
     where extname = 'vector' and ${vectorTableExists}`.execute(client);
  return rows[0] ? createVectors(`pgvector ${rows[0].version}`) : null;
}
