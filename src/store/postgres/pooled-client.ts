import type pg from 'pg';
import type { TogetherClient } from './pipelined-client.ts';
import type { TransactionSettings } from './session-settings.ts';
import type { BoundStatement } from './statement-batch.ts';

/** What PostgreSQL refuses within a transaction: it runs as it is, with whatever settings the session has. */
export const isOutsideTransactions = (text: string): boolean => /^vacuum\b/i.test(text);

/** What begins a transaction. */
export const isBegin = (text: string): boolean => /^(begin|start transaction)\b/i.test(text);

const alone = (text: string): BoundStatement => ({ text, values: [] });

/**
 * A client behind a connection pooler, where the session may be another one in each transaction and may have any settings. Each
 * transaction begins with ours, and a statement outside of one becomes a transaction, all in the same round trips.
 */
export class PooledClient {
  readonly #client: TogetherClient;
  readonly #settings: TransactionSettings;

  constructor(client: TogetherClient, settings: TransactionSettings) {
    this.#client = client;
    this.#settings = settings;
  }

  async query(text: string, values: unknown[] = []): Promise<pg.QueryResult> {
    if (this.#client.getTransactionStatus() !== 'I' || isOutsideTransactions(text))
      return this.#client.query(text, values);
    const [begin, rest] = isBegin(text) ? [text, []] : ['begin', [{ text, values }, alone('commit')]];
    try {
      const [begun, answer] = await this.#begin(begin, rest);
      return (answer ?? begun) as pg.QueryResult;
    } catch (error) {
      // which has left the transaction open; where the connection is broken it has ended with that
      await this.#client.query('rollback').catch(() => {});
      throw error;
    }
  }

  /** Runs statements of one transaction in one round trip, as `PreparingClient` does. */
  runTogether(statements: readonly BoundStatement[]): Promise<pg.QueryResult[]> {
    const [first, ...rest] = statements;
    return first && isBegin(first.text) ? this.#begin(first.text, rest) : this.#client.runTogether(statements);
  }

  getTransactionStatus(): ReturnType<TogetherClient['getTransactionStatus']> {
    return this.#client.getTransactionStatus();
  }

  /** A connection within a transaction, which nobody would end, is closed. */
  release(error?: Error | boolean) {
    this.#client.release(error ?? this.#client.getTransactionStatus() !== 'I');
  }

  /** Begins a transaction with its settings, and runs statements in it; answers what `begin` and these answer. */
  async #begin(text: string, statements: readonly BoundStatement[]): Promise<pg.QueryResult[]> {
    const begin = /^begin$/i.test(text) ? this.#settings.begin : text;
    const first = [alone(begin), alone(this.#settings.set)];
    const results = await this.#client.runTogether([...first, ...statements]);
    return results.toSpliced(1, 1);
  }
}
