import type { Kysely, QueryExecutor, QueryExecutorProvider, RawBuilder } from 'kysely';
import type { KeyUses } from './key-uses.ts';
import type { Builder } from './statement.ts';
import type { TermStatistics } from './term-statistics.ts';
import type { Vectors } from './vectors.ts';
import type { IndexedText, WordMatch } from './words.ts';

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

/** What the shared queries need of one database. Everything that the databases do differently is behind this. */
export interface Database {
  /** Writes, always in a transaction, and the reads that decide over them. */
  readonly write: Queries;
  /** Reads. Sees everything committed; inside a transaction, that transaction's own writes too. */
  readonly read: Queries;
  /**
   * What `read` sees, for statements that may take long, since they rank, count, sort or look through what many units have: they
   * must not hold up others.
   */
  readonly search: Queries;
  readonly words: WordIndex;
  readonly terms: TermStatistics;
  readonly keyUses: KeyUses;
  readonly bulk: Bulk;
  /** SQL for an inner join that reads its left side first, where the planner would not see that it is the small one. */
  readonly thenJoin: RawBuilder<unknown>;
  /** Null where the database cannot hold vectors. */
  readonly vectors: Vectors | null;
  /** SQL at the end of a subquery that takes rows for an update: leaves out what others are taking at the moment. */
  readonly skipTaken: RawBuilder<unknown>;
  /** SQL for the type of a column that holds an instant. */
  readonly instant: RawBuilder<unknown>;
  /** Adds up what sessions have counted in `unit_counts` each by itself; nothing where one session writes at a time. */
  foldCounts(): Promise<void>;
  /** Runs `work` in one transaction, joining the one that is open already. */
  transaction<T>(work: (db: Database) => Promise<T>): Promise<T>;
}

/** A unit and its words. */
export interface IndexedUnit extends IndexedText {
  readonly unitId: string;
}

/** The database's own full text. */
export interface WordIndex {
  /** Adds the words of units, once each. Some hundreds at a time are much faster than as many one by one. */
  add(db: Queries, units: readonly IndexedUnit[]): Promise<void>;
  /**
   * Puts other words in the place of those that units have. Their documents keep their numbers, and what refers to them;
   * what the words say is written only where it is another thing than before, since that is most of the work.
   */
  replace(db: Queries, units: readonly IndexedUnit[]): Promise<void>;
  /** SQL rows `(document)` of the units that hold one of the tokens. */
  matches(tokens: readonly string[]): WordMatch;
}

/** What a transaction over whole tables needs. */
export interface Bulk {
  /** Lifts the limits that are meant for requests, until the transaction ends. */
  unhurried(tx: QueryExecutorProvider): Promise<void>;
  /** Others may read the tables but not write to them, until the transaction ends. */
  claim(tx: Queries, tables: readonly string[]): Promise<void>;
  /** Lets the numbers that a table gives its rows go on behind the highest `id`. */
  numberOn(tx: Queries, table: string): Promise<void>;
  /** Tells the planner what the tables, and those of search, hold now. */
  analyze(tx: Queries, tables: readonly string[]): Promise<void>;
}

/** A unit's document, as the database names it. */
export interface DocumentRow {
  readonly id: number;
  readonly unit_id: string;
}

/** The documents of units, by the units' ids. */
export const numbersOf = (documents: readonly DocumentRow[]): ReadonlyMap<string, number> =>
  new Map(documents.map(({ id, unit_id }) => [unit_id, id]));

/** What the units' words say about them, as JSON: `[document, term, impact]` of each. */
export function postings(units: readonly IndexedUnit[], documents: ReadonlyMap<string, number>): string {
  return JSON.stringify(
    units.flatMap(({ unitId, impacts }) => impacts.map(([term, impact]) => [documents.get(unitId), term, impact])),
  );
}

/** The same database, speaking through an open transaction, which transactions inside it join. */
export function within(db: Database, tx: Queries): Database {
  const joined: Database = { ...db, write: tx, read: tx, search: tx, transaction: (work) => work(joined) };
  return joined;
}
