import type { Socket } from 'node:net';
import pg from 'pg';
import { isOutsideTransactions } from './pooled-client.ts';

/** How long the answer to a statement may be under way after the server's own limit, `statement_timeout`, has passed. */
const graceMs = 1000;
/** How long a connection that is closed waits for the server to close it too. */
const farewellMs = 1000;
/** A statement without a limit is given up when the server has not answered this many other connections in a row. */
const maxFailedChecks = 3;

const setsTimeout = /^set (local )?"?statement_timeout"? = '?(\d+)'?$/i;
const resetsTimeout = /^(reset "?statement_timeout"?|commit|rollback)$/i;

export interface DeadlineConfig extends pg.PoolConfig {
  /** The `statement_timeout` of the session, in milliseconds; 0 for none. */
  readonly limitMs: number;
  /** Whether the session lets nothing write, wherever it is. */
  readonly isReadOnly?: boolean;
}

/** The error of a statement whose server has vanished from the network. `code` is that of a network error. */
export class NoAnswerError extends Error {
  readonly code = 'ETIMEDOUT';
}

/**
 * A connection whose statements end even if the server has vanished from the network: TCP alone would wait for a quarter of an
 * hour. A statement, BEGIN and COMMIT included, may take as long as the session's `statement_timeout` and one second; then the
 * connection is destroyed, which fails what runs on it. A statement without a limit, as those of migrations are, goes on for as
 * long as the server answers other connections. A connection to a server that has become read-only is destroyed too.
 *
 * Emits `suspect` when it destroys itself: other connections to the same server are likely to be dead as well.
 */
export class DeadlineClient extends pg.Client {
  readonly #config: DeadlineConfig;
  readonly #sessionLimitMs: number;
  /** The one of the next statement. */
  #limitMs: number;
  #unanswered = 0;
  #answered = 0;
  #failedChecks = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(config: DeadlineConfig) {
    super(config);
    this.#config = config;
    this.#sessionLimitMs = config.limitMs;
    this.#limitMs = this.#sessionLimitMs;
  }

  // biome-ignore lint/suspicious/noExplicitAny: all overloads of pg in one
  override query(statement: any, values?: any, callback?: any): any {
    const done = typeof values === 'function' ? values : callback;
    if (typeof statement.submit === 'function') {
      const inner = statement.callback ?? done;
      this.#begin();
      statement.callback = (error: Error | null, result: unknown) => {
        this.#finish(error, statement.text ?? '');
        inner?.(error, result);
      };
      return super.query(statement);
    }
    const answer = this.#watch(
      typeof statement === 'string' ? statement : statement.text,
      super.query(statement, typeof values === 'function' ? undefined : values),
    );
    if (!done) return answer;
    answer.then(
      (result) => done(null, result),
      (error) => done(error),
    );
  }

  async #watch(text: string, answer: Promise<unknown>): Promise<unknown> {
    const before = this.#limitMs;
    // it takes as long as reading a table does
    const isUnlimited = isOutsideTransactions(text);
    if (isUnlimited) this.#limitMs = 0;
    this.#begin();
    try {
      const result = await answer;
      if (isUnlimited) this.#limitMs = before;
      this.#finish(null, text);
      return result;
    } catch (error) {
      if (isUnlimited) this.#limitMs = before;
      this.#finish(error as Error, text);
      throw error;
    }
  }

  /** Of statements that are sent at once, all have the time of one: a server that is gone is to be noticed as soon. */
  #begin() {
    if (this.#unanswered++ === 0) this.#startTimer();
  }

  #finish(error: Error | null, text: string) {
    this.#answered++;
    this.#failedChecks = 0;
    clearTimeout(this.#timer);
    if (!error) this.#followLimit(text);
    if (--this.#unanswered > 0) this.#startTimer();
    // 25006: a write on a server that was a primary; the one of now is found by a new connection
    if ((error as { code?: unknown } | null)?.code === '25006' && !this.#config.isReadOnly)
      this.#abandon(error as Error);
  }

  #followLimit(text: string) {
    const set = setsTimeout.exec(text);
    if (set) this.#limitMs = Number(set[2]);
    else if (resetsTimeout.test(text)) this.#limitMs = this.#sessionLimitMs;
  }

  #startTimer(ms = this.#limitMs > 0 ? this.#limitMs + graceMs : this.#checkMs) {
    const answered = this.#answered;
    const { bytesRead } = this.#socket;
    this.#timer = setTimeout(() => {
      // what has arrived while this process was busy is read first
      setImmediate(() => {
        if (this.#answered !== answered || this.#unanswered === 0) return;
        if (this.#socket.bytesRead > bytesRead) this.#startTimer(graceMs);
        else if (this.#limitMs > 0) this.#abandon(new NoAnswerError(`no answer within ${ms} ms`));
        else this.#check(answered);
      });
    }, ms);
  }

  get #socket() {
    return this.connection.stream as Socket;
  }

  get #checkMs() {
    return this.#config.connectionTimeoutMillis || 5000;
  }

  /** Whether the server answers another connection, while a statement without a limit runs on this one. */
  async #check(answered: number) {
    const { host, port, ssl, password } = this;
    const reached = await answers({ ...this.#config, host, port, ssl, password, limitMs: 3000 });
    if (this.#answered !== answered || this.#unanswered === 0) return;
    this.#failedChecks = reached ? 0 : this.#failedChecks + 1;
    if (this.#failedChecks < maxFailedChecks) this.#startTimer();
    else this.#abandon(new NoAnswerError('the server no longer answers'));
  }

  #abandon(error: Error) {
    this.#socket.destroy(error);
    this.emit('suspect');
  }

  override end(): Promise<void>;
  override end(callback: (error: Error) => void): void;
  override end(callback?: (error: Error) => void): Promise<void> | void {
    const socket = this.#socket;
    const timer = setTimeout(() => socket.destroy(), farewellMs).unref();
    this.once('end', () => clearTimeout(timer));
    return callback ? super.end(callback) : super.end();
  }
}

/** Whether a server answers, if only by an error such as that it takes no more connections. */
async function answers(config: DeadlineConfig): Promise<boolean> {
  const client = new DeadlineClient({ ...config, connectionTimeoutMillis: config.connectionTimeoutMillis || 5000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch (error) {
    return error instanceof pg.DatabaseError || (client.connection.stream as Socket).bytesRead > 0;
  } finally {
    void client.end();
  }
}
