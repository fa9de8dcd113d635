import { type RawBuilder, sql } from 'kysely';
import type { QueryTerms } from './query-terms.ts';
import { double } from './relevance.ts';

/**
 * How well a text is matched, whatever the other units of an answer, so that scores of different questions compare.
 *
 * A BM25 score and the IDF weight that the unit holds are added up together, as `score · 2^21 + weight`: both are whole numbers,
 * and 64 terms of at most 21,000 thousandths stay below 2^21.
 */
const weightBits = 21;

/** The impact of an average occurrence: one in the body of a unit of average length, times 100 (see bm25.ts). */
const averageImpact = 100;
/** How often a term that the unit lacks counts besides, and for how many terms that no unit holds at most; measured on public collections. */
const missingFactor = 4;

/** What a posting adds for each thousandth of its term's IDF weight. */
export const packedImpact = (impact: RawBuilder<unknown>) =>
  sql`(${impact} * cast(${sql.lit(2 ** weightBits)} as bigint) + 1)`;

/** The BM25 score in a packed number. */
export const bm25Of = (packed: RawBuilder<unknown>) => sql`(${packed} >> ${sql.lit(weightBits)})`;

/** The IDF weight that the unit holds, in a packed number. */
export const heldWeightOf = (packed: RawBuilder<unknown>) => sql`(${packed} & ${sql.lit(2 ** weightBits - 1)})`;

/** The IDF weight of all terms, in thousandths. */
export const totalWeight = ({ idfWeight }: QueryTerms): number =>
  [...idfWeight.values()].reduce((sum, weight) => sum + weight, 0);

/**
 * SQL of how well a unit matches the text, from 0 to 1, a double: its BM25 score, divided by what an average occurrence of each term
 * would score, where the terms that it lacks weigh more: `bm25 / (100 · (total + 4 · min(lacking, weight of an unknown term)))`. A
 * question of one word is matched whole by a unit that holds it; of a long question, some words are enough.
 */
export function matchStrength(terms: QueryTerms, packed: RawBuilder<unknown>): RawBuilder<number> {
  const total = sql`cast(${totalWeight(terms)} as integer)`;
  const most = sql`cast(${terms.maxIdfWeight} as integer)`;
  const lacking = sql`(${total} - ${heldWeightOf(packed)})`;
  const missing = sql`case when ${lacking} < ${most} then ${lacking} else ${most} end`;
  const average = sql`cast(${sql.lit(averageImpact)} * (${total} + ${sql.lit(missingFactor)} * (${missing})) as double precision)`;
  const strength = sql`cast(${bm25Of(packed)} as double precision) / ${average}`;
  return sql`case when ${packed} is null then ${double(0)} when ${strength} > 1 then ${double(1)} else ${strength} end`;
}
