import type { KeyUses } from './accounts/api-key-uses.ts';
import type { Dialect } from './dialect.ts';
import type { Vectors } from './embeddings/vectors.ts';
import type { Queries } from './queries.ts';
import type { IndexedText, WordMatch } from './search/analyser.ts';
import type { TermStatistics } from './search/term-statistics.ts';

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
  readonly dialect: Dialect;
  /** Null where the database cannot hold vectors. */
  readonly vectors: Vectors | null;
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

/** A unit's document, as the database names it. */
export interface DocumentRow {
  readonly id: number;
  readonly unit_id: string;
}

/** The documents of units, by the units' ids. */
export const documentIdsByUnit = (documents: readonly DocumentRow[]): ReadonlyMap<string, number> =>
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
