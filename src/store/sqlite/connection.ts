import BetterSqlite from 'better-sqlite3';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
} from 'kysely';
import { failure } from './failures.ts';

export type Handle = BetterSqlite.Database;

/** Statements kept ready on one handle; the least recently used one goes first. */
const maxStatements = 500;

/** Opens a file (or `:memory:`) with the settings that every connection of ours has. */
export function openHandle(file: string, options: { readonly?: boolean } = {}): Handle {
  const handle = new BetterSqlite(file, { ...options, timeout: 5000 });
  try {
    if (!options.readonly) handle.pragma('journal_mode = WAL');
    handle.pragma('synchronous = NORMAL');
    handle.pragma('foreign_keys = ON');
    handle.pragma('busy_timeout = 5000');
    return handle;
  } catch (error) {
    handle.close();
    throw error;
  }
}

/**
 * Kysely over one handle. Differs from Kysely's own SQLite dialect in three ways: statements are prepared once and
 * kept, transactions take the write lock at their start (one that turns from reading to writing midway could fail where
 * waiting would have done), and errors that mean "not now" come out as `UnavailableError`.
 */
export class Dialect extends SqliteDialect {
  readonly #handle: Handle;

  constructor(handle: Handle) {
    super({ database: handle as SqliteDatabase });
    this.#handle = handle;
  }

  override createDriver(): Driver {
    return new ImmediateDriver({ database: keepStatements(this.#handle) });
  }
}

export function queries<Tables>(handle: Handle): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: new Dialect(handle) });
}

class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection) {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}

function keepStatements(handle: Handle): SqliteDatabase {
  const statements = new Map<string, BetterSqlite.Statement>();
  return {
    prepare(sql: string) {
      try {
        const statement = statements.get(sql) ?? handle.prepare(sql);
        statements.delete(sql);
        statements.set(sql, statement);
        if (statements.size > maxStatements) statements.delete(statements.keys().next().value as string);
        return {
          reader: statement.reader,
          all: (parameters: readonly unknown[]) => translate(() => statement.all(...parameters)),
          run: (parameters: readonly unknown[]) => translate(() => statement.run(...parameters)),
          iterate: (parameters: readonly unknown[]) => statement.iterate(...parameters) as IterableIterator<unknown>,
        };
      } catch (error) {
        throw failure(error);
      }
    },
    close: () => handle.close(),
  };
}

function translate<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw failure(error);
  }
}
