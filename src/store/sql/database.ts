import { randomBytes } from 'node:crypto';
import type { RawBuilder } from 'kysely';
import type { LastUses } from './accounts/last-uses.ts';
import type { Cleaner } from './cleaner.ts';
import type { Dialect } from './dialect.ts';
import type { Vectors } from './embeddings/vectors.ts';
import type { UnitUses } from './knowledge/unit-uses.ts';
import type { LogChanges } from './log/log-changes.ts';
import type { LogSource } from './log/log-source.ts';
import type { Queries } from './queries.ts';
import type { IndexedText } from './search/analyser.ts';
import type { Pack } from './words/chunk.ts';
import { encodePostings } from './words/postings.ts';
import type { ScoredDocuments, WordFinder } from './words/word-finder.ts';

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
  /** How many rows a statement on `read` may go through where it blocks other requests meanwhile; infinite where it blocks none. */
  readonly shortRead: number;
  /** For indexes that are built or dropped beside the requests, not inside a transaction. */
  readonly maintenance: Queries;
  readonly wordIndex: WordIndex;
  /** Searches by words; sees what `search` sees. */
  readonly words: WordFinder;
  readonly keyUses: LastUses;
  readonly sessionUses: LastUses;
  readonly userUses: LastUses;
  /** Answers with units, and requests of superseded ones. */
  readonly unitUses: UnitUses;
  readonly unitRequests: UnitUses;
  /** The logs that are followed, read from the database that is written to. */
  readonly logs: LogSource;
  readonly logChanges: LogChanges;
  /** Of this process; see `Store.credentialChanges`. */
  readonly credentialChanges: { count: number };
  readonly dialect: Dialect;
  readonly cleaner: Cleaner;
  /** The time by the clock that all processes on the database share. */
  readonly now: () => Date;
  /** Null where the database cannot hold vectors. */
  readonly vectors: Vectors | null;
  /** Why it cannot, and what to do about it; null where it can. */
  readonly vectorProblem: string | null;
  /**
   * Runs `work`, which locks the row of a unit, when its turn among those of this process has come: a caller whose signal is aborted leaves
   * the queue. Inside a transaction at once, since that may hold what those before it wait for.
   */
  readonly unitQueue: <T>(unitId: string, work: () => Promise<T>, signal?: AbortSignal) => Promise<T>;
  /** Runs `work` in a transaction; inside another one, joins that. */
  transaction<T>(work: (db: Database) => Promise<T>): Promise<T>;
  /**
   * The same, for work of a few statements about one unit: where one transaction writes at a time, such ones are committed together, when
   * the last of them is done.
   */
  shortTransaction<T>(work: (db: Database) => Promise<T>): Promise<T>;
}

/** A unit's id and its tokens. */
export interface IndexedUnit extends IndexedText {
  readonly unitId: string;
}

/**
 * The index of words of one database: FTS5 or a tsvector under GIN, with the postings of each unit and, in chunks, of each term
 * beside it.
 */
export interface WordIndex {
  /** Indexes new units. Batches of some hundreds are much faster than single units. */
  add(db: Queries, units: readonly IndexedUnit[]): Promise<void>;
  /** Replaces the tokens of indexed units. Their document ids stay, and with them the rows that refer to those. */
  replace(db: Queries, units: readonly IndexedUnit[]): Promise<void>;
  /** Writes packs of a chunk that is being built. */
  addPacks(db: Queries, build: number, packs: readonly Pack[]): Promise<void>;
  /** Removes changes that are merged, by their ids. */
  removeChanges(db: Queries, ids: readonly number[]): Promise<void>;
  /** Removes forward postings, those of documents that still have this version and no change that waits. */
  removeForward(db: Queries, versions: readonly (readonly [document: number, version: number])[]): Promise<void>;
  /** The documents that have one of the tokens: a subquery `(document)`, by full-text search. */
  matches(tokens: readonly string[]): RawBuilder<{ document: number }>;
  /** SQL rows `(document, match, held)`: a subquery to join. */
  rowsOf(scored: ScoredDocuments): RawBuilder<{ document: number; match: number; held: number }>;
  /** Searches over other connections, or inside a transaction. */
  finder(db: Queries): WordFinder;
}

/** The row of `search_documents` of a unit. */
export interface DocumentRow {
  readonly id: number;
  readonly unit_id: string;
}

/** Document ids by unit id. */
export const documentIdsByUnit = (documents: readonly DocumentRow[]): ReadonlyMap<string, number> =>
  new Map(documents.map(({ id, unit_id }) => [unit_id, id]));

/** The forward postings of the units as a JSON array of `[document, version, postings in hexadecimal]`; versions are random. */
export function forwardJson(units: readonly IndexedUnit[], documents: ReadonlyMap<string, number>): string {
  const version = randomBytes(6).readUIntBE(0, 6);
  return JSON.stringify(
    units.map(({ unitId, impacts }) => [documents.get(unitId), version, encodePostings(impacts).toString('hex')]),
  );
}

/** Runs a transaction; once it is committed, counts that it changed credentials, and tells those who follow a log that it has added to. */
export async function announcing<T>(
  { write, logChanges, credentialChanges }: Pick<Database, 'write' | 'logChanges' | 'credentialChanges'>,
  work: (tx: Queries) => Promise<T>,
): Promise<T> {
  let own: Queries | undefined;
  try {
    const result = await write.transaction((tx) => {
      own = tx;
      return work(tx);
    });
    if (own?.addedToLog) logChanges.announce();
    return result;
  } finally {
    // also where it failed: a commit whose answer was lost may have been carried out
    if (own?.changedCredentials) credentialChanges.count++;
  }
}

/** The same database over an open transaction, which transactions inside it join. */
export function boundTo(db: Database, tx: Queries): Database {
  const joined: Database = {
    ...db,
    ...{ write: tx, read: tx, search: tx, words: db.wordIndex.finder(tx) },
    // there is no other place for long ones
    shortRead: Number.POSITIVE_INFINITY,
    unitQueue: (_unitId, work) => work(),
    transaction: (work) => work(joined),
    shortTransaction: (work) => work(joined),
  };
  return joined;
}
