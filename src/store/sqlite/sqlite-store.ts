import { existsSync, rmSync, statSync } from 'node:fs';
import { MikroORM } from '@mikro-orm/sqlite';
import { type Schema, sqliteMigrationDialect } from '../../../migrations/step.ts';
import { UnavailableError } from '../../errors.ts';
import { createKeyUses } from '../sql/accounts/api-key-uses.ts';
import { type Database, within } from '../sql/database.ts';
import { type Builder, type Client, Queries } from '../sql/queries.ts';
import { requireCurrent, requireKnown, runMigrations, stateOf, supervision } from '../sql/schema/migrate.ts';
import { createTermStatistics } from '../sql/search/term-statistics.ts';
import { SqlStore } from '../sql/sql-store.ts';
import type { DatabaseState, OpenOptions, Store } from '../store.ts';
import { enableWal, type Patience, queries, vectorEngine } from './connection.ts';
import { sqliteDialect } from './dialect.ts';
import { failure, translate } from './failures.ts';
import { type Handle, openHandle, openToRead } from './handle.ts';
import { keepCopy } from './keep-copy.ts';
import { ormOptions } from './orm-options.ts';
import { createPrivately, makePrivately } from './private-file.ts';
import { requireFile } from './require-file.ts';
import { createSearchThreads, type SearchThreads } from './search-threads.ts';
import { createVectors } from './vectors.ts';
import { wordIndex } from './word-index.ts';

/** What the stores on one file share. */
interface Connections {
  readonly writer: Handle;
  readonly reader: Handle;
  /** Null in memory, which no other thread can see. */
  readonly searches: SearchThreads | null;
}

/**
 * A Store in one SQLite file, or in memory with `:memory:`. Writes go one after the other; reads do not wait for them, and
 * other requests do not wait for searches.
 */
export class SqliteStore extends SqlStore {
  readonly #connections: Connections;

  private constructor(db: Database, connections: Connections) {
    super(db);
    this.#connections = connections;
  }

  /** Opens the file, making it and its folder where there are none; with `migrate`, brings its schema up to date. */
  static async open(file: string, options: OpenOptions): Promise<Store> {
    const { migrate, empty, existing = !migrate, anyVersion, readonly = false, progress = () => {}, signal } = options;
    const inMemory = file === ':memory:';
    if (existing) requireFile(file);
    else if (!inMemory) makePrivately(file);
    const there = inMemory ? null : statSync(file).ino;
    const writer = translate(() => (readonly ? openToRead(file) : openHandle(file, { mustExist: existing })));
    // while another process brings the file up to date, which may take minutes
    const patience: Patience = {
      signal,
      waiting: () => progress('another process is working on the database; waiting for it'),
    };
    const watch = supervision(progress, signal);
    const orm = await MikroORM.init(ormOptions(file, writer, watch, patience));
    try {
      // the ORM's own client, so that everything that writes stands in one queue
      const write = orm.em.getConnection().getClient() as Client;
      if (migrate)
        await runMigrations({
          orm,
          side: sqliteMigrationDialect,
          empty,
          existing,
          supervision: watch,
          alone: (work) => orm.em.getConnection().transactional((tx) => work(tx as unknown as Schema)),
          keep: () => keepCopy(file, watch),
        });
      else await requireKnown(write, sqliteMigrationDialect, anyVersion);
      delete patience.waiting;
      // from now on all that writes is a transaction, and those wait without putting the thread to sleep
      writer.pragma('busy_timeout = 0');
      if (there !== null) requireSame(file, there);
      // not before: a file that is refused stays as it is, to the last byte
      if (!readonly) await enableWal(writer);
      // once more: from now on nobody can put another file in its place, but a moment ago somebody could
      if (there !== null) requireSame(file, there);
      // what is in memory is visible to its own connection only, and who only reads needs one
      const alone = inMemory || readonly;
      const reader = alone ? writer : translate(() => openHandle(file, { readonly: true }));
      const searches = alone ? null : createSearchThreads(file);
      const read = alone ? write : queries(reader);
      const known = vectorEngine(writer);
      const vectors = known === null ? null : createVectors(known);
      const builder: Builder = { em: orm.em, placeholder: () => '?' };
      const by = (client: Client) => new Queries(client, builder);
      const db = database({ write: by(write), read: by(read), search: by(searches?.queries ?? read), vectors });
      return new SqliteStore(db, { writer, reader, searches });
    } catch (error) {
      await orm.close();
      throw error;
    }
  }

  /** What is in the file, which stays as it is. */
  static async inspect(file: string): Promise<DatabaseState> {
    if (!existsSync(file)) return { kind: 'missing' };
    const handle = translate(() => openToRead(file));
    try {
      return await stateOf(queries(handle), sqliteMigrationDialect);
    } finally {
      handle.close();
    }
  }

  protected override bound(tx: Database): Store {
    return new SqliteStore(tx, this.#connections);
  }

  async ping(): Promise<void> {
    await requireCurrent(this.db.read, sqliteMigrationDialect);
  }

  async backup(file: string): Promise<void> {
    // the driver writes into a file that is there, with the mode that it has
    createPrivately(file);
    try {
      await this.#connections.writer.backup(file);
    } catch (error) {
      rmSync(file, { force: true });
      throw failure(error);
    }
  }

  async close(): Promise<void> {
    const { writer, reader, searches } = this.#connections;
    await searches?.close();
    reader.close();
    // the writer last: closing it moves what the log holds into the file, which a reader cannot do
    writer.close();
  }
}

/** An adoption that is undone puts another file into the place of the one that this process has opened. */
function requireSame(file: string, inode: number) {
  if (statSync(file, { throwIfNoEntry: false })?.ino !== inode)
    throw new UnavailableError(new Error(`${file} was replaced by another file in this moment; start again`));
}

function database(own: Pick<Database, 'write' | 'read' | 'search' | 'vectors'>): Database {
  const { write } = own;
  const db: Database = {
    ...own,
    words: wordIndex,
    terms: createTermStatistics(),
    keyUses: createKeyUses(),
    dialect: sqliteDialect,
    transaction: (work) => write.transaction((tx) => work(within(db, tx))),
  };
  return db;
}
