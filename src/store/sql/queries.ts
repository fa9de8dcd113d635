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

  constructor(client: Client, builder: Builder) {
    this.client = client;
    this.builder = builder;
  }

  getExecutor(): QueryExecutor {
    return this.client.getExecutor();
  }

  /** Runs `work` in a new transaction. */
  transaction<T>(work: (tx: Queries) => Promise<T>): Promise<T> {
    return this.client.transaction().execute((tx) => work(new Queries(tx, this.builder)));
  }
}
