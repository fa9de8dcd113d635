import { type RawBuilder, sql } from 'kysely';
import { double } from './relevance.ts';
import type { WordCandidates } from './word-candidates.ts';

/** How well a text is matched, whatever the other units of an answer, so that scores of different questions compare. */

/** The impact of an average occurrence: one in the body of a unit of average length, times 100 (see bm25.ts). */
const averageImpact = 100;
/** How often a term that the unit lacks counts besides, and for how many terms that no unit holds at most; measured on public collections. */
const missingFactor = 4;

/**
 * SQL of how well a unit matches the text, from 0 to 1, a double: its BM25 score (`match`), divided by what an average occurrence of
 * each term would score, where the terms that it lacks weigh more: `match / (100 · (total + 4 · min(lacking, weight of an unknown
 * term)))`. A question of one word is matched whole by a unit that holds it; of a long question, some words are enough. `held` is the
 * IDF weight of the terms that the unit has; both are null for one that has none.
 */
export function matchStrength(
  { totalWeight, maxWeight }: Pick<WordCandidates, 'totalWeight' | 'maxWeight'>,
  match: RawBuilder<unknown>,
  held: RawBuilder<unknown>,
): RawBuilder<number> {
  const total = sql`cast(${totalWeight} as integer)`;
  const most = sql`cast(${maxWeight} as integer)`;
  const lacking = sql`(${total} - ${held})`;
  const missing = sql`case when ${lacking} < ${most} then ${lacking} else ${most} end`;
  const average = sql`cast(${sql.lit(averageImpact)} * (${total} + ${sql.lit(missingFactor)} * (${missing})) as double precision)`;
  const strength = sql`cast(${match} as double precision) / ${average}`;
  return sql`case when ${match} is null then ${double(0)} when ${strength} > 1 then ${double(1)} else ${strength} end`;
}
