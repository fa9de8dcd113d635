import { setTimeout as delay } from 'node:timers/promises';
import { MikroORM } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { Pool } from 'pg';
import { postgresMigrationDialect, type Schema } from '../../../migrations/step.ts';
import type { PostgresAddress, PostgresConfig } from '../../config/database.ts';
import { createKeyUses } from '../sql/accounts/api-key-uses.ts';
import { type Database, within } from '../sql/database.ts';
import type { Vectors } from '../sql/embeddings/vectors.ts';
import { type Builder, type Client, Queries } from '../sql/queries.ts';
import { type MigrationHost, requireKnown, runMigrations, stateOf, supervision } from '../sql/schema/migrate.ts';
import { createTermStatistics } from '../sql/search/term-statistics.ts';
import { SqlStore } from '../sql/sql-store.ts';
import type { DatabaseState, OpenOptions, Store } from '../store.ts';
import { keepTables } from './adoption.ts';
import { migrationLock } from './advisory-lock.ts';
import { openPool, queries, sharesOf } from './connection.ts';
import { postgresDialect } from './dialect.ts';
import { onlyReading, ormOptions } from './orm-options.ts';
import { openProbe, type Probe } from './readiness.ts';
import { withPrimaryFallback } from './replica-fallback.ts';
import { followReplicas, type Replicas } from './replicas.ts';
import { requireRights } from './rights.ts';
import { createTable, createVectors, isThere } from './vectors.ts';
import { wordIndex } from './word-index.ts';

/** What the stores on one set of connections share. */
interface Connections {
  readonly pools: readonly Pool[];
  readonly probe: Probe;
  readonly replicas: Replicas;
}

/** A Store on PostgreSQL, which any number of processes may use at once. */
export class PostgresStore extends SqlStore {
  readonly #connections: Connections;
  /** The same store, reading from one replica each. */
  readonly #readers: ReadonlyMap<Client, Store>;

  private constructor(db: Database, connections: Connections, readers: ReadonlyMap<Client, Store>, reading = db) {
    super(db, reading);
    this.#connections = connections;
    this.#readers = readers;
  }

  /** Connects; with `migrate`, brings the schema up to date, one process at a time. */
  static async open(config: PostgresConfig, options: OpenOptions): Promise<Store> {
    const { migrate, empty, existing, anyVersion, readonly = false, progress = () => {}, signal } = options;
    const watch = supervision(progress, signal);
    const shares = sharesOf(config.poolSize);
    const poolOf = (address: PostgresAddress, poolSize: number) =>
      openPool(readonly ? onlyReading(address) : address, { ...config, poolSize });
    const clients = [
      poolOf(config.primary, shares.writes),
      poolOf(config.primary, shares.reads),
      ...config.replicas.map((address) => poolOf(address, config.poolSize)),
    ];
    const probe = openProbe(config);
    const pools = [...clients, probe.pool];
    const [client, reading, ...copies] = clients.map((pool) => queries(pool)) as [Client, Client, ...Client[]];
    const orm = await MikroORM.init(ormOptions(config.primary.database, client, copies, watch));
    try {
      if (migrate)
        await runMigrations({
          orm,
          side: postgresMigrationDialect,
          empty,
          existing,
          supervision: watch,
          alone: alone(orm, config, signal),
          keep: keepTables,
        });
      else await requireKnown(client, postgresMigrationDialect, anyVersion);
      const vectors = await findVectors(client);
      const replicas = followReplicas(reading, copies, () => orm.em.getConnection('read').getClient() as Client);
      const connections = { pools, probe, replicas };
      const builder: Builder = { em: orm.em, placeholder: (n) => `$${n}` };
      const db = database({ write: new Queries(client, builder), read: new Queries(reading, builder), vectors });
      const readers = copies.map((copy) => {
        const read = new Queries(
          withPrimaryFallback(copy, reading, () => replicas.fails(copy)),
          builder,
        );
        return [copy, new PostgresStore(db, connections, new Map(), { ...db, read, search: read })] as const;
      });
      return new PostgresStore(db, connections, new Map(readers));
    } catch (error) {
      await closeAll(pools);
      throw error;
    }
  }

  /** What is in the database, which stays as it is. */
  static async inspect(config: PostgresConfig): Promise<DatabaseState> {
    const pool = openPool(onlyReading(config.primary), config);
    try {
      const db = queries(pool);
      const state = await stateOf(db, postgresMigrationDialect);
      if (state.kind !== 'current' && state.kind !== 'newer') await requireRights(db);
      return state;
    } finally {
      await closeAll([pool]);
    }
  }

  override get replica(): Store {
    const copy = this.#readers.size > 0 ? this.#connections.replicas.pick() : null;
    return (copy && this.#readers.get(copy)) ?? this;
  }

  protected override bound(tx: Database): Store {
    return new PostgresStore(tx, this.#connections, new Map());
  }

  async ping(): Promise<void> {
    await this.#connections.probe.ask();
  }

  async backup(): Promise<void> {
    throw new Error('PostgreSQL is backed up with its own tools: pg_dump, or what your provider has.');
  }

  async close(): Promise<void> {
    this.#connections.replicas.close();
    await closeAll(this.#connections.pools);
  }
}

/**
 * The pools themselves: what is asked of them afterwards fails as if the database were away. Not before everybody who waits
 * for a connection has got one or given up: a pool that ends gives out none.
 */
async function closeAll(pools: readonly Pool[]) {
  await Promise.all(
    pools.map(async (pool) => {
      while (pool.waitingCount > 0) await delay(5);
      if (!pool.ending) await pool.end();
    }),
  );
}

function database({ write, read, vectors }: Pick<Database, 'write' | 'read' | 'vectors'>): Database {
  const db: Database = {
    write,
    read,
    search: read,
    words: wordIndex,
    terms: createTermStatistics(),
    keyUses: createKeyUses(),
    dialect: postgresDialect,
    vectors,
    transaction: (work) => write.transaction((tx) => work(within(db, tx))),
  };
  return db;
}

/** Under a lock that lasts as long as the transaction, and without the limits that are meant for requests. */
function alone(orm: MikroORM, config: PostgresConfig, signal?: AbortSignal): MigrationHost['alone'] {
  return (work) =>
    orm.em.getConnection().transactional((transaction) => {
      const tx = transaction as unknown as Schema;
      return unlessAborted(tx, config, signal, async () => {
        await postgresDialect.disableStatementTimeout(tx);
        await sql`select pg_advisory_xact_lock(${sql.lit(migrationLock)})`.execute(tx);
        const result = await work(tx);
        await offerVectors(tx);
        return result;
      });
    });
}

/** How often to cancel what is running: between two statements there is nothing to cancel. */
const cancelEveryMs = 100;

/** Does `work`, whose statements are cancelled when the signal comes: one may wait for a lock, or run, for minutes. */
async function unlessAborted<T>(
  tx: Schema,
  config: PostgresConfig,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  if (!signal) return work();
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
  const pid = rows[0]?.pid;
  const ended = new AbortController();
  let cancelling: Promise<void> | undefined;
  const cancel = async () => {
    // not of the pool, which may have this one connection only
    const pool = openPool(config.primary, { ...config, poolSize: 1 });
    try {
      for (; !ended.signal.aborted; await delay(cancelEveryMs)) await pool.query('select pg_cancel_backend($1)', [pid]);
    } catch {
      // the database is away, and with it what was to be cancelled
    } finally {
      await pool.end();
    }
  };
  const begin = () => {
    cancelling = cancel();
  };
  signal.addEventListener('abort', begin, { once: true });
  try {
    const result = await work();
    signal.throwIfAborted();
    return result;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    ended.abort();
    signal.removeEventListener('abort', begin);
    // the next statement of this connection is nobody's to cancel
    await cancelling;
  }
}

/** Creates the extension for vectors, and its table, where that is allowed. Where it is not, all but search by meaning works. */
async function offerVectors(tx: Schema) {
  const { rows } = await sql`select from pg_available_extensions where name = 'vector'`.execute(tx);
  if (rows.length === 0) return;
  await sql`savepoint vectors`.execute(tx);
  try {
    await sql`create extension if not exists vector`.execute(tx);
    await createTable(tx);
  } catch {
    await sql`rollback to savepoint vectors`.execute(tx);
  }
}

async function findVectors(client: Client): Promise<Vectors | null> {
  const { rows } = await sql<{ version: string }>`
    select extversion as version from pg_extension
     where extname = 'vector' and ${isThere}`.execute(client);
  return rows[0] ? createVectors(`pgvector ${rows[0].version}`) : null;
}
