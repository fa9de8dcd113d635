import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  CompiledQuery,
  type DatabaseConnection,
  type QueryResult,
  type SqliteDatabase,
  type TransactionSettings,
} from 'kysely';
import { UnavailableError } from '../../errors.ts';
import { observedBlocking, statements } from '../../observations/statement.ts';
import { cacheStatements, disableBusyTimeout, type Handle } from './connection.ts';
import { translatingErrors } from './driver-errors.ts';
import { deadlineOf, type LockWait, retryWhileBusy } from './lock-wait.ts';
import { WriterQueue } from './writer-queue.ts';

/** How many transactions are committed together, and until when, from the first one's begin, others join. */
const [maxTogether, joinMs] = [16, 50];

/** Transactions that are done, and wait for the commit that they share. */
interface Group {
  readonly begun: number;
  count: number;
  readonly ended: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The connection that writes, for one caller at a time, and group commit. A transaction that may be committed together with others is not
 * committed while the next one waits, which joins: it is a savepoint of the first one's transaction, so that one that fails is rolled back
 * alone. The last one commits, and only then do all of them resolve; if that fails, all fail. Whatever else uses the connection commits
 * those that are done first, so that it sees and holds up none of them.
 */
export class Writer {
  readonly #handle: Handle;
  readonly #lockWait: LockWait;
  readonly #queue = new WriterQueue();
  readonly database: SqliteDatabase;
  /** Open on the connection; null while none is, or another transaction. */
  #group: Group | null = null;
  /** Why SQLite has rolled back by itself, if it has. */
  #lastError: unknown;
  /** Whether the connection's busy timeout is off, as it is from the first transaction on. */
  #failsAtOnce = false;

  constructor(handle: Handle, lockWait: LockWait = {}) {
    this.#handle = handle;
    this.#lockWait = lockWait;
    this.database = withPreparedStatements(handle);
  }

  /** How many callers wait for the connection. */
  get waiting(): number {
    return this.#queue.waiting;
  }

  /** Whether a transaction is open. */
  get isOpen(): boolean {
    return this.#handle.inTransaction;
  }

  /** Why none is open any more that was not ended here. */
  get rolledBack(): unknown {
    return this.#lastError ?? new UnavailableError(new Error('SQLite has rolled back'));
  }

  /** Waits for the connection. */
  async acquire(connection: DatabaseConnection): Promise<Turn> {
    const deadline = deadlineOf(this.#lockWait);
    await this.#queue.acquire(() => (this.#lockWait.onWaiting ? null : deadline));
    return new Turn(this, connection, deadline);
  }

  /** Lets the next caller have the connection; where nobody waits, commits what is done first. */
  async release(): Promise<void> {
    // other requests of this process ask, and are answered, between two that write, and may come to join them
    if (this.#group || this.#queue.isWaitedFor) await nextTurn();
    if (!this.#queue.isWaitedFor) await this.commitDone();
    // whoever waits by now commits what is done when it is full, or when it cannot join
    this.#queue.release();
  }

  /** Begins with the write lock, and waits for it while another process holds it. */
  async begin(turn: Turn): Promise<void> {
    if (!this.#failsAtOnce) translatingErrors(() => disableBusyTimeout(this.#handle));
    this.#failsAtOnce = true;
    await retryWhileBusy(turn.deadline, this.#lockWait, () => turn.run('begin immediate'));
  }

  /** Begins a transaction that may be committed together with others; answers whether it has joined them. */
  async beginTogether(turn: Turn): Promise<boolean> {
    const group = this.#group;
    const joins = group !== null && group.count < maxTogether && performance.now() - group.begun < joinMs;
    if (joins && this.#handle.inTransaction) {
      await turn.run('savepoint joined');
      return true;
    }
    await this.commitDone();
    await this.begin(turn);
    const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
    // those who wait for it have it too
    ended.catch(() => {});
    this.#group = { begun: performance.now(), count: 0, ended, resolve, reject };
    return false;
  }

  /** Ends one of the transactions that are committed together, and resolves with their commit. The connection is not the caller's any more. */
  async endTogether(): Promise<void> {
    const group = this.#group;
    if (group) group.count++;
    await this.release();
    await group?.ended;
  }

  /** Rolls back one that nobody has joined. */
  async rollbackFirst(turn: Turn): Promise<void> {
    this.#group = null;
    await this.rollback(turn);
  }

  /** Rolls back one that has joined others, which go on. It fails when they are committed, since it may be for what they have written. */
  async rollbackJoined(turn: Turn): Promise<void> {
    try {
      if (this.#handle.inTransaction) {
        await turn.run('rollback to joined');
        await turn.run('release joined');
      }
    } catch (error) {
      // nothing of it may be committed with the others, which fail with it
      this.noteError(error);
      await this.rollback(turn);
    } finally {
      await this.endTogether();
    }
  }

  /** SQLite itself rolls back when the disk is full or fails; a second rollback would throw and hide that error. */
  async rollback(turn: Turn): Promise<void> {
    if (this.#handle.inTransaction) await turn.run('rollback');
  }

  /** Commits the transactions that are done, if there are any. Never fails: they do. */
  async commitDone(): Promise<void> {
    const group = this.#group;
    if (!group) return;
    this.#group = null;
    try {
      if (!this.isOpen) throw this.rolledBack;
      await this.commit(() => this.#commitGroup());
      group.resolve();
    } catch (error) {
      group.reject(error);
      this.#rollbackIfOpen();
    }
  }

  async #commitGroup(): Promise<void> {
    const run = async () => {
      this.database.prepare('commit').run([]);
      return { rows: [] };
    };
    await (statements.hasSubscribers ? observedBlocking('sqlite', CompiledQuery.raw('commit'), run) : run());
  }

  /** What cannot be rolled back now keeps the next one from beginning, which fails then. */
  #rollbackIfOpen() {
    try {
      if (this.#handle.inTransaction) this.database.prepare('rollback').run([]);
    } catch {}
  }

  /**
   * Commits. Before the file is in WAL mode, a reader of another process keeps a commit from the file for a moment; SQLite then
   * lets no new reader in, and the commit is repeated. The work of a long migration would be lost otherwise.
   */
  async commit(attempt: () => unknown): Promise<void> {
    await retryWhileBusy(deadlineOf(this.#lockWait), this.#lockWait, attempt);
  }

  noteError(error: unknown): void {
    this.#lastError = error;
  }
}

/** The connection while it is one caller's: for one statement, or one transaction. */
export class Turn implements DatabaseConnection {
  readonly #writer: Writer;
  readonly #connection: DatabaseConnection;
  readonly deadline: number;
  /** What the caller has of the connection. */
  #state: 'statement' | 'transaction' | 'first' | 'joined' | 'ended' = 'statement';

  constructor(writer: Writer, connection: DatabaseConnection, deadline: number) {
    this.#writer = writer;
    this.#connection = connection;
    this.deadline = deadline;
  }

  run = (statement: string) => this.#execute(CompiledQuery.raw(statement));

  executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    switch (this.#state) {
      case 'statement':
        return this.#writer.commitDone().then(() => this.#execute(query));
      case 'ended':
        // it would run in a transaction of somebody else
        return Promise.reject(new Error('The transaction of this statement has ended.'));
      default:
        // SQLite has rolled back by itself: what was asked for before that was known would be committed at once
        return this.#writer.isOpen ? this.#execute(query) : Promise.reject(this.#writer.rolledBack);
    }
  }

  /** Answers the connection's own promise: Kysely keeps statements of a transaction in order only where none takes longer to be told of. */
  #execute<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const run = () => this.#connection.executeQuery<Row>(query);
    const answer = statements.hasSubscribers ? observedBlocking('sqlite', query, run) : run();
    answer.catch((error) => this.#writer.noteError(error));
    return answer;
  }

  async *streamQuery<Row>(query: CompiledQuery, chunkSize: number): AsyncGenerator<QueryResult<Row>> {
    if (this.#state === 'statement') await this.#writer.commitDone();
    yield* this.#connection.streamQuery<Row>(query, chunkSize);
  }

  async begin({ accessMode }: TransactionSettings, isTogether: boolean): Promise<void> {
    if (accessMode !== 'read only' && isTogether) {
      this.#state = (await this.#writer.beginTogether(this)) ? 'joined' : 'first';
      return;
    }
    await this.#writer.commitDone();
    if (accessMode === 'read only') await this.run('begin');
    else await this.#writer.begin(this);
    this.#state = 'transaction';
  }

  async commit(): Promise<void> {
    if (this.#state === 'transaction') return this.#writer.commit(() => this.run('commit'));
    if (this.#state === 'joined') await this.run('release joined');
    this.#state = 'ended';
    await this.#writer.endTogether();
  }

  async rollback(): Promise<void> {
    switch (this.#state) {
      case 'transaction':
        return this.#writer.rollback(this);
      case 'first':
        return this.#writer.rollbackFirst(this);
      case 'joined':
        // gives the connection back, whatever happens
        this.#state = 'ended';
        return this.#writer.rollbackJoined(this);
    }
  }

  async release(): Promise<void> {
    if (this.#state !== 'ended') await this.#writer.release();
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
