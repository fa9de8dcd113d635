import type { InferKyselyDB } from '@mikro-orm/sql';
import type { Kysely } from 'kysely';
import type { entities } from './entities.ts';
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
  /** SQL for the UTC day (`YYYY-MM-DD`, text) of a column that holds an instant. */
  dayOf(column: string): string;
  /** Runs `work` in one transaction, joining the one that is open already. */
  transaction<T>(work: (db: Database) => Promise<T>): Promise<T>;
}

/** The database's own full text. */
export interface WordIndex {
  /** Adds a unit's words, once. */
  add(db: Queries, unitId: string, text: IndexedText): Promise<void>;
  /** SQL rows `(unit_id, score)` of the units that hold one of the tokens; a higher score is a better match. */
  matches(tokens: readonly string[]): WordMatch;
}
