import { availableParallelism } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { type CompiledQuery, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import { UnavailableError } from '../../errors.ts';
import type { Client } from '../sql/queries.ts';
import { readOnlyClient } from '../sql/read-only-queries.ts';
import type { WordFinder } from '../sql/words/word-finder.ts';
import { translateError, translatingErrors } from './driver-errors.ts';
import { UnqueuedAdapter } from './kysely-driver.ts';
import type { Answer, Question } from './search-thread.ts';
import { startThread } from './start-thread.ts';

/** See decision 14: more threads than cores gain nothing, and the main thread needs one. */
const maxThreads = Math.min(2, availableParallelism());

/**
 * A pool of worker threads that run searches on a SQLite file, so that they do not block the event loop. Starts threads on
 * demand.
 */
export interface SearchThreads {
  readonly queries: Client;
  readonly words: WordFinder;
  /** Finishes running queries, rejects new ones, and resolves when no thread has the file open. */
  close(): Promise<void>;
}

interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, PromiseWithResolvers<unknown>>;
  readonly ended: Promise<void>;
}

export function createSearchThreads(file: string): SearchThreads {
  const threads = new Set<Thread>();
  let nextId = 0;
  let closing: Promise<unknown> | undefined;

  async function ask<Result>(question: Question): Promise<Result> {
    if (closing) throw new UnavailableError(new Error('the database is closed'));
    const { worker, waiting } = translatingErrors(pick);
    const id = nextId++;
    const answer = Promise.withResolvers<unknown>();
    worker.postMessage({ id, question });
    waiting.set(id, answer);
    // idle threads are unref'd, so that they do not keep the process alive
    worker.ref();
    return answer.promise as Promise<Result>;
  }

  /** The thread with the fewest waiting queries; a new one where all are busy and there may be more. */
  function pick(): Thread {
    let least: Thread | undefined;
    for (const thread of threads) if (!least || thread.waiting.size < least.waiting.size) least = thread;
    return least && (least.waiting.size === 0 || threads.size >= maxThreads) ? least : start();
  }

  function start(): Thread {
    const worker = startThread('search', file);
    const waiting: Thread['waiting'] = new Map();
    const ended = Promise.withResolvers<void>();
    const thread = { worker, waiting, ended: ended.promise };
    threads.add(thread);
    let cause = new Error('the search thread has ended');
    worker.on('message', (answer: Answer) => {
      const question = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (waiting.size === 0) worker.unref();
      if ('result' in answer) question?.resolve(answer.result);
      else question?.reject(translateError(Object.assign(new Error(answer.error.message), answer.error)));
    });
    worker.on('error', (error: Error) => {
      cause = error;
    });
    worker.on('exit', () => {
      threads.delete(thread);
      for (const { reject } of waiting.values()) reject(new UnavailableError(cause));
      ended.resolve();
    });
    return thread;
  }

  return {
    queries: readOnlyClient(
      async <Row>({ sql, parameters }: CompiledQuery) => ({ rows: await ask<Row[]>({ sql, parameters }) }),
      {
        createQueryCompiler: () => new SqliteQueryCompiler(),
        createAdapter: () => new UnqueuedAdapter(),
        createIntrospector: (db) => new SqliteIntrospector(db),
      },
    ),
    words: {
      find: (...given) => ask({ words: 'find', given }),
      frequencies: (...given) => ask({ words: 'frequencies', given }),
      count: (...given) => ask({ words: 'count', given }),
    },
    async close() {
      closing ??= Promise.all(
        [...threads].map(({ worker, ended }) => {
          worker.ref();
          worker.postMessage('close');
          return ended;
        }),
      );
      await closing;
    },
  };
}
