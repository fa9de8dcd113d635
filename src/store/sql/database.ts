import type { InferKyselyDB } from '@mikro-orm/sql';
import type { Kysely, RawBuilder } from 'kysely';
import type { entities } from './entities.ts';
import type { TermStatistics } from './term-statistics.ts';
import type { Vectors } from './vectors.ts';
import type { IndexedText, WordMatch } from './words.ts';

/** The tables as the queries see them: columns by their names in the database. */
export type Tables = InferKyselyDB<(typeof entities)[number]>;

export type Queries = Kysely<Tables>;

/** What the shared queries need of one database. Everything that the databases do differently is behind this. */
export interface Database {
  /** Writes, always in a transaction, and the reads that decide over them. */
  readonly write: Queries;
  /** Reads. Sees everything committed; inside a transaction, that transaction's own writes too. */
  readonly read: Queries;
  readonly words: WordIndex;
  readonly terms: TermStatistics;
  /** Null where the database cannot hold vectors. */
  readonly vectors: Vectors | null;
  /** SQL at the end of a subquery that takes rows for an update: leaves out what others are taking at the moment. */
  readonly skipTaken: RawBuilder<unknown>;
  /** SQL for the UTC day (`YYYY-MM-DD`, text) of a column that holds an instant. */
  dayOf(column: string): string;
  /** Runs `work` in one transaction, joining the one that is open already. */
  transaction<T>(work: (db: Database) => Promise<T>): Promise<T>;
}

/** The database's own full text. */
export interface WordIndex {
  /** Adds a unit's words, once. */
  add(db: Queries, unitId: string, text: IndexedText): Promise<void>;
  /** SQL rows `(document)` of the units that hold one of the tokens. */
  matches(tokens: readonly string[]): WordMatch;
}

/** The same database, speaking through an open transaction, which transactions inside it join. */
export function within(db: Database, tx: Queries): Database {
  const joined: Database = { ...db, write: tx, read: tx, transaction: (work) => work(joined) };
  return joined;
}
