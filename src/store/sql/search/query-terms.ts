import { type RawBuilder, sql } from 'kysely';
import type { Database, MatchingDocuments } from '../database.ts';
import type { QueryToken } from './analyser.ts';
import { inverseDocumentFrequency } from './bm25.ts';
import { termOf } from './term-ids.ts';
import type { TermCounts } from './term-statistics.ts';

/** The terms of a query, with the documents that they select as candidates. */
export interface QueryTerms {
  /** The documents to rank: a subquery `(document)`. */
  readonly hits: MatchingDocuments;
  /** True if only the postings with the highest impacts were selected: other units hold the terms too. */
  readonly capped: boolean;
  /** Whether the cached document frequencies predict hits. */
  readonly expectsHits: boolean;
  /** The inverse document frequency of each term, in thousandths, times the weight of its token. */
  readonly idfWeight: ReadonlyMap<number, number>;
  /** That of a term in no unit, the highest there is. */
  readonly maxIdfWeight: number;
}

/**
 * Take the rarest terms until their posting lists add up to this many entries; the remaining terms affect the score only. Where
 * the rarest term has a longer list, take the postings with the highest impacts of all terms.
 */
const maxPostings = 500;

/** Selects the candidates of the tokens. With `exhaustive`, every unit that holds the rarest term, without the cap. */
export async function selectCandidatePostings(
  db: Database,
  tokens: readonly QueryToken[],
  { exhaustive = false } = {},
): Promise<QueryTerms> {
  const ids = tokens.map(({ text }) => termOf(text));
  const { counts, all } = await db.termStatistics.read(db.search, ids);
  const terms = tokens
    .map(({ text, weight }, index) => ({
      text,
      weight,
      term: ids[index] ?? 0,
      ...(counts[index] ?? { documentFrequency: 0, impacts: [] }),
    }))
    .map((term) => {
      const idf = inverseDocumentFrequency(term.documentFrequency, all);
      // at least 1, so that a term that every unit holds matches too
      return { ...term, idfWeight: Math.max(1, Math.round(term.weight * idf)) };
    })
    .sort((one, other) => one.documentFrequency - other.documentFrequency || one.term - other.term);
  const idfWeight = new Map(terms.map((term) => [term.term, term.idfWeight]));
  const maxIdfWeight = Math.max(1, inverseDocumentFrequency(0, all));
  const rarest = terms.find(({ documentFrequency }) => documentFrequency > 0);
  if (!exhaustive && rarest && rarest.documentFrequency > maxPostings)
    return { hits: highestImpacts(terms), capped: true, expectsHits: true, idfWeight, maxIdfWeight };
  let left = maxPostings;
  const selective = terms.filter((term) => {
    left -= term.documentFrequency;
    return left >= 0 || term === rarest;
  });
  const hits = db.wordIndex.matches(selective.map(({ text }) => text));
  return { hits, capped: false, expectsHits: rarest !== undefined, idfWeight, maxIdfWeight };
}

/** True if the cached document frequencies are stale: they predict hits and there are none. */
export async function areStale(db: Database, { hits, expectsHits }: QueryTerms): Promise<boolean> {
  if (!expectsHits) return false;
  const { rows } = await sql`select 1 from ${hits} hit limit 1`.execute(db.search);
  return rows.length === 0;
}

type WeightedTerm = TermCounts & { readonly term: number; readonly idfWeight: number };

/** The documents of the postings that `lowestImpacts` selects. */
function highestImpacts(terms: readonly WeightedTerm[]): MatchingDocuments {
  const parts = [...lowestImpacts(terms, maxPostings)].map(
    ([term, impact]): RawBuilder<unknown> =>
      sql`select document from search_postings where term = ${term} and impact >= ${impact}`,
  );
  return sql`(${sql.join(parts, sql` union `)})`;
}

/**
 * Impact-ordered selection: (term, impact) blocks by IDF · impact, descending, until they hold `postings` documents or more. Answers
 * the lowest selected impact of each term, all of whose postings are kept, so that ties fall alike on both databases.
 */
export function lowestImpacts(terms: readonly WeightedTerm[], postings: number): ReadonlyMap<number, number> {
  const blocks = terms
    .flatMap(({ term, idfWeight, impacts }) =>
      impacts.map(({ impact, documents }) => ({ term, impact, documents, weight: idfWeight * impact })),
    )
    .sort((one, other) => other.weight - one.weight || one.term - other.term);
  const lowest = new Map<number, number>();
  let left = postings;
  for (const { term, impact, documents } of blocks) {
    if (left <= 0) break;
    left -= documents;
    lowest.set(term, impact);
  }
  return lowest;
}
