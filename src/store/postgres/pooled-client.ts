import pg from 'pg';
import type { TransactionSettings } from './session-settings.ts';
import { answerOf, internals, submitWith, type Wire } from './wire.ts';

/** What PostgreSQL refuses within a transaction: it runs as it is, with whatever settings the session has. */
export const isOutsideTransactions = (text: string): boolean => /^vacuum\b/i.test(text);

/**
 * A client behind a connection pooler, where the session may be another one in each transaction and may have any settings. Each
 * transaction begins with ours, and a statement outside of one becomes a transaction, all in the same round trips.
 */
export class PooledClient {
  readonly #client: pg.PoolClient;
  readonly #settings: TransactionSettings;

  constructor(client: pg.PoolClient, settings: TransactionSettings) {
    this.#client = client;
    this.#settings = settings;
  }

  async query(text: string, values?: unknown[]): Promise<pg.QueryResult> {
    if (this.#client.getTransactionStatus() !== 'I' || isOutsideTransactions(text))
      return this.#client.query(text, values);
    return /^(begin|start transaction)\b/i.test(text) ? this.#begin(text) : this.#alone(text, values);
  }

  /** A connection within a transaction, which nobody would end, is closed. */
  release(error?: Error | boolean) {
    this.#client.release(error ?? this.#client.getTransactionStatus() !== 'I');
  }

  async #begin(text: string): Promise<pg.QueryResult> {
    const { begin, set } = this.#settings;
    const first = /^begin$/i.test(text) ? begin : text;
    try {
      const results: unknown = await this.#client.query(`${first}; ${set}`);
      return (results as pg.QueryResult[])[0] as pg.QueryResult;
    } catch (error) {
      await this.#rollback();
      throw error;
    }
  }

  async #alone(text: string, values: unknown[] = []): Promise<pg.QueryResult> {
    try {
      return await answerOf(this.#client, (done) => new StatementInTransaction(text, values, this.#settings, done));
    } catch (error) {
      await this.#rollback();
      throw error;
    }
  }

  /** After an error, which has left the transaction open; where the connection is broken it has ended with that. */
  async #rollback() {
    await this.#client.query('rollback').catch(() => {});
  }
}

/** How many statements precede the one whose result counts: `begin` and the settings. */
const preceding = 2;

/** A statement in a transaction with these settings: four statements with one Sync, so that all of it is one round trip. */
class StatementInTransaction extends pg.Query {
  readonly #settings: TransactionSettings;
  #completed = 0;

  constructor(
    text: string,
    values: unknown[],
    settings: TransactionSettings,
    done: (error: Error | null | undefined, result: unknown) => void,
  ) {
    super({ text, values, queryMode: 'extended' } as pg.QueryConfig, done as never);
    this.#settings = settings;
  }

  override submit = (connection: pg.Connection) =>
    submitWith(this, connection, (wire) => {
      send(wire, this.#settings.begin);
      send(wire, this.#settings.set);
    });

  /** Called by `submit` for the statement itself, in place of Execute and Sync. */
  _getRows(wire: Wire) {
    wire.execute({});
    send(wire, 'commit');
    wire.sync();
  }

  handleDataRow(message: unknown) {
    if (this.#completed === preceding) internals.handleDataRow.call(this, message);
  }

  handleCommandComplete(message: unknown, connection: unknown) {
    if (this.#completed++ === preceding) internals.handleCommandComplete.call(this, message, connection);
  }
}

/** Sends one statement whose result is not described. */
function send(wire: Wire, text: string) {
  wire.parse({ text, name: '' });
  wire.bind({});
  wire.execute({});
}
