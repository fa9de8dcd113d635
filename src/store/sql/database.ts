import type { RawBuilder } from 'kysely';
import type { KeyUses } from './accounts/api-key-uses.ts';
import type { Dialect } from './dialect.ts';
import type { Vectors } from './embeddings/vectors.ts';
import type { Queries } from './queries.ts';
import type { IndexedText } from './search/analyser.ts';
import type { TermStatistics } from './search/term-statistics.ts';

/** What the shared queries need of a database: all that SQLite and PostgreSQL do differently is behind this interface. */
export interface Database {
  /** For writes, always in a transaction, and for reads that a write depends on. */
  readonly write: Queries;
  /** For reads. Sees everything committed; inside a transaction, that transaction's own writes too. */
  readonly read: Queries;
  /**
   * For statements that may run long, since they rank, count or sort many units: sees what `read` sees, and does not block
   * other requests meanwhile.
   */
  readonly search: Queries;
  /** For indexes that are built or dropped beside the requests, not inside a transaction. */
  readonly maintenance: Queries;
  readonly wordIndex: WordIndex;
  readonly termStatistics: TermStatistics;
  readonly keyUses: KeyUses;
  readonly dialect: Dialect;
  /** The time by the clock that all processes on the database share. */
  readonly now: () => Date;
  /** Null where the database cannot hold vectors. */
  readonly vectors: Vectors | null;
  /** Why it cannot, and what to do about it; null where it can. */
  readonly vectorProblem: string | null;
  /** Runs `work` in a transaction; inside another one, joins that. */
  transaction<T>(work: (db: Database) => Promise<T>): Promise<T>;
}

/** A unit's id and its tokens. */
export interface IndexedUnit extends IndexedText {
  readonly unitId: string;
}

/** SQL rows `(document)`: a subquery to join. */
export type MatchingDocuments = RawBuilder<{ document: number }>;

/** The full-text index (an inverted index) of one database: FTS5 or a tsvector under GIN, with the postings beside it. */
export interface WordIndex {
  /** Indexes new units. Batches of some hundreds are much faster than single units. */
  add(db: Queries, units: readonly IndexedUnit[]): Promise<void>;
  /**
   * Replaces the tokens of indexed units. Their document ids stay, and with them the rows that refer to those. Only postings
   * that changed are written, since writing postings is most of the work.
   */
  replace(db: Queries, units: readonly IndexedUnit[]): Promise<void>;
  /** The documents that hold at least one of the tokens. */
  matches(tokens: readonly string[]): MatchingDocuments;
}

/** The row of `search_documents` of a unit. */
export interface DocumentRow {
  readonly id: number;
  readonly unit_id: string;
}

/** Document ids by unit id. */
export const documentIdsByUnit = (documents: readonly DocumentRow[]): ReadonlyMap<string, number> =>
  new Map(documents.map(({ id, unit_id }) => [unit_id, id]));

/** The postings of the units as a JSON array of `[document, term, impact]`. */
export function postings(units: readonly IndexedUnit[], documents: ReadonlyMap<string, number>): string {
  return JSON.stringify(
    units.flatMap(({ unitId, impacts }) => impacts.map(([term, impact]) => [documents.get(unitId), term, impact])),
  );
}

/** The same database over an open transaction, which transactions inside it join. */
export function boundTo(db: Database, tx: Queries): Database {
  const joined: Database = { ...db, write: tx, read: tx, search: tx, transaction: (work) => work(joined) };
  return joined;
}
