import type { RawBuilder } from 'kysely';
import type { Database } from '../database.ts';
import { termOf } from './term-ids.ts';

/** Units found by their words, as SQL rows. */
export interface WordCandidates {
  /** A subquery to join, `(document, match, held)`: see `ScoredDocuments`. */
  readonly rows: RawBuilder<{ document: number; match: number; held: number }>;
  /** Whether other units have one of the words. */
  readonly more: boolean;
  /** What `held` is at most. */
  readonly idf: number;
}

/**
 * The units that the tokens match best, as many as `limit` and those that are equally good, and in any case those of the documents
 * that `among` selects (rows `(document)`).
 */
export async function findByWords(
  db: Database,
  tokens: readonly string[],
  limit: number,
  among?: RawBuilder<unknown>,
): Promise<WordCandidates> {
  const { scored, more, idf } = await db.words.find({
    tokens: tokens.map((token) => [token, termOf(token)] as const),
    limit,
    among: among && compiled(db, among),
  });
  return { rows: db.wordIndex.rowsOf(scored), more, idf };
}

function compiled({ search }: Database, query: RawBuilder<unknown>) {
  const { sql, parameters } = query.compile(search);
  return { sql, parameters };
}
