import { setTimeout as delay } from 'node:timers/promises';
import { MikroORM } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { postgresMigrationDialect, type Schema } from '../../../migrations/step.ts';
import type { PostgresAddress, PostgresConfig } from '../../config/database.ts';
import { createKeyUses } from '../sql/accounts/api-key-uses.ts';
import { boundTo, type Database } from '../sql/database.ts';
import { type Builder, type Client, Queries } from '../sql/queries.ts';
import { type MigrationHost, requireKnown, runMigrations, stateOf, supervision } from '../sql/schema/migrate.ts';
import { createTermStatistics } from '../sql/search/term-statistics.ts';
import { SqlStore } from '../sql/sql-store.ts';
import type { DatabaseState, OpenOptions, Store } from '../store.ts';
import { servedTables, setPythonTablesAside } from './adoption.ts';
import { openPool, poolSizesOf, queries } from './connection.ts';
import { postgresDialect } from './dialect.ts';
import { cancelOnAbort, takeMigrationLock } from './migration-lock.ts';
import { ormOptions, readOnlyAddress } from './orm-options.ts';
import { type PgvectorFacts, pgvectorProblem, readPgvectorFacts, setUpPgvector, usablePgvector } from './pgvector.ts';
import { namingTheOwner, requirePrivileges, requireSchema, requireTableRights } from './privileges.ts';
import { openProbe, type Probe } from './readiness.ts';
import { withPrimaryFallback } from './replica-fallback.ts';
import { type Replicas, trackReplicas } from './replicas.ts';
import { followServerClock, type ServerClock } from './server-clock.ts';
import { requireSupportedServer } from './server-requirements.ts';
import { createVectors } from './vectors.ts';
import { wordIndex } from './word-index.ts';

/** What the stores over one set of connections share (a store in a transaction too). */
interface Connections {
  readonly pools: readonly Pool[];
  readonly probe: Probe;
  readonly replicas: Replicas;
  readonly clock: ServerClock;
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
    const pools = [...clients, probe.pool];
    const [client, reading, ...replicaClients] = clients.map((pool) => queries(pool)) as [Client, Client, ...Client[]];
    const orm = await MikroORM.init(ormOptions(config.primary.database, client, replicaClients, watch));
    try {
      await requireSupportedServer(client);
      await requireSchema(client);
      if (migrate)
        await namingTheOwner(client, () =>
          runMigrations({
            orm,
            dialect: postgresMigrationDialect,
            empty,
            existing,
            supervision: watch,
            withMigrationLock: withMigrationLock(orm, config, progress, signal),
            keepPythonTables: setPythonTablesAside,
          }),
        );
      else await requireKnown(client, postgresMigrationDialect, anyVersion);
      if (!anyVersion) await requireTableRights(client, servedTables, readonly ? 'read' : 'serve');
      const pgvector = await readPgvectorFacts(client);
      const replicas = trackReplicas(reading, replicaClients, () => orm.em.getConnection('read').getClient() as Client);
      const clock = await followServerClock(reading);
      const connections = { pools, probe, replicas, clock };
      const builder: Builder = { em: orm.em, placeholder: (n) => `$${n}` };
      const db = database(new Queries(client, builder), new Queries(reading, builder), pgvector, clock);
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
    const pool = openPool(readOnlyAddress(config.primary), config);
    try {
      const db = queries(pool);
      await requireSupportedServer(db);
      await requireSchema(db);
      const state = await stateOf(db, postgresMigrationDialect);
      if (state.kind !== 'current' && state.kind !== 'newer') await requirePrivileges(db);
      return state;
    } finally {
      await closeAll([pool]);
    }
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
    this.#connections.clock.close();
    await closeAll(this.#connections.pools);
  }
}

/**
 * Drains and ends the pools; later queries throw `UnavailableError`. Waits first until no client waits for a connection, since
 * an ending pool hands out none.
 */
async function closeAll(pools: readonly Pool[]) {
  await Promise.all(
    pools.map(async (pool) => {
      while (pool.waitingCount > 0) await delay(5);
      if (!pool.ending) await pool.end();
    }),
  );
}

function database(write: Queries, read: Queries, facts: PgvectorFacts, clock: ServerClock): Database {
  const pgvector = usablePgvector(facts);
  const db: Database = {
    write,
    read,
    search: read,
    wordIndex,
    termStatistics: createTermStatistics(),
    keyUses: createKeyUses(),
    now: () => clock.now(),
    dialect: postgresDialect,
    vectors: pgvector && createVectors(pgvector),
    vectorProblem: pgvectorProblem(facts),
    transaction: (work) => write.transaction((tx) => work(boundTo(db, tx))),
  };
  return db;
}

/** Runs migrations in one transaction under the migration lock; aborting `signal` cancels them. */
function withMigrationLock(
  orm: MikroORM,
  config: PostgresConfig,
  progress: (message: string) => void,
  signal?: AbortSignal,
): MigrationHost['withMigrationLock'] {
  return (work) =>
    orm.em.getConnection().transactional((transaction) => {
      const tx = transaction as unknown as Schema;
      return cancelOnAbort(tx, config, signal, async () => {
        await takeMigrationLock(tx);
        const result = await work(tx);
        const failure = await setUpPgvector(tx);
        if (failure !== null) progress(`pgvector could not be set up: ${failure}`);
        return result;
      });
    });
}
