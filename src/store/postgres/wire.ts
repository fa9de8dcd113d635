import pg from 'pg';

/** The messages of the extended protocol, as pg's own queries send them; @types/pg has other parameters. */
export interface Wire {
  readonly stream: { cork(): void; uncork(): void };
  /** The texts of the statements that the session has prepared, by their names. */
  readonly parsedStatements: Record<string, string>;
  /** Those that were sent, and that the server has not confirmed. */
  readonly submittedNamedStatements: Record<string, string>;
  parse(message: { text: string; name: string }): void;
  bind(message: object): void;
  execute(message: object): void;
  sync(): void;
  close(message: { type: 'S'; name: string }): void;
}

/** pg's `Query`, as its connection uses it. */
interface QueryInternals {
  submit(connection: unknown): Error | null;
  handleRowDescription(message: unknown): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: unknown): void;
  handleReadyForQuery(connection: unknown): void;
}
export const internals = pg.Query.prototype as unknown as QueryInternals;

/** Has all that `send` sends leave at once. */
export function atOnce<Result>(connection: pg.Connection, send: (wire: Wire) => Result): Result {
  const wire = connection as unknown as Wire;
  wire.stream.cork();
  try {
    return send(wire);
  } finally {
    wire.stream.uncork();
  }
}

/** Sends what `first` sends, and then the query as pg does, at once. */
export const submitWith = (query: pg.Query, connection: pg.Connection, first: (wire: Wire) => void): Error | null =>
  atOnce(connection, (wire) => {
    first(wire);
    return internals.submit.call(query, connection);
  });

/** Runs a query of a class of its own; `make` gets what is called at its end. */
export const answerOf = <Query, Result = pg.QueryResult>(
  client: { query(query: Query): unknown },
  make: (done: (error: Error | null | undefined, result: unknown) => void) => Query,
): Promise<Result> =>
  new Promise((resolve, reject) => {
    client.query(make((error, result) => (error ? reject(error) : resolve(result as Result))));
  });
