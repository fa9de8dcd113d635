import type { SqlEntityManager } from '@mikro-orm/sql';
import type { Kysely, QueryExecutor, QueryExecutorProvider } from 'kysely';
import type { Placeholder } from './statement-template.ts';

/** What the statements of one database are built with. */
export interface Builder {
  readonly em: SqlEntityManager;
  readonly placeholder: Placeholder;
}

/** A pool, a connection or an open transaction of a driver's. */
export type Client = Kysely<unknown>;

/** A client, and what statements for it are built with. Raw SQL is executed by it too. */
export class Queries implements QueryExecutorProvider {
  readonly client: Client;
  readonly builder: Builder;

  constructor(client: Client, builder: Builder) {
    this.client = client;
    this.builder = builder;
  }

  getExecutor(): QueryExecutor {
    return this.client.getExecutor();
  }

  /** Does `work` in one transaction. */
  transaction<T>(work: (tx: Queries) => Promise<T>): Promise<T> {
    return this.client.transaction().execute((tx) => work(new Queries(tx, this.builder)));
  }
}
