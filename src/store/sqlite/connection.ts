import { setTimeout as delay } from 'node:timers/promises';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
  type TransactionSettings,
} from 'kysely';
import { UnavailableError } from '../../errors.ts';
import type { Client } from '../sql/queries.ts';
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
 * Kysely over one handle. Differs from Kysely's own SQLite dialect in five ways: statements are prepared once and
 * kept, transactions that may write take the write lock at their start (one that turns from reading to writing midway
 * could fail where waiting would have done) and are rolled back once, whoever waits for the connection or the lock has a
 * deadline from when they asked, and errors that mean "not now" come out as `UnavailableError`.
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

  override createAdapter(): SqliteAdapter {
    return new Adapter();
  }
}

/** Else Kysely would keep a queue of its own, in which nobody has a deadline. */
export class Adapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

/** How long whoever wants to write waits: for the writers of this process before them, and for other processes. */
export interface Patience {
  /** From when they ask; `patienceMs`, unless told otherwise. */
  readonly ms?: number;
  /** As long as this is there, there is no deadline, and this is called every few seconds that the lock is held by others. */
  waiting?: () => void;
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
}

export function queries(handle: Handle, patience?: Patience): Client {
  return new Kysely({ dialect: new Dialect(handle, patience) });
}

class ImmediateDriver extends SqliteDriver {
  readonly #handle: Handle;
  readonly #patience: Patience;
  readonly #turns = new Turns();
  /** Of whoever has the connection. */
  #deadline = 0;

  constructor(handle: Handle, patience: Patience) {
    super({ database: prepared(handle) });
    this.#handle = handle;
    this.#patience = patience;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    const deadline = Date.now() + this.#patienceMs;
    await this.#turns.take(() => (this.#patience.waiting ? null : deadline));
    this.#deadline = deadline;
    return super.acquireConnection();
  }

  override async releaseConnection() {
    this.#turns.pass();
  }

  /**
   * Waits for another process's transaction without holding up the requests of this one: SQLite itself waits by putting the
   * thread to sleep, and is told not to.
   */
  override async beginTransaction(connection: DatabaseConnection, { accessMode }: TransactionSettings = {}) {
    if (accessMode === 'read only') return void (await connection.executeQuery(CompiledQuery.raw('begin')));
    translate(() => this.#handle.pragma('busy_timeout = 0'));
    while (!(await this.#tryToBegin(connection))) {
      await delay(1 + Math.random() * 20);
      this.#patience.signal?.throwIfAborted();
      if (Date.now() <= this.#deadline || !this.#patience.waiting) continue;
      this.#patience.waiting();
      this.#deadline = Date.now() + this.#patienceMs;
    }
  }

  /** SQLite has done it by itself where the disk was full or broken; the error that says so must not be lost. */
  override async rollbackTransaction(connection: DatabaseConnection) {
    if (this.#handle.inTransaction) await super.rollbackTransaction(connection);
  }

  get #patienceMs(): number {
    return this.#patience.ms ?? patienceMs;
  }

  async #tryToBegin(connection: DatabaseConnection): Promise<boolean> {
    try {
      await connection.executeQuery(CompiledQuery.raw('begin immediate'));
      return true;
    } catch (error) {
      if (!isBusy(error) || (Date.now() > this.#deadline && !this.#patience.waiting)) throw failure(error);
      return false;
    }
  }
}

interface Waiting {
  /** Null for none, as things are. */
  readonly deadline: () => number | null;
  readonly come: () => void;
  readonly giveUp: (error: unknown) => void;
}

/** One at a time, in the order in which they came. Who has waited until their deadline leaves. */
class Turns {
  #taken = false;
  readonly #queue = new Set<Waiting>();
  #timer: NodeJS.Timeout | undefined;

  async take(deadline: Waiting['deadline']): Promise<void> {
    if (this.#taken) {
      const { promise, resolve: come, reject: giveUp } = Promise.withResolvers<void>();
      this.#queue.add({ deadline, come, giveUp });
      this.#watch();
      await promise;
    }
    this.#taken = true;
  }

  pass(): void {
    const [next] = this.#queue;
    // it stays taken: nobody who comes now may be faster
    if (!next) this.#taken = false;
    else {
      this.#queue.delete(next);
      next.come();
    }
  }

  /** One timer for all: those who came first leave first. */
  #watch(): void {
    const [first] = this.#queue;
    if (this.#timer || !first) return;
    const deadline = first.deadline();
    const pause = deadline === null ? patienceMs : Math.max(0, deadline - Date.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      for (const one of this.#queue) {
        const deadline = one.deadline();
        if (deadline === null || deadline > Date.now()) break;
        this.#queue.delete(one);
        one.giveUp(new UnavailableError(new Error('other writers had the connection until the deadline')));
      }
      this.#watch();
    }, pause);
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
