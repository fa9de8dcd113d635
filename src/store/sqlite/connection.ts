import { setTimeout as delay } from 'node:timers/promises';
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
import { load } from 'sqlite-vec';
import { failure, isBusy } from './failures.ts';

export type Handle = BetterSqlite.Database;

/** How long to wait for a lock that another connection holds. */
const patienceMs = 5000;

/** Statements kept ready on one handle; the least recently used one goes first. */
const maxStatements = 500;

/** Opens a file (or `:memory:`) with the settings that every connection of ours has. */
export function openHandle(file: string, options: { readonly?: boolean } = {}): Handle {
  const handle = translate(() => new BetterSqlite(file, { ...options, timeout: patienceMs }));
  try {
    handle.pragma('synchronous = NORMAL');
    handle.pragma('foreign_keys = ON');
    // 64 MiB, taken when needed: with SQLite's own 2 MB a large import writes every index page many times over
    handle.pragma('cache_size = -65536');
    loadVectors(handle);
    return handle;
  } catch (error) {
    handle.close();
    throw failure(error);
  }
}

/** sqlite-vec is not there for every platform: all but search by meaning works without it. */
function loadVectors(handle: Handle) {
  try {
    load(handle);
  } catch {}
}

/** The version of what knows vectors on this handle; null when nothing does. */
export function vectorEngine(handle: Handle): string | null {
  try {
    const version = handle.prepare('select vec_version()').pluck().get();
    return `sqlite-vec ${String(version).replace(/^v/, '')}`;
  } catch {
    return null;
  }
}

/** From now on, readers of the file and its writer do not wait for each other. The file remembers it. */
export function enableWal(handle: Handle): void {
  handle.pragma('journal_mode = WAL');
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
    return new ImmediateDriver(this.#handle);
  }
}

export function queries<Tables>(handle: Handle): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: new Dialect(handle) });
}

class ImmediateDriver extends SqliteDriver {
  readonly #handle: Handle;

  constructor(handle: Handle) {
    super({ database: keepStatements(handle) });
    this.#handle = handle;
  }

  /** Waits for another process's transaction without holding up the requests of this one. */
  override async beginTransaction(connection: DatabaseConnection) {
    const deadline = Date.now() + patienceMs;
    while (!(await this.#tryToBegin(connection, deadline))) await delay(1 + Math.random() * 20);
  }

  async #tryToBegin(connection: DatabaseConnection, deadline: number): Promise<boolean> {
    try {
      this.#handle.pragma('busy_timeout = 0');
      await connection.executeQuery(CompiledQuery.raw('begin immediate'));
      return true;
    } catch (error) {
      if (!isBusy(error) || Date.now() > deadline) throw failure(error);
      return false;
    } finally {
      if (this.#handle.open) this.#handle.pragma(`busy_timeout = ${patienceMs}`);
    }
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
