import type { EventEmitter } from 'node:events';
import pg from 'pg';
import { atOnce, internals, type Wire } from './wire.ts';

/** One statement with its values, as many as its text has parameters. */
export interface BoundStatement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** A query that is one of a batch. */
type Part = Omit<pg.Query, 'submit'> & {
  readonly name?: string | undefined;
  readonly text: string;
  readonly _result: { _types: unknown };
  submit(connection: unknown): Error | null;
  _getRows(wire: Wire): void;
  /** Called for one that the server has skipped, since one before it has failed. */
  skipped?(): void;
};

/**
 * Statements that are sent at once, in one round trip: all of them with one Sync, so that the first one that fails is the last one
 * that runs, be it `begin` or `commit`. A query of pg's own kind, which its client hands the messages of the server.
 */
export class StatementBatch {
  readonly #parts: readonly Part[];
  readonly #results: unknown[] = [];
  #failure: Error | null | undefined;
  /** Called at the end, with the results in the order of the statements. */
  callback: (error: Error | null, results?: unknown) => void;

  /** `types` parses the values of the results. */
  constructor(
    queries: readonly pg.Query[],
    types: unknown,
    callback: (error: Error | null | undefined, results: unknown) => void,
  ) {
    this.#parts = queries as unknown as readonly Part[];
    this.callback = callback;
    for (const part of this.#parts) {
      part._result._types = types;
      // in place of Execute and Sync
      part._getRows = (wire) => wire.execute({});
      (part as { callback?: unknown }).callback = (error: Error | null) => {
        this.#failure ??= error;
      };
    }
  }

  get #current(): Part {
    return (this.#parts[this.#results.length] ?? this.#parts.at(-1)) as Part;
  }

  /** The name under which the statement that is under way becomes prepared. */
  get name(): string | undefined {
    return this.#current.name;
  }

  /** The text of the statement that is under way; at the end, of the last one. */
  get text(): string {
    return this.#current.text;
  }

  submit(connection: pg.Connection): Error | null {
    return atOnce(connection, (wire) => {
      for (const part of this.#parts) {
        const refused = part.submit(connection);
        // a value that cannot be sent: pg has sent Sync in its place, and nothing follows
        if (this.#failure) return null;
        this.#failure = refused;
        if (refused) break;
      }
      wire.sync();
      return null;
    });
  }

  handleRowDescription(message: unknown): void {
    internals.handleRowDescription.call(this.#current, message);
  }

  handleDataRow(message: unknown): void {
    internals.handleDataRow.call(this.#current, message);
  }

  handleCommandComplete(message: unknown, connection: unknown): void {
    const part = this.#current;
    internals.handleCommandComplete.call(part, message, connection);
    this.#results.push(part._result);
  }

  handleError(error: Error, connection: EventEmitter & Wire): void {
    for (const part of this.#parts.slice(this.#results.length)) {
      if (part.name) delete connection.submittedNamedStatements[part.name];
      if (part !== this.#current) part.skipped?.();
    }
    const end = () => {
      connection.off('readyForQuery', end).off('end', end);
      this.callback(this.#failure ?? error);
    };
    // of an error of the server, pg tells before it is known whether the transaction goes on
    if (error instanceof pg.DatabaseError) connection.once('readyForQuery', end).once('end', end);
    else end();
  }

  handleReadyForQuery(connection: unknown): void {
    // a row that could not be parsed
    for (const part of this.#parts) internals.handleReadyForQuery.call(part, connection);
    this.callback(this.#failure ?? null, this.#results);
  }
}
