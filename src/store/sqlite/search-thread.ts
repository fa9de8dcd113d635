import { parentPort, workerData } from 'node:worker_threads';
import { createWordFinder } from '../sql/words/find-words.ts';
import { createIndexCache, createListCache } from '../sql/words/index-cache.ts';
import type { WordFinder } from '../sql/words/word-finder.ts';
import { cacheStatements, openHandle } from './connection.ts';
import { createWordSource } from './word-source.ts';

/**
 * The worker thread behind search-threads.ts: answers one question after the other on a read-only connection of its own, until it
 * gets the message `close`. Imports as little as possible, since the first search waits for it.
 */

/** A query, compiled, or a call of a method of `WordFinder`. */
export type Question =
  | { readonly sql: string; readonly parameters: readonly unknown[] }
  | {
      [Name in keyof WordFinder]: { readonly words: Name; readonly given: Parameters<WordFinder[Name]> };
    }[keyof WordFinder];

/** A question, as it is posted to the thread. */
interface Message {
  readonly id: number;
  readonly question: Question;
}

/** The answer to a question, as the thread posts it back: the rows of a query, or what `WordFinder` answers. */
export type Answer = { readonly id: number } & (
  | { readonly result: unknown }
  // posted as it is, an Error would lose its code (structured clone)
  | { readonly error: { readonly name: string; readonly message: string; readonly code?: string } }
);

// if opening throws, the thread ends, and the next question starts another
const handle = openHandle(workerData, { readonly: true });
const prepare = cacheStatements(handle);
const run = (sql: string, parameters: readonly unknown[]) => prepare(sql).all(...parameters);
const words = createWordFinder(createWordSource(run), createIndexCache(createListCache()));

parentPort?.on('message', async (message: Message | 'close') => {
  if (message !== 'close') return parentPort?.postMessage(await answer(message));
  handle.close();
  parentPort?.close();
});

async function answer({ id, question }: Message): Promise<Answer> {
  try {
    return { id, result: await resultOf(question) };
  } catch (error) {
    const { name, message, code } = error as NodeJS.ErrnoException;
    return { id, error: { name, message, code } };
  }
}

function resultOf(question: Question): unknown {
  if ('sql' in question) return run(question.sql, question.parameters);
  switch (question.words) {
    case 'find':
      return words.find(...question.given);
    case 'frequencies':
      return words.frequencies(...question.given);
    case 'count':
      return words.count();
  }
}
