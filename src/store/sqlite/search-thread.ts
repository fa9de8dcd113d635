import { parentPort, workerData } from 'node:worker_threads';
import { cacheStatements, openHandle } from './connection.ts';

/**
 * The worker thread behind search-threads.ts: runs one query after the other on a read-only connection of its own, until it
 * gets the message `close`. Imports as little as possible, since the first search waits for it.
 */

/** A query, as it is posted to the thread. */
export interface Query {
  readonly id: number;
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** The result of a query, as the thread posts it back. */
export type QueryResult = { readonly id: number } & (
  | { readonly rows: unknown[] }
  // posted as it is, an Error would lose its code (structured clone)
  | { readonly error: { readonly name: string; readonly message: string; readonly code?: string } }
);

// if opening throws, the thread ends, and the next query starts another
const handle = openHandle(workerData, { readonly: true });
const prepare = cacheStatements(handle);

parentPort?.on('message', (query: Query | 'close') => {
  if (query !== 'close') return parentPort?.postMessage(run(query));
  handle.close();
  parentPort?.close();
});

function run({ id, sql, parameters }: Query): QueryResult {
  try {
    return { id, rows: prepare(sql).all(...parameters) };
  } catch (error) {
    const { name, message, code } = error as NodeJS.ErrnoException;
    return { id, error: { name, message, code } };
  }
}
