import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Migrator } from '@mikro-orm/migrations';
import { MikroORM, Type } from '@mikro-orm/sqlite';
import { sql } from 'kysely';
import type { Database, Queries, Tables } from '../sql/database.ts';
import { entities } from '../sql/entities.ts';
import { migrationOptions, requireCurrent, runMigrations } from '../sql/migrate.ts';
import { SqlStore } from '../sql/sql-store.ts';
import type { Store } from '../store.ts';
import { Dialect, enableWal, type Handle, openHandle, queries } from './connection.ts';
import { failure } from './failures.ts';
import { wordIndex } from './word-index.ts';

/** Instants are ISO 8601 text with milliseconds and `Z`, which sorts as time does. */
class InstantText extends Type<string, string> {
  override getColumnType() {
    return 'text';
  }
}

export function ormOptions(file: string, handle?: Handle) {
  return {
    dbName: file,
    entities: [...entities],
    extensions: [Migrator],
    migrations: migrationOptions,
    logger: () => {},
    discovery: {
      getMappedType: (type: string, platform: { getDefaultMappedType(type: string): Type<unknown> }) =>
        type.startsWith('datetime') ? Type.getType(InstantText) : platform.getDefaultMappedType(type),
    },
    // tables of full text are the database's own, and no entity describes them
    schemaGenerator: { skipTables: [/^search_/] },
    ...(handle && { driverOptions: new Dialect(handle) }),
  };
}

/** A Store in one SQLite file, or in memory with `:memory:`. Writes go one after the other; reads do not wait for them. */
export class SqliteStore extends SqlStore {
  readonly #handles: readonly Handle[];
  readonly #orm: MikroORM;

  private constructor(db: Database, orm: MikroORM, handles: readonly Handle[]) {
    super(db);
    this.#orm = orm;
    this.#handles = handles;
  }

  /** Opens the file, making it and its folder where there are none; with `migrate`, brings its schema up to date. */
  static async open(file: string, { migrate }: { migrate: boolean }): Promise<Store> {
    const inMemory = file === ':memory:';
    if (!inMemory) mkdirSync(dirname(file), { recursive: true });
    const writer = openHandle(file);
    const orm = await MikroORM.init(ormOptions(file, writer));
    try {
      if (migrate) await runMigrations(orm);
      // not before: a file that is refused stays as it is, to the last byte
      enableWal(writer);
      // the ORM's own client, so that everything that writes stands in one queue
      const write = orm.em.getConnection().getClient() as Queries;
      // what is in memory is visible to its own connection only
      const reader = inMemory ? writer : openHandle(file, { readonly: true });
      const read = inMemory ? write : queries<Tables>(reader);
      return new SqliteStore(database(write, read), orm, [writer, reader]);
    } catch (error) {
      await orm.close();
      throw error;
    }
  }

  protected override bound(tx: Database): Store {
    return new SqliteStore(tx, this.#orm, this.#handles);
  }

  async ping(): Promise<void> {
    await sql`select 1`.execute(this.db.read);
    await requireCurrent(this.#orm);
  }

  async backup(file: string): Promise<void> {
    try {
      await this.#handles[0]?.backup(file);
    } catch (error) {
      throw failure(error);
    }
  }

  async close(): Promise<void> {
    // the writer last: closing it moves what the log holds into the file, which a reader cannot do
    for (const handle of this.#handles.toReversed()) handle.close();
  }
}

function database(write: Queries, read: Queries): Database {
  return {
    write,
    read,
    words: wordIndex,
    dayOf: (column) => `substr(${column}, 1, 10)`,
    transaction: (work) => write.transaction().execute((tx) => work(inTransaction(tx))),
  };
}

function inTransaction(tx: Queries): Database {
  const joined: Database = { ...database(tx, tx), transaction: (work) => work(joined) };
  return joined;
}
