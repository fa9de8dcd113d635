import { setTimeout as delay } from 'node:timers/promises';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
  type TransactionSettings,
} from 'kysely';
import { failure, isBusy, translate } from './failures.ts';
import { type Handle, keepStatements, patienceMs } from './handle.ts';

/** The version of what knows vectors on this handle; null when nothing does. */
export function vectorEngine(handle: Handle): string | null {
  try {
    const version = handle.prepare('select vec_version()').pluck().get();
    return `sqlite-vec ${String(version).replace(/^v/, '')}`;
  } catch {
    return null;
  }
}

/**
 * From now on, readers of the file and its writer do not wait for each other. The file remembers it. SQLite changes the mode
 * only while nobody else is looking, and does not wait for that by itself.
 */
export async function enableWal(handle: Handle): Promise<void> {
  for (const deadline = Date.now() + patienceMs; ; await delay(1 + Math.random() * 20))
    try {
      if (handle.pragma('journal_mode', { simple: true }) !== 'wal') handle.pragma('journal_mode = WAL');
      // a connection takes part from its first read on: then nobody can end the mode under it, and the last one to close
      // takes the log away, which one that has read nothing would leave
      handle.prepare('select 1 from sqlite_schema limit 1').get();
      return;
    } catch (error) {
      if (!isBusy(failure(error)) || Date.now() > deadline) throw failure(error);
    }
}

/**
 * Kysely over one handle. Differs from Kysely's own SQLite dialect in four ways: statements are prepared once and
 * kept, transactions that may write take the write lock at their start (one that turns from reading to writing midway
 * could fail where waiting would have done) and are rolled back once, and errors that mean "not now" come out as
 * `UnavailableError`.
 */
export class Dialect extends SqliteDialect {
  readonly #handle: Handle;
  readonly #patience: Patience;

  constructor(handle: Handle, patience: Patience = {}) {
    super({ database: handle as SqliteDatabase });
    this.#handle = handle;
    this.#patience = patience;
  }

  override createDriver(): Driver {
    return new ImmediateDriver(this.#handle, this.#patience);
  }
}

/** What to do when another process holds the lock for long. */
export interface Patience {
  /** As long as this is there, the lock is waited for without end, and this is called every few seconds. */
  waiting?: () => void;
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
}

export function queries<Tables>(handle: Handle): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: new Dialect(handle) });
}

class ImmediateDriver extends SqliteDriver {
  readonly #handle: Handle;
  readonly #patience: Patience;

  constructor(handle: Handle, patience: Patience) {
    super({ database: prepared(handle) });
    this.#handle = handle;
    this.#patience = patience;
  }

  /** Waits for another process's transaction without holding up the requests of this one. */
  override async beginTransaction(connection: DatabaseConnection, { accessMode }: TransactionSettings = {}) {
    if (accessMode === 'read only') return void (await connection.executeQuery(CompiledQuery.raw('begin')));
    let deadline = Date.now() + patienceMs;
    while (!(await this.#tryToBegin(connection, deadline))) {
      await delay(1 + Math.random() * 20);
      this.#patience.signal?.throwIfAborted();
      if (Date.now() <= deadline || !this.#patience.waiting) continue;
      this.#patience.waiting();
      deadline = Date.now() + patienceMs;
    }
  }

  /** SQLite has done it by itself where the disk was full or broken; the error that says so must not be lost. */
  override async rollbackTransaction(connection: DatabaseConnection) {
    if (this.#handle.inTransaction) await super.rollbackTransaction(connection);
  }

  async #tryToBegin(connection: DatabaseConnection, deadline: number): Promise<boolean> {
    try {
      this.#handle.pragma('busy_timeout = 0');
      await connection.executeQuery(CompiledQuery.raw('begin immediate'));
      return true;
    } catch (error) {
      if (!isBusy(error) || (Date.now() > deadline && !this.#patience.waiting)) throw failure(error);
      return false;
    } finally {
      if (this.#handle.open) this.#handle.pragma(`busy_timeout = ${patienceMs}`);
    }
  }
}

function prepared(handle: Handle): SqliteDatabase {
  const prepare = keepStatements(handle);
  return {
    prepare(sql: string) {
      const statement = translate(() => prepare(sql));
      return {
        reader: statement.reader,
        all: (parameters: readonly unknown[]) => translate(() => statement.all(...parameters)),
        run: (parameters: readonly unknown[]) => translate(() => statement.run(...parameters)),
        iterate: (parameters: readonly unknown[]) => statement.iterate(...parameters) as IterableIterator<unknown>,
      };
    },
    close: () => handle.close(),
  };
}
