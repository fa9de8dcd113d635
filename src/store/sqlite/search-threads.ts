import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type CompiledQuery, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import { UnavailableError } from '../../errors.ts';
import type { Client } from '../sql/queries.ts';
import { readOnlyClient } from '../sql/read-only-queries.ts';
import { Adapter } from './connection.ts';
import { failure, translate } from './failures.ts';
import type { Answer, Question } from './search-thread.ts';

/** See decision 14. */
const maxThreads = Math.min(2, availableParallelism());

/** From the sources in a checkout, from what was built of them in a package. */
const program = new URL(`./search-thread${extname(import.meta.url)}`, import.meta.url);

/** Threads that search a file, while this one does other things. None is there before the first search. */
export interface SearchThreads {
  readonly queries: Client;
  /** Answers what was asked, and nothing any more. When it is done, no thread has the file open. */
  close(): Promise<void>;
}

interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, PromiseWithResolvers<unknown[]>>;
  readonly ended: Promise<void>;
}

export function createSearchThreads(file: string): SearchThreads {
  const threads = new Set<Thread>();
  let asked = 0;
  let closing: Promise<unknown> | undefined;

  async function ask({ sql, parameters }: CompiledQuery): Promise<unknown[]> {
    if (closing) throw new UnavailableError(new Error('the database is closed'));
    const { worker, waiting } = translate(pick);
    const id = asked++;
    const answer = Promise.withResolvers<unknown[]>();
    worker.postMessage({ id, sql, parameters } satisfies Question);
    waiting.set(id, answer);
    // a process may end while its threads have nothing to do, and not before
    worker.ref();
    return answer.promise;
  }

  /** The one with the least to do; another one where all have something. */
  function pick(): Thread {
    let least: Thread | undefined;
    for (const thread of threads) if (!least || thread.waiting.size < least.waiting.size) least = thread;
    return least && (least.waiting.size === 0 || threads.size >= maxThreads) ? least : start();
  }

  function start(): Thread {
    // not with the arguments of this process: with `--input-type`, say, no thread starts
    const worker = new Worker(program, { workerData: file, name: 'search', execArgv: [] });
    const waiting: Thread['waiting'] = new Map();
    const ended = Promise.withResolvers<void>();
    const thread = { worker, waiting, ended: ended.promise };
    threads.add(thread);
    let cause = new Error('the thread of a search has ended');
    worker.on('message', (answer: Answer) => {
      const question = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (waiting.size === 0) worker.unref();
      if ('rows' in answer) question?.resolve(answer.rows);
      else question?.reject(failure(Object.assign(new Error(answer.error.message), answer.error)));
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
    queries: readOnlyClient(async <Row>(query: CompiledQuery) => ({ rows: (await ask(query)) as Row[] }), {
      createQueryCompiler: () => new SqliteQueryCompiler(),
      createAdapter: () => new Adapter(),
      createIntrospector: (db) => new SqliteIntrospector(db),
    }),
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
