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
import { cacheStatements, disableBusyTimeout, type Handle, lockWaitMs } from './connection.ts';
import { translatingErrors } from './driver-errors.ts';
import { deadlineOf, type LockWait, retryWhileBusy } from './lock-wait.ts';

/** The name and version of the vector extension of this connection; null when it has none. */
export function vectorEngine(handle: Handle): string | null {
  try {
    const version = handle.prepare('select vec_version()').pluck().get();
    return `sqlite-vec ${String(version).replace(/^v/, '')}`;
  } catch {
    return null;
  }
}

/**
 * Switches the file to WAL mode, in which readers and the writer do not block each other; the mode persists. SQLite switches
 * only while no other connection reads or writes, and does not wait for that, so this retries.
 */
export async function enableWal(handle: Handle, lockWait: LockWait = {}): Promise<void> {
  await retryWhileBusy(deadlineOf(lockWait), lockWait, () => {
    if (handle.pragma('journal_mode', { simple: true }) !== 'wal') handle.pragma('journal_mode = WAL');
    // a connection joins WAL mode with its first read: then no other can end the mode, and the last one to close removes the log
    handle.prepare('select 1 from sqlite_schema limit 1').get();
  });
}

/**
 * Kysely's SQLite dialect over one connection, with six differences: prepared statements are cached; transactions that may
 * write begin with the write lock (`begin immediate`: upgrading a read transaction could fail with SQLITE_BUSY without
 * waiting); a commit waits for other connections' locks; a rollback runs only in an open transaction; a caller that waits for
 * the connection or the lock has a deadline from when it asked; transient driver errors become `UnavailableError`.
 */
export class KyselySqliteDialect extends SqliteDialect {
  readonly #handle: Handle;
  readonly #lockWait: LockWait;

  constructor(handle: Handle, lockWait: LockWait = {}) {
    super({ database: handle as SqliteDatabase });
    this.#handle = handle;
    this.#lockWait = lockWait;
  }

  override createDriver(): Driver {
    return new ImmediateDriver(this.#handle, this.#lockWait);
  }

  override createAdapter(): SqliteAdapter {
    return new UnqueuedAdapter();
  }
}

/** Turns off Kysely's own queue for the connection, which has no deadlines: `WriterQueue` has. */
export class UnqueuedAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

/** A Kysely client over one connection. */
export function queries(handle: Handle, lockWait?: LockWait): Client {
  return new Kysely({ dialect: new KyselySqliteDialect(handle, lockWait) });
}

class ImmediateDriver extends SqliteDriver {
  readonly #handle: Handle;
  readonly #lockWait: LockWait;
  readonly #queue = new WriterQueue();
  /** The deadline of the caller that holds the connection. */
  #deadline = 0;
  /** Whether the connection's busy timeout is off, as it is from the first transaction on. */
  #failsAtOnce = false;

  constructor(handle: Handle, lockWait: LockWait) {
    super({ database: withPreparedStatements(handle) });
    this.#handle = handle;
    this.#lockWait = lockWait;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    const deadline = deadlineOf(this.#lockWait);
    await this.#queue.acquire(() => (this.#lockWait.onWaiting ? null : deadline));
    this.#deadline = deadline;
    return super.acquireConnection();
  }

  override async releaseConnection() {
    this.#queue.release();
  }

  /** Begins with the write lock, and waits for it while another process holds it. */
  override async beginTransaction(connection: DatabaseConnection, { accessMode }: TransactionSettings = {}) {
    if (accessMode === 'read only') return void (await connection.executeQuery(CompiledQuery.raw('begin')));
    if (!this.#failsAtOnce) translatingErrors(() => disableBusyTimeout(this.#handle));
    this.#failsAtOnce = true;
    await retryWhileBusy(this.#deadline, this.#lockWait, () =>
      connection.executeQuery(CompiledQuery.raw('begin immediate')),
    );
  }

  /**
   * Commits. Before the file is in WAL mode, a reader of another process keeps a commit from the file for a moment; SQLite then
   * lets no new reader in, and the commit is repeated. The work of a long migration would be lost otherwise.
   */
  override async commitTransaction(connection: DatabaseConnection) {
    await retryWhileBusy(deadlineOf(this.#lockWait), this.#lockWait, () => super.commitTransaction(connection));
  }

  /** SQLite itself rolls back when the disk is full or fails; a second rollback would throw and hide that error. */
  override async rollbackTransaction(connection: DatabaseConnection) {
    if (this.#handle.inTransaction) await super.rollbackTransaction(connection);
  }
}

interface Waiter {
  /** Null while there is no deadline. */
  readonly deadline: () => number | null;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** A FIFO mutex with deadlines: a waiter whose deadline passes is rejected with `UnavailableError`. */
class WriterQueue {
  #locked = false;
  readonly #queue = new Set<Waiter>();
  #timer: NodeJS.Timeout | undefined;

  async acquire(deadline: Waiter['deadline']): Promise<void> {
    if (this.#locked) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      this.#queue.add({ deadline, resolve, reject });
      this.#startTimer();
      await promise;
    }
    this.#locked = true;
  }

  release(): void {
    const [next] = this.#queue;
    // handed over while locked, so that a new caller cannot overtake the queue
    if (!next) this.#locked = false;
    else {
      this.#queue.delete(next);
      next.resolve();
    }
  }

  /** One timer for the whole queue: earlier waiters have earlier deadlines. */
  #startTimer(): void {
    const [first] = this.#queue;
    if (this.#timer || !first) return;
    const deadline = first.deadline();
    const pause = deadline === null ? lockWaitMs : Math.max(0, deadline - Date.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      for (const waiter of this.#queue) {
        const deadline = waiter.deadline();
        if (deadline === null || deadline > Date.now()) break;
        this.#queue.delete(waiter);
        waiter.reject(new UnavailableError(new Error('timed out waiting for other writers of this process')));
      }
      this.#startTimer();
    }, pause);
  }
}

function withPreparedStatements(handle: Handle): SqliteDatabase {
  const prepare = cacheStatements(handle);
  return {
    prepare(sql: string) {
      const statement = translatingErrors(() => prepare(sql));
      return {
        reader: statement.reader,
        all: (parameters: readonly unknown[]) => translatingErrors(() => statement.all(...parameters)),
        run: (parameters: readonly unknown[]) => translatingErrors(() => statement.run(...parameters)),
        iterate: (parameters: readonly unknown[]) => statement.iterate(...parameters) as IterableIterator<unknown>,
      };
    },
    close: () => handle.close(),
  };
}
