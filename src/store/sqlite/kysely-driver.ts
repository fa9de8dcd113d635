import {
  type DatabaseConnection,
  type Driver,
  Kysely,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
  type TransactionSettings,
} from 'kysely';
import type { Client } from '../sql/queries.ts';
import type { Handle } from './connection.ts';
import { deadlineOf, type LockWait, retryWhileBusy } from './lock-wait.ts';
import { type Turn, Writer } from './writer.ts';

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
  readonly #writer: Writer;
  readonly #together: boolean;

  /** With `together`, transactions of this client may be committed together with others of theirs. */
  constructor(writer: Writer, together = false) {
    super({ database: writer.database });
    this.#writer = writer;
    this.#together = together;
  }

  override createDriver(): Driver {
    return new ImmediateDriver(this.#writer, this.#together);
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
export const queries = (handle: Handle, lockWait?: LockWait): Client => queriesOf(new Writer(handle, lockWait));

/** The same, with others over this one. */
export const queriesOf = (writer: Writer): Client => new Kysely({ dialect: new KyselySqliteDialect(writer) });

/** A client whose transactions are short, and are committed together where several wait. */
export const queriesTogether = (writer: Writer): Client =>
  new Kysely({ dialect: new KyselySqliteDialect(writer, true) });

class ImmediateDriver extends SqliteDriver {
  readonly #writer: Writer;
  readonly #together: boolean;

  constructor(writer: Writer, together: boolean) {
    super({ database: writer.database });
    this.#writer = writer;
    this.#together = together;
  }

  override async acquireConnection(): Promise<Turn> {
    return this.#writer.acquire(await super.acquireConnection());
  }

  override async releaseConnection(turn?: DatabaseConnection) {
    await (turn as Turn).release();
  }

  override async beginTransaction(turn: DatabaseConnection, settings: TransactionSettings = {}) {
    await (turn as Turn).begin(settings, this.#together);
  }

  override async commitTransaction(turn: DatabaseConnection) {
    await (turn as Turn).commit();
  }

  override async rollbackTransaction(turn: DatabaseConnection) {
    await (turn as Turn).rollback();
  }
}
