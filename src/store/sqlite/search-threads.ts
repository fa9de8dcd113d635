import { availableParallelism } from 'node:os';
import { type CompiledQuery, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import { UnavailableError } from '../../errors.ts';
import { observed } from '../../observations/observed.ts';
import { StatementObservation, statements } from '../../observations/statement.ts';
import type { Client } from '../sql/queries.ts';
import { readOnlyClient } from '../sql/read-only-queries.ts';
import type { WordFinder } from '../sql/words/word-finder.ts';
import { translateError, translatingErrors } from './driver-errors.ts';
import { type KeptThread, startKeptThread } from './kept-thread.ts';
import { UnqueuedAdapter } from './kysely-driver.ts';
import type { Answer, Question } from './search-thread.ts';

/** See decision 14: more threads than cores gain nothing, and the main thread needs one. */
const maxThreads = Math.min(2, availableParallelism());

/** How long a thread stays without a search: the next one then waits for another to start, and for what that has to read anew. */
const keptMs = 5 * 60_000;

/**
 * A pool of worker threads that run searches on a SQLite file, so that they do not block the event loop. Starts threads on
 * demand; they end when they have had nothing to do for `keptMs`.
 */
export interface SearchThreads {
  readonly queries: Client;
  readonly words: WordFinder;
  /** How many threads may be asked. */
  readonly threads: number;
  /** Searches that threads have been asked, and not answered. */
  readonly running: number;
  /** Finishes running queries, rejects new ones, and resolves when no thread has the file open. */
  close(): Promise<void>;
}

interface Thread extends KeptThread {
  readonly waiting: Map<number, PromiseWithResolvers<unknown>>;
}

export function createSearchThreads(file: string, kept = keptMs): SearchThreads {
  /** Those that may be asked. */
  const threads = new Set<Thread>();
  /** Those that may have the file open: also the ones that are ending. */
  const open = new Set<Thread>();
  let nextId = 0;
  let closing: Promise<unknown> | undefined;

  function ask<Result>(question: Question): Promise<Result> {
    if (!statements.hasSubscribers) return send(question);
    return observed(statements, observationOf(question), () => send<Result>(question), noteRows);
  }

  async function send<Result>(question: Question): Promise<Result> {
    if (closing) throw new UnavailableError(new Error('the database is closed'));
    const thread = translatingErrors(pick);
    const id = nextId++;
    const answer = Promise.withResolvers<unknown>();
    thread.worker.postMessage({ id, question });
    thread.waiting.set(id, answer);
    thread.hold();
    return answer.promise as Promise<Result>;
  }

  /** The thread with the fewest waiting queries; a new one where all are busy and there may be more. */
  function pick(): Thread {
    let least: Thread | undefined;
    for (const thread of threads) if (!least || thread.waiting.size < least.waiting.size) least = thread;
    return least && (least.waiting.size === 0 || threads.size >= maxThreads) ? least : start();
  }

  function start(): Thread {
    const waiting: Thread['waiting'] = new Map();
    let cause = new Error('the search thread has ended');
    const own = startKeptThread('search', file, {
      keptMs: kept,
      onRetired: () => threads.delete(thread),
      onEnded() {
        threads.delete(thread);
        open.delete(thread);
        for (const { reject } of waiting.values()) reject(new UnavailableError(cause));
      },
    });
    const thread: Thread = { ...own, waiting };
    threads.add(thread);
    open.add(thread);
    own.worker.on('message', (answer: Answer) => {
      const question = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (waiting.size === 0) own.release();
      if ('result' in answer) question?.resolve(answer.result);
      else question?.reject(translateError(Object.assign(new Error(answer.error.message), answer.error)));
    });
    own.worker.on('error', (error: Error) => {
      cause = error;
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
    get threads() {
      return threads.size;
    },
    get running() {
      let running = 0;
      for (const { waiting } of open) running += waiting.size;
      return running;
    },
    async close() {
      closing ??= Promise.all([...open].map((thread) => thread.close()));
      await closing;
    },
  };
}

const observationOf = (question: Question): StatementObservation =>
  'sql' in question
    ? new StatementObservation('sqlite', question.sql, question.parameters.length)
    : new StatementObservation('sqlite', '', question.given.length, `words ${question.words}`);

function noteRows(message: StatementObservation, result: unknown): void {
  if (Array.isArray(result)) message.rows = result.length;
}
