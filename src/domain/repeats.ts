import type { KnowledgeUnit, RepeatBasis, ReviewStatus, Store } from '../store/store.ts';
import { jaccard, shinglesOf } from './similar-words.ts';

/** A unit that says the same as a lesson; `similarity` is at most 1, and of the same text 1. */
export interface Repeat {
  readonly unit: KnowledgeUnit;
  readonly similarity: number;
  readonly basis: RepeatBasis;
}

/**
 * The similarity of wording from which two lessons say the same. Measured by `bench/eval/repeats.ts`, see docs/search.md: a repeat that is
 * missed costs a reviewer a look, one that is none costs an agent's lesson.
 */
export const leastSimilarity = 0.8;

/** Units that are compared, by text and by words each. */
const maxCandidates = 20;
/** As much of a lesson is searched for, in UTF-16 units. */
const maxQuestion = 600;
/**
 * So many of its words find the candidates, the rarest: who shares most of their wording shares nearly all of them. Eight are enough for
 * all that `bench/eval/repeats.ts` makes; the others are for a repeat that has rare words of its own, names of files for example.
 */
const rarest = 32;

export const comparedStatuses: readonly ReviewStatus[] = ['approved', 'pending'];

/**
 * Up to `limit` units, approved and pending ones unless told otherwise, that say the same as a lesson, of those that `mayTell` lets
 * through: those with the same text first, then those in nearly the same words, the most similar first.
 */
export async function findRepeats(
  store: Store,
  insight: KnowledgeUnit['insight'],
  mayTell: (unit: KnowledgeUnit) => boolean,
  limit: number,
  statuses: readonly ReviewStatus[] = comparedStatuses,
): Promise<Repeat[]> {
  const same = (await store.units.withText(insight, statuses, maxCandidates)).filter(mayTell);
  const repeats: Repeat[] = same.slice(0, limit).map((unit) => ({ unit, similarity: 1, basis: 'text' }));
  if (repeats.length === limit) return repeats;
  const seen = new Set(same.map(({ id }) => id));
  const shingles = shinglesOf(insight);
  const text = [insight.summary, insight.action, insight.detail].join('\n').slice(0, maxQuestion).toWellFormed();
  const { hits } = await store.units.search({ text, filter: { statuses }, limit: maxCandidates, rarest });
  const near = hits
    .filter(({ unit }) => !seen.has(unit.id) && mayTell(unit))
    .map(
      ({ unit }): Repeat => ({
        unit,
        similarity: Math.round(jaccard(shingles, shinglesOf(unit.insight)) * 10_000) / 10_000,
        basis: 'words',
      }),
    )
    .filter(({ similarity }) => similarity >= leastSimilarity)
    .sort((one, other) => other.similarity - one.similarity);
  return [...repeats, ...near].slice(0, limit);
}
