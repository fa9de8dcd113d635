import type { RawBuilder } from 'kysely';
import type { Database } from '../database.ts';
import type { WordMatches } from '../words/word-finder.ts';
import type { QueryToken } from './analyser.ts';
import { termOf } from './term-ids.ts';

/** Units found by their words, as SQL rows. */
export interface WordCandidates extends Omit<WordMatches, 'scored'> {
  /** A subquery to join, `(document, match, held)`: see `ScoredDocuments`. */
  readonly rows: RawBuilder<{ document: number; match: number; held: number }>;
}

/**
 * The units that the tokens match best, as many as `limit` and those that are equally good, and in any case those of `among`, by the
 * numbers of their documents. None, if no unit has one of the tokens whose texts are `required`.
 */
export async function findByWords(
  db: Database,
  tokens: readonly QueryToken[],
  limit: number,
  among: readonly number[] = [],
  required: ReadonlySet<string> = new Set(),
): Promise<WordCandidates> {
  const wanted = tokens.map(({ text, weight }) => ({ text, term: termOf(text), weight }));
  const { scored, ...rest } = await db.words.find({ tokens: wanted, limit, among, required });
  return { ...rest, rows: db.wordIndex.rowsOf(scored) };
}

/** In how many units each token is, in the order of `texts`: `most + 1` for one that is in more than `most` units. */
export function countUnitsWith(db: Database, texts: readonly string[], most?: number): Promise<readonly number[]> {
  return db.words.frequencies(
    texts.map((text) => ({ text, term: termOf(text) })),
    most,
  );
}
