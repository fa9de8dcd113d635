import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../database.ts';
import { inverseDocumentFrequency, termOf, type WordMatch } from './analyser.ts';
import type { TermCounts } from './term-statistics.ts';

/** The terms of a question, and the units that they select. */
export interface QueryTerms {
  /** The units to rank: a subquery `(document)`. */
  readonly hits: WordMatch;
  /** True if only the postings with the highest impacts were selected: other units hold the terms too. */
  readonly capped: boolean;
  /** Whether the cached counts of the terms predict hits. */
  readonly expected: boolean;
  /** The inverse document frequency of each term, in thousandths. */
  readonly idfWeight: ReadonlyMap<number, number>;
}

/**
 * Take the rarest terms until their posting lists add up to this many entries; the remaining terms affect the score only. Where
 * the rarest term has a longer list, take the postings with the highest impacts of all terms.
 */
const maxPostings = 500;

/** With `exhaustive`, every unit that holds the rarest term is selected, however many they are. */
export async function selectCandidatePostings(
  db: Database,
  tokens: readonly string[],
  { exhaustive = false } = {},
): Promise<QueryTerms> {
  const terms = tokens.map(termOf);
  const { counts, all } = await db.terms.read(db.search, terms);
  const words = tokens
    .map((token, index) => ({ token, term: terms[index] ?? 0, ...(counts[index] ?? { found: 0, impacts: [] }) }))
    .map((word) => ({ ...word, idfWeight: inverseDocumentFrequency(word.found, all) }))
    .sort((one, other) => one.found - other.found || one.term - other.term);
  const idfWeight = new Map(words.map((word) => [word.term, word.idfWeight]));
  const rarest = words.find(({ found }) => found > 0);
  if (!exhaustive && rarest && rarest.found > maxPostings)
    return { hits: highestImpacts(words), capped: true, expected: true, idfWeight };
  let left = maxPostings;
  const finding = words.filter((word) => {
    left -= word.found;
    return left >= 0 || word === rarest;
  });
  const hits = db.words.matches(finding.map(({ token }) => token));
  return { hits, capped: false, expected: rarest !== undefined, idfWeight };
}

/** True if the cached term counts are stale: they predict hits and there are none. */
export async function areStale(db: Database, { hits, expected }: QueryTerms): Promise<boolean> {
  if (!expected) return false;
  const { rows } = await sql`select 1 from ${hits} hit limit 1`.execute(db.search);
  return rows.length === 0;
}

type Word = TermCounts & { readonly term: number; readonly idfWeight: number };

/** Impact-ordered selection: (term, impact) blocks by weight until about `maxPostings`; ties at the last impact are all kept. */
function highestImpacts(words: readonly Word[]): WordMatch {
  const steps = words
    .flatMap(({ term, idfWeight, impacts }) =>
      impacts.map(({ impact, found }) => ({ term, impact, found, by: idfWeight * impact })),
    )
    .sort((one, other) => other.by - one.by || one.term - other.term);
  const least = new Map<number, number>();
  let left = maxPostings;
  for (const { term, impact, found } of steps) {
    if (left <= 0) break;
    left -= found;
    least.set(term, impact);
  }
  const parts = [...least].map(
    ([term, impact]): RawBuilder<unknown> =>
      sql`select document from search_postings where term = ${term} and impact >= ${impact}`,
  );
  return sql`(${sql.join(parts, sql` union `)})`;
}
