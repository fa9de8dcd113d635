import { existsSync, rmSync, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { MikroORM } from '@mikro-orm/sqlite';
import { type Schema, sqliteMigrationDialect } from '../../../migrations/step.ts';
import { UnavailableError } from '../../errors.ts';
import { syncFile } from '../../sync.ts';
import { createLastUses } from '../sql/accounts/last-uses.ts';
import { announcing, boundTo, type Database } from '../sql/database.ts';
import { createUnitUses } from '../sql/knowledge/unit-uses.ts';
import { type Builder, type Client, Queries } from '../sql/queries.ts';
import { requireCurrent, requireKnown, runMigrations, stateOf, supervision } from '../sql/schema/migrate.ts';
import { SqlStore } from '../sql/sql-store.ts';
import type { DatabaseState, FileSizes, OpenOptions, Store, StoreActivity } from '../store.ts';
import { requireIntact, requireRoom } from './check-copy.ts';
import { type Checkpoints, createCheckpoints } from './checkpoints.ts';
import { createCleaner } from './cleaner.ts';
import { disableBusyTimeout, type Handle, lockWaitMs, openHandle, openReadOnly } from './connection.ts';
import { sqliteDialect } from './dialect.ts';
import { translateError, translatingErrors } from './driver-errors.ts';
import { enableWal, queries, queriesTogether, vectorEngine } from './kysely-driver.ts';
import type { LockWait } from './lock-wait.ts';
import { followFile } from './log-changes.ts';
import { createLogSource } from './log-source.ts';
import { ormOptions } from './orm-options.ts';
import { backUpBeforeAdoption } from './pre-adoption-backup.ts';
import { createPrivateFile, ensurePrivateFile } from './private-file.ts';
import { requireFile } from './require-file.ts';
import { createSearchThreads, type SearchThreads } from './search-threads.ts';
import { createVectors } from './vectors.ts';
import { createWordIndex } from './word-index.ts';
import { Writer } from './writer.ts';

/** So many rows take about as long as a question to a thread of searches, 0.1 to 0.2 ms. */
const maxShortRead = 100;

/** A database in memory that begins as something else than an empty one. */
export interface InMemory {
  /** What `imageOf` answered for another database in memory. */
  readonly image?: Uint8Array;
  /** The clock of the database; that of this machine unless given. */
  readonly now?: () => Date;
}

/** Connections that the stores over one file share (a store in a transaction too). */
interface Connections {
  readonly writer: Handle;
  readonly turns: Writer;
  readonly reader: Handle;
  /** Null in memory, since other threads cannot see that database, and in a read-only store. */
  readonly searches: SearchThreads | null;
  /** Null where `searches` is. */
  readonly checkpoints: Checkpoints | null;
}

/**
 * A Store in one SQLite file, or in memory (`:memory:`). Writes are serialised; reads do not wait for them, nor for searches.
 */
export class SqliteStore extends SqlStore {
  readonly #connections: Connections;

  private constructor(db: Database, connections: Connections) {
    super(db);
    this.#connections = connections;
  }

  /** Opens a database in memory. Throws `UnusableDatabaseError` for the image of one in another version; without an image, it is migrated. */
  static openInMemory(
    { image, now }: InMemory,
    options: Omit<OpenOptions, 'migrate' | 'existing'> = {},
  ): Promise<Store> {
    const opening = { ...options, migrate: image === undefined, existing: false };
    return SqliteStore.open(':memory:', opening, lockWaitMs, { image, now });
  }

  /** The bytes of a database in memory, by which another one begins as this one is now. */
  static imageOf(store: Store): Uint8Array {
    if (!(store instanceof SqliteStore) || !store.#connections.writer.memory)
      throw new Error('only a database in memory has an image');
    return store.#connections.writer.serialize();
  }

  /**
   * Opens the file; with `migrate`, creates it and its folder where they are missing, and migrates the schema. Writers wait
   * `lockTimeoutMs` for a lock.
   */
  static async open(
    file: string,
    options: OpenOptions,
    lockTimeoutMs = lockWaitMs,
    { image, now = () => new Date() }: InMemory = {},
  ): Promise<Store> {
    const { migrate, empty, existing = !migrate, anyVersion, readonly = false, progress = () => {}, signal } = options;
    const inMemory = file === ':memory:';
    if (existing) requireFile(file);
    else if (!inMemory) ensurePrivateFile(file);
    const inode = inMemory ? null : statSync(file).ino;
    const writer = translatingErrors(() =>
      readonly ? openReadOnly(file) : openHandle(image ?? file, { mustExist: existing }),
    );
    // no deadline while another process migrates the file, which may take minutes
    const lockWait: LockWait = {
      timeoutMs: lockTimeoutMs,
      signal,
      onWaiting: () => progress('another process is working on the database; waiting for it'),
    };
    const watch = supervision(progress, signal);
    const turns = new Writer(writer, lockWait);
    const orm = await MikroORM.init(ormOptions(file, turns, watch));
    try {
      // the ORM's own client, so that all writes go through one queue
      const write = orm.em.getConnection().getClient() as Client;
      if (migrate)
        await runMigrations({
          orm,
          dialect: sqliteMigrationDialect,
          empty,
          existing,
          supervision: watch,
          withMigrationLock: (work) => orm.em.getConnection().transactional((tx) => work(tx as unknown as Schema)),
          keepPythonTables: () => backUpBeforeAdoption(file, watch),
        });
      else await requireKnown(write, sqliteMigrationDialect, anyVersion);
      // from here on all writes are transactions, which retry instead of blocking the thread
      disableBusyTimeout(writer);
      if (inode !== null) requireSameInode(file, inode);
      // only now, so that a refused file stays unchanged to the last byte
      if (!readonly) await enableWal(writer, lockWait);
      // a server that stops finishes its writes: only its start is given up
      delete lockWait.onWaiting;
      delete lockWait.signal;
      // again: in WAL mode no process can replace the file, but until just now one could
      if (inode !== null) requireSameInode(file, inode);
      // a database in memory is visible to its connection only, and a read-only store needs no second one
      const single = inMemory || readonly;
      const reader = single ? writer : translatingErrors(() => openHandle(file, { readonly: true }));
      const searches = single ? null : createSearchThreads(file);
      const checkpoints = single ? null : createCheckpoints(file, writer, reader);
      const read = single ? write : queries(reader);
      const extension = vectorEngine(writer);
      const vectors = extension === null ? null : createVectors(extension);
      const builder: Builder = { em: orm.em, placeholder: () => '?' };
      const queriesOf = (client: Client) => new Queries(client, builder);
      const wordIndex = createWordIndex();
      // in memory nothing is waited for in a commit
      const together = queriesOf(single ? write : queriesTogether(turns));
      const db = database(together, () => checkpoints?.look(), {
        write: queriesOf(write),
        read: queriesOf(read),
        search: queriesOf(searches?.queries ?? read),
        shortRead: searches ? maxShortRead : Number.POSITIVE_INFINITY,
        wordIndex,
        cleaner: createCleaner(inMemory ? null : file, queriesOf(write)),
        logs: createLogSource(queriesOf(read), queriesOf(searches?.queries ?? read), queriesOf(write)),
        logChanges: followFile(single ? null : reader),
        words: searches?.words ?? wordIndex.finder(queriesOf(read)),
        vectors,
        // all processes on a file are on one machine
        now,
        vectorProblem:
          vectors === null ? 'SQLite holds vectors by sqlite-vec, which has no binary for this platform.' : null,
      });
      return new SqliteStore(db, { writer, turns, reader, searches, checkpoints });
    } catch (error) {
      await orm.close();
      throw error;
    }
  }

  /** The state of the database in a file. Changes nothing. */
  static async inspect(file: string): Promise<DatabaseState> {
    if (!existsSync(file)) return { kind: 'missing' };
    const handle = translatingErrors(() => openReadOnly(file));
    try {
      return await stateOf(queries(handle), sqliteMigrationDialect);
    } finally {
      handle.close();
    }
  }

  protected override storeBoundTo(tx: Database): Store {
    return new SqliteStore(tx, this.#connections);
  }

  activity(): StoreActivity {
    const { turns, searches } = this.#connections;
    return {
      pools: [],
      file: {
        writersWaiting: turns.waiting,
        searchThreads: searches?.threads ?? 0,
        searches: searches?.running ?? 0,
      },
    };
  }

  override async fileSizes(): Promise<FileSizes | null> {
    const { name, memory } = this.#connections.writer;
    if (memory) return null;
    const [database, log] = await Promise.all([stat(name), stat(`${name}-wal`).catch(ifMissing)]);
    return { database: database.size, log: log?.size ?? 0 };
  }

  async ping(): Promise<void> {
    await requireCurrent(this.db.read, sqliteMigrationDialect);
  }

  async backup(file: string): Promise<void> {
    // the driver writes into an existing file and keeps its mode
    createPrivateFile(file);
    const { writer } = this.#connections;
    try {
      if (writer.memory) await writer.backup(file);
      else await backUp(writer.name, file);
      requireIntact(file);
      syncFile(file);
    } catch (error) {
      for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
      throw translateError(error);
    }
  }

  async close(): Promise<void> {
    const { writer, reader, searches, checkpoints } = this.#connections;
    await this.db.logChanges.close();
    await Promise.all([searches?.close(), checkpoints?.close()]);
    reader.close();
    // the writer last: closing it checkpoints the WAL, which a reader cannot do
    writer.close();
  }
}

/** The log is there while a process has the file open in WAL mode. */
function ifMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

/** Copies a file of one state, by a connection of its own: in steps, between which others write. */
async function backUp(from: string, to: string): Promise<void> {
  const source = openReadOnly(from);
  try {
    const [pages, size] = ['page_count', 'page_size'].map((name) => Number(source.pragma(name, { simple: true })));
    requireRoom(to, (pages ?? 0) * (size ?? 0));
    // without a transaction the copy would begin anew with each write of another process, and might never end; one in a file of the
    // Python server, where it is not in WAL mode, would keep that from writing
    if (source.pragma('journal_mode', { simple: true }) === 'wal')
      source.exec('begin; select 1 from sqlite_schema limit 1');
    await source.backup(to);
  } finally {
    source.close();
  }
}

/** Throws `UnavailableError` if the path names another file by now: undoing an adoption replaces the file. */
function requireSameInode(file: string, inode: number) {
  if (statSync(file, { throwIfNoEntry: false })?.ino !== inode)
    throw new UnavailableError(
      new Error(`${file} was replaced by another file while it was being opened; start again`),
    );
}

/** `together` is for transactions that are short; `committed` is called after each commit. */
function database(
  together: Queries,
  committed: () => void,
  own: Pick<
    Database,
    | 'write'
    | 'read'
    | 'search'
    | 'shortRead'
    | 'words'
    | 'wordIndex'
    | 'cleaner'
    | 'logs'
    | 'logChanges'
    | 'vectors'
    | 'vectorProblem'
    | 'now'
  >,
): Database {
  const { write } = own;
  const db: Database = {
    ...own,
    maintenance: write,
    keyUses: createLastUses(),
    sessionUses: createLastUses(),
    userUses: createLastUses(),
    credentialChanges: { count: 0 },
    // `WriterQueue` has all writers in turn
    unitQueue: (_unitId, work) => work(),
    unitUses: createUnitUses(),
    unitRequests: createUnitUses(),
    dialect: sqliteDialect,
    transaction: (work) => transaction(write, work),
    shortTransaction: (work) => transaction(together, work),
  };
  async function transaction<T>(queries: Queries, work: (db: Database) => Promise<T>): Promise<T> {
    const result = await announcing({ ...db, write: queries }, (tx) => work(boundTo(db, tx)));
    committed();
    return result;
  }
  return db;
}
