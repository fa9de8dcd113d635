import type { SqlEntityManager } from '@mikro-orm/sql';
import type { Kysely, QueryExecutor, QueryExecutorProvider } from 'kysely';
import type { Placeholder } from './statement-template.ts';

/** What statements of one database are built with: the ORM's entity manager, and the placeholder syntax. */
export interface Builder {
  readonly em: SqlEntityManager;
  readonly placeholder: Placeholder;
}

/** A Kysely instance over a pool, a connection or an open transaction. */
export type Client = Kysely<unknown>;

/** A client together with its statement builder: runs statements and raw SQL. */
export class Queries implements QueryExecutorProvider {
  readonly client: Client;
  readonly builder: Builder;
  /** Whether this transaction has added to a log that is followed: those who follow it are told once it is committed. */
  addedToLog = false;
  /** Whether credentials that were good before this transaction may be void, or may do something else. */
  changedCredentials = false;
  readonly #executor: QueryExecutor;
  readonly #deferred: Promise<unknown>[] = [];

  /** `executor` runs what is asked, if not that of the client. */
  constructor(client: Client, builder: Builder, executor = client.getExecutor()) {
    this.client = client;
    this.builder = builder;
    this.#executor = executor;
  }

  getExecutor(): QueryExecutor {
    return this.#executor;
  }

  /**
   * Leaves the answer to a statement of this transaction for its end, since nothing before that depends on it: an error of it then fails the
   * transaction. Where statements have round trips, it takes none of its own.
   */
  defer(answer: Promise<unknown>): void {
    // the end of the transaction says it
    answer.catch(() => {});
    this.#deferred.push(answer);
  }

  /** Runs `work` in a new transaction. */
  transaction<T>(work: (tx: Queries) => Promise<T>): Promise<T> {
    return this.client.transaction().execute(async (tx) => {
      const own = new Queries(tx, this.builder);
      try {
        const result = await work(own);
        await Promise.all(own.#deferred);
        return result;
      } finally {
        // nothing is to run once it is rolled back
        await Promise.allSettled(own.#deferred);
      }
    });
  }
}

/**
 * The answers to statements of one transaction that do not depend on each other. They run in this order, and take one round trip
 * together, where statements have any. Of several that fail, the first one's error is thrown, once none of them runs any more.
 */
export async function together<const Answers extends readonly Promise<unknown>[]>(
  ...answers: Answers
): Promise<{ -readonly [Place in keyof Answers]: Awaited<Answers[Place]> }> {
  const settled = await Promise.allSettled(answers);
  return settled.map((answer) => {
    if (answer.status === 'rejected') throw answer.reason;
    return answer.value;
  }) as never;
}
