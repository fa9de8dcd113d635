import { parentPort, workerData } from 'node:worker_threads';
import { keepStatements, openHandle } from './handle.ts';

/**
 * What a thread of searches runs: answers questions one after the other, by a connection of its own, until it is told
 * to close. Loads as little as it can, since the first search waits for it.
 */

export interface Question {
  readonly id: number;
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

export type Answer = { readonly id: number } & (
  | { readonly rows: unknown[] }
  // as it is thrown, an error would lose its code on the way
  | { readonly error: { readonly name: string; readonly message: string; readonly code?: string } }
);

// where it cannot be opened, this ends the thread, and the next question starts another one
const handle = openHandle(workerData, { readonly: true });
const prepare = keepStatements(handle);

parentPort?.on('message', (question: Question | 'close') => {
  if (question !== 'close') return parentPort?.postMessage(answer(question));
  handle.close();
  parentPort?.close();
});

function answer({ id, sql, parameters }: Question): Answer {
  try {
    return { id, rows: prepare(sql).all(...parameters) };
  } catch (error) {
    const { name, message, code } = error as NodeJS.ErrnoException;
    return { id, error: { name, message, code } };
  }
}
