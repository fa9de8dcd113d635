import { MikroORM } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { postgresMigrationDialect, type Schema } from '../../../migrations/step.ts';
import { migrationDatabase, type PostgresAddress, type PostgresConfig } from '../../config/database.ts';
import { labelOf } from '../../config/database-url.ts';
import { createLastUses } from '../sql/accounts/last-uses.ts';
import { announcing, boundTo, type Database } from '../sql/database.ts';
import { createUnitUses } from '../sql/knowledge/unit-uses.ts';
import type { LogChanges } from '../sql/log/log-changes.ts';
import type { Builder, Client } from '../sql/queries.ts';
import { type MigrationHost, requireKnown, runMigrations, stateOf, supervision } from '../sql/schema/migrate.ts';
import { SqlStore } from '../sql/sql-store.ts';
import type { DatabaseState, OpenOptions, ReplicaState, Store, StoreActivity } from '../store.ts';
import { servedTables, setPythonTablesAside } from './adoption.ts';
import { createCleaner } from './cleaner.ts';
import { openPool, poolSizesOf, queries } from './connection.ts';
import { postgresDialect } from './dialect.ts';
import { followVectors } from './followed-vectors.ts';
import { followServer } from './log-changes.ts';
import { createLogSource } from './log-source.ts';
import { type Maintenance, namingIn, openMaintenance, requireSameDatabase } from './maintenance.ts';
import { cancelOnAbort, takeMigrationLock } from './migration-lock.ts';
import { ormOptions } from './orm-options.ts';
import { pgvectorProblem, readPgvectorFacts, setUpPgvector } from './pgvector.ts';
import { PipelinedQueries } from './pipelined-queries.ts';
import { closeAll, connectionsOf, dropTogether } from './pool-connections.ts';
import { knownPrimariesOf } from './primaries.ts';
import { openSurvey, type PrimarySurvey } from './primary-survey.ts';
import { namingTheOwner, requirePrivileges, requireSchema, requireTableRights } from './privileges.ts';
import { readOnlyAddress, withReadOnly } from './read-only.ts';
import { openProbe, openProbePool, type Probe } from './readiness.ts';
import { checkOfConnections, withPrimaryFallback } from './replica-fallback.ts';
import { type ReplicaServer, type Replicas, requireRecentReplica, trackReplicas } from './replicas.ts';
import { createSchema, schemaExists } from './schema.ts';
import { followServerClock, type ServerClock } from './server-clock.ts';
import { requireSupportedServer } from './server-requirements.ts';
import type { SessionPool } from './session-pool.ts';
import { createUnitQueue, type UnitQueue } from './unit-queue.ts';
import { createWordIndex } from './word-index.ts';

/** What the stores over one set of connections share (a store in a transaction too). */
interface Connections {
  readonly pools: readonly Pool[];
  /** Those that requests and readiness checks wait for, by their names. */
  readonly named: Readonly<Record<string, Pool>>;
  readonly probe: Probe;
  readonly replicas: Replicas<Replica>;
  readonly survey: PrimarySurvey;
  readonly clock: ServerClock;
  readonly unitQueue: UnitQueue;
}

/** A read replica and its connections. */
interface Replica extends ReplicaServer {
  readonly reads: SessionPool;
  readonly pools: readonly Pool[];
}

/** A Store on PostgreSQL, which any number of processes may use at once. */
export class PostgresStore extends SqlStore {
  readonly #connections: Connections;
  /** For each replica, the same store with reads from it. */
  readonly #readers: ReadonlyMap<Replica, Store>;

  private constructor(db: Database, connections: Connections, readers: ReadonlyMap<Replica, Store>, reading = db) {
    super(db, reading);
    this.#connections = connections;
    this.#readers = readers;
  }

  /** Connects; with `migrate`, migrates the schema, one process at a time. */
  static async open(config: PostgresConfig, options: OpenOptions): Promise<Store> {
    const {
      migrate,
      empty,
      existing,
      anyVersion,
      readonly = false,
      progress = () => {},
      notify = () => {},
      signal,
    } = options;
    const watch = supervision(progress, signal);
    const shares = poolSizesOf(config.poolSize);
    const poolOf = (address: PostgresAddress, poolSize: number) =>
      openPool(readonly ? readOnlyAddress(address) : address, { ...config, poolSize });
    const writing = poolOf(config.primary, shares.writes);
    const ofReads = poolOf(config.primary, shares.reads);
    const probe = openProbe(config);
    dropTogether([writing, ofReads, probe.pool]);
    const servers = config.replicas.map((address) => openReplica(address, config, poolOf));
    const survey = openSurvey(config, notify);
    const [client, reading] = [queries(writing), queries(ofReads)];
    const maintenance = openMaintenance(config, { client, pool: writing });
    const pools = [
      ...[writing, ofReads, probe.pool],
      ...maintenance.pools,
      ...survey.pools,
      ...servers.flatMap((server) => server.pools),
    ];
    // the old primary may still answer, and must not be written to
    knownPrimariesOf(config.primary)?.onFailover(() => {
      for (const pool of [writing, ofReads, probe.pool]) connectionsOf(pool).dropAll();
    });
    await survey.run();
    const orm = await MikroORM.init(ormOptions(config.primary.database, client, watch));
    try {
      await requireSupportedServer(client);
      // one that the configuration names may have to be made
      if (config.schema === undefined) await requireSchema(client);
      if (!readonly) await maintenance.requireSameDatabase();
      if (migrate)
        await namingTheOwner(maintenance.client, () =>
          runMigrations({
            orm,
            dialect: postgresMigrationDialect,
            empty,
            existing,
            supervision: watch,
            withMigrationLock: withMigrationLock(maintenance, progress, signal),
            keepPythonTables: setPythonTablesAside,
          }),
        );
      if (!migrate || config.migration) {
        // as the role of requests, which may be another one than that of migrations
        if (config.schema !== undefined) await schemaExists(client, config.schema);
        await requireKnown(client, postgresMigrationDialect, anyVersion);
      }
      if (!anyVersion) await requireTableRights(client, servedTables, readonly ? 'read' : 'serve');
      const pgvector = await readPgvectorFacts(client);
      const vectors = followVectors(pgvector, () => readPgvectorFacts(client), notify);
      const replicas = trackReplicas(probe.client, servers, notify);
      const clock = await followServerClock(reading);
      const unitQueue = createUnitQueue(shares.writes, config.lockTimeoutMs);
      const named = {
        ...{ reads: ofReads, writes: writing, probe: probe.pool },
        ...Object.fromEntries(servers.map(({ reads }, at) => [`replica ${at + 1}`, reads])),
      };
      const connections = { pools, named, probe, replicas, survey, clock, unitQueue };
      const builder: Builder = { em: orm.em, placeholder: (n) => `$${n}` };
      const db = database(
        {
          write: new PipelinedQueries(client, builder),
          read: new PipelinedQueries(reading, builder),
          maintenance: new PipelinedQueries(maintenance.client, builder),
        },
        { vectors, vectorProblem: pgvectorProblem(pgvector) },
        clock,
        followServer(config, reading, notify),
        unitQueue.enter,
      );
      const check = checkOfConnections(replicas.requireRecent);
      const readers = servers.map((server) => {
        const client = withPrimaryFallback(queries(server.reads, check), reading, () =>
          replicas.markUnavailable(server),
        );
        const read = new PipelinedQueries(client, builder);
        return [
          server,
          new PostgresStore(db, connections, new Map(), {
            ...db,
            read,
            search: read,
            words: db.wordIndex.finder(read),
          }),
        ] as const;
      });
      return new PostgresStore(db, connections, new Map(readers));
    } catch (error) {
      survey.close();
      await closeAll(pools);
      throw error;
    }
  }

  /** The state of the database. Changes nothing. */
  static async inspect(config: PostgresConfig): Promise<DatabaseState> {
    const state = await withReadOnly(config, async (db) => {
      await requireSupportedServer(db);
      if (config.schema === undefined) await requireSchema(db);
      return stateOf(db, postgresMigrationDialect);
    });
    await withReadOnly(migrationDatabase(config), (db) => requireSameDatabase(config, db));
    if (state.kind !== 'current' && state.kind !== 'newer')
      await withReadOnly(migrationDatabase(config), async (db) => {
        const isMissing = config.schema !== undefined && !(await schemaExists(db, config.schema));
        if (!isMissing) await requirePrivileges(db);
      });
    return state;
  }

  /**
   * Throws `UnusableDatabaseError` where `address` is no replica of the primary, and `UnavailableError` where it lags too much to be
   * read from.
   */
  static async requireReplica(config: PostgresConfig, address: PostgresAddress): Promise<void> {
    const pools = [config.primary, address].map((server) => openProbePool(server, config)) as [
      SessionPool,
      SessionPool,
    ];
    try {
      await requireSupportedServer(queries(pools[1]));
      await requireRecentReplica(queries(pools[0]), queries(pools[1]));
    } finally {
      await closeAll(pools);
    }
  }

  override get replica(): Store {
    const replica = this.#readers.size > 0 ? this.#connections.replicas.pick() : null;
    return (replica && this.#readers.get(replica)) ?? this;
  }

  /** Those of the replicas too, each of which has its own. */
  protected override forgetFigures(): void {
    super.forgetFigures();
    for (const reader of this.#readers.values()) reader.stats.recent.forget();
  }

  protected override storeBoundTo(tx: Database): Store {
    return new PostgresStore(tx, this.#connections, new Map());
  }

  override get replicas(): readonly ReplicaState[] {
    return this.#connections.replicas.states();
  }

  activity(): StoreActivity {
    const pools = Object.entries(this.#connections.named).map(([name, pool]) => ({
      name,
      size: pool.options.max,
      busy: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
    }));
    return { pools, file: null };
  }

  async ping(): Promise<void> {
    await this.#connections.probe.check();
  }

  async backup(): Promise<void> {
    throw new Error('Back up PostgreSQL with its own tools: pg_dump, or those of your provider.');
  }

  async close(): Promise<void> {
    this.#connections.replicas.close();
    this.#connections.survey.close();
    this.#connections.clock.close();
    await this.db.logChanges.close();
    // who waits there has no connection yet
    await this.#connections.unitQueue.settled();
    await closeAll(this.#connections.pools);
  }
}

/** Opens connections to a replica: one for checks, the others for reads. */
function openReplica(
  address: PostgresAddress,
  config: PostgresConfig,
  poolOf: (address: PostgresAddress, poolSize: number) => SessionPool,
): Replica {
  const reads = poolOf(address, Math.max(1, config.poolSize - 1));
  const checks = openProbePool(address, config);
  const pools = [reads, checks];
  dropTogether(pools);
  return {
    label: labelOf(address),
    reads,
    pools,
    checks: queries(checks),
    drop() {
      for (const pool of pools) connectionsOf(pool).dropAll();
    },
  };
}

function database(
  { write, read, maintenance }: Pick<Database, 'write' | 'read' | 'maintenance'>,
  vectors: Pick<Database, 'vectors' | 'vectorProblem'>,
  clock: ServerClock,
  logChanges: LogChanges,
  unitQueue: Database['unitQueue'],
): Database {
  const wordIndex = createWordIndex();
  const db: Database = {
    write,
    read,
    search: read,
    shortRead: Number.POSITIVE_INFINITY,
    maintenance,
    wordIndex,
    words: wordIndex.finder(read),
    keyUses: createLastUses(),
    sessionUses: createLastUses(),
    userUses: createLastUses(),
    unitUses: createUnitUses(),
    unitRequests: createUnitUses(),
    now: () => clock.now(),
    dialect: postgresDialect,
    logs: createLogSource(read, write),
    logChanges,
    unitQueue,
    credentialChanges: { count: 0 },
    cleaner: createCleaner(maintenance),
    ...vectors,
    transaction: (work) => announcing(db, (tx) => work(boundTo(db, tx))),
    // each session commits by itself
    shortTransaction: (work) => db.transaction(work),
  };
  return db;
}

/** Runs migrations in one transaction under the migration lock; aborting `signal` cancels them. */
function withMigrationLock(
  { config, client, drop }: Maintenance,
  progress: (message: string) => void,
  signal?: AbortSignal,
): MigrationHost['withMigrationLock'] {
  return (work) =>
    namingIn(config, () =>
      inTransaction(client, (tx) => {
        const migrate = async () => {
          await takeMigrationLock(tx);
          if (config.schema !== undefined) await createSchema(tx, config.schema);
          const result = await work(tx);
          const failure = await setUpPgvector(tx);
          if (failure !== null) progress(`pgvector could not be set up: ${failure}`);
          return result;
        };
        return cancelOnAbort(tx, config, signal, migrate, drop);
      }),
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
