import type pg from 'pg';
import { isBegin } from './pooled-client.ts';
import { isPreparable } from './prepared-statements.ts';
import type { BoundStatement } from './statement-batch.ts';

/** What is needed of a connection of a pool. */
export interface TogetherClient {
  query(text: string, values?: unknown[]): Promise<pg.QueryResult>;
  /** Runs statements of one transaction in one round trip; none after one that fails. */
  runTogether(statements: readonly BoundStatement[]): Promise<pg.QueryResult[]>;
  getTransactionStatus(): string | null;
  release(error?: Error | boolean): void;
}

/**
 * A client whose transactions take few round trips (pipelining): `begin` goes with the first statement, and what is asked without
 * waiting for an answer in between goes together, `commit` with what is asked last. Statements run in the order in which they were asked.
 */
export class PipelinedClient {
  readonly #client: TogetherClient;
  #transaction: PipelinedTransaction | null = null;

  constructor(client: TogetherClient) {
    this.#client = client;
  }

  async query(text: string, values: unknown[] = []): Promise<pg.QueryResult> {
    const open = this.#transaction;
    if (!open && !isBegin(text)) return this.#client.query(text, values);
    if (!open) {
      this.#transaction = new PipelinedTransaction(this.#client, text);
      return nothing('BEGIN');
    }
    if (/^commit$/i.test(text)) {
      const result = await open.commit();
      this.#transaction = null;
      return result;
    }
    if (!/^rollback$/i.test(text)) return open.run({ text, values });
    this.#transaction = null;
    return open.rollback();
  }

  /** A connection within a transaction, which nobody would end, is closed. */
  release(error?: Error | boolean): void {
    const isOpen = this.#transaction !== null;
    this.#transaction = null;
    this.#client.release(error ?? isOpen);
  }
}

/** The answer to a command that was not sent yet, or need not be. */
const nothing = (command: string): pg.QueryResult => ({ command, rowCount: null, oid: 0, fields: [], rows: [] });

interface Waiting extends BoundStatement {
  /** Goes alone: it may be several statements, as only what has no parameters can be. */
  readonly isAlone: boolean;
  readonly resolve: (result: pg.QueryResult) => void;
  readonly reject: (error: unknown) => void;
}

class PipelinedTransaction {
  readonly #client: TogetherClient;
  /** What begins it, until something is asked in it. */
  #begin: string | null;
  #waiting: Waiting[] = [];
  #isScheduled = false;
  #underWay: Promise<void> | null = null;
  #isEnding = false;
  #failure: unknown;

  constructor(client: TogetherClient, begin: string) {
    this.#client = client;
    this.#begin = begin;
  }

  run({ text, values }: BoundStatement): Promise<pg.QueryResult> {
    if (this.#isEnding) throw new Error('The transaction is being committed: nothing more can be asked in it.');
    return this.#ask(text, values, values.length === 0 && !(isPreparable(text) && !text.includes(';')));
  }

  async commit(): Promise<pg.QueryResult> {
    this.#isEnding = true;
    if (this.#begin !== null) return nothing('COMMIT');
    const result = await this.#ask('commit', [], false);
    // the server has rolled it back, since something that nobody has waited for has failed
    if (result.command !== 'COMMIT') throw this.#failure ?? new Error('The transaction was rolled back.');
    return result;
  }

  async rollback(): Promise<pg.QueryResult> {
    this.#isEnding = true;
    const error = new Error('The transaction was rolled back.');
    for (const { reject } of this.#waiting) reject(error);
    this.#waiting = [];
    await this.#underWay;
    // it has not begun, or has ended with its connection
    return this.#client.getTransactionStatus() === 'I' ? nothing('ROLLBACK') : this.#client.query('rollback');
  }

  #ask(text: string, values: readonly unknown[], isAlone: boolean): Promise<pg.QueryResult> {
    const answer = Promise.withResolvers<pg.QueryResult>();
    if (this.#begin !== null) {
      this.#waiting.push({ text: this.#begin, values: [], isAlone: false, resolve() {}, reject() {} });
      this.#begin = null;
    }
    this.#waiting.push({ text, values, isAlone, resolve: answer.resolve, reject: answer.reject });
    this.#schedule();
    return answer.promise;
  }

  /** Sends what is asked until the promises that are settled by now have run on. */
  #schedule(): void {
    if (this.#isScheduled || this.#underWay || this.#waiting.length === 0) return;
    this.#isScheduled = true;
    process.nextTick(() => {
      this.#isScheduled = false;
      if (this.#waiting.length === 0) return;
      this.#underWay = this.#send(this.#next());
    });
  }

  /** The first that waits, if it goes alone; else all before the next one that does. */
  #next(): readonly Waiting[] {
    const place = this.#waiting.findIndex(({ isAlone }) => isAlone);
    return this.#waiting.splice(0, place < 0 ? this.#waiting.length : Math.max(1, place));
  }

  async #send(statements: readonly Waiting[]): Promise<void> {
    try {
      const results = await this.#run(statements);
      for (const [place, { resolve }] of statements.entries()) resolve(results[place] as pg.QueryResult);
    } catch (error) {
      this.#failure ??= error;
      for (const { reject } of statements) reject(error);
    } finally {
      this.#underWay = null;
    }
    this.#schedule();
  }

  async #run(statements: readonly Waiting[]): Promise<readonly pg.QueryResult[]> {
    const [first] = statements;
    if (!first?.isAlone) return this.#client.runTogether(statements);
    return [await this.#client.query(first.text, [])];
  }
}
