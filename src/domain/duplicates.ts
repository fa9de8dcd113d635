import { assumedMeanCosine, calibrated } from '../calibrated.ts';
import type { KnowledgeUnit, ReviewStatus, Store } from '../store/store.ts';
import { withinDomains } from './key-limits.ts';
import { nullIfVectorsAreLost, type QueryVectors, textOf } from './query-vectors.ts';
import { comparedStatuses, findRepeats, type Repeat } from './repeats.ts';
import { hasScope, type Viewer } from './viewer.ts';

/** When a proposal counts as a duplicate. */
export interface DuplicateRule {
  readonly queryVectors: QueryVectors;
  /** `CQ_DUPLICATE_THRESHOLD`: the least calibrated cosine, from 0 to 1. */
  readonly threshold: number;
}

/** A unit similar to another one; `similarity` is the cosine of their vectors, null where only words were compared. */
export interface Related {
  readonly unit: KnowledgeUnit;
  readonly similarity: number | null;
}

/**
 * Looks for an approved or pending unit that a new text is a duplicate of: the cosine of their vectors, calibrated by the
 * model, is at least the threshold. `similarity` is the cosine as it is. Null also while there are no vectors to compare, such
 * as during an outage of the embedding service, or that can be used.
 */
export async function findDuplicate(
  store: Store,
  { queryVectors, threshold }: DuplicateRule,
  insight: KnowledgeUnit['insight'],
): Promise<{ readonly unit: KnowledgeUnit; readonly similarity: number } | null> {
  const found = await queryVectors.of(textOf(insight), 'document');
  if ('missing' in found) return null;
  const { modelId, vector, meanCosine } = found.meaning;
  const near = store.embeddings.nearest(modelId, vector, { statuses: ['approved', 'pending'] }, 1);
  const nearest = (await near.catch(nullIfVectorsAreLost))?.at(0);
  if (!nearest || !isDuplicate(nearest.similarity, meanCosine ?? assumedMeanCosine, threshold)) return null;
  const unit = await store.units.find(nearest.unitId);
  return unit && { unit, similarity: nearest.similarity };
}

/** Cosines are rounded to four decimals: what differs by less is equal. */
const isDuplicate = (cosine: number, mean: number, threshold: number) => calibrated(cosine, mean) >= threshold - 1e-9;

/**
 * Up to `limit` units, approved and pending ones unless told otherwise, that say the same as one: by text, by words, and from `threshold`
 * on by meaning, where that is not null and the unit has a vector. For reviewers.
 */
export async function findDuplicates(
  store: Store,
  queryVectors: QueryVectors,
  threshold: number | null,
  { id, insight }: KnowledgeUnit,
  limit: number,
  statuses: readonly ReviewStatus[] = comparedStatuses,
): Promise<Repeat[]> {
  const found = await findRepeats(store, insight, (unit) => unit.id !== id, limit, statuses);
  if (threshold === null || found.length === limit) return found;
  const model = await queryVectors.model();
  const vector = model && (await store.embeddings.vectorOf(model.id, id).catch(nullIfVectorsAreLost));
  if (!model || !vector) return found;
  const filter = { statuses };
  const seen = new Set([id, ...found.map(({ unit }) => unit.id)]);
  const nearest = store.embeddings.nearest(model.id, vector, filter, limit + 1).catch(nullIfVectorsAreLost);
  const near = ((await nearest) ?? []).filter(
    ({ unitId, similarity }) =>
      !seen.has(unitId) && isDuplicate(similarity, model.meanCosine ?? assumedMeanCosine, threshold),
  );
  const units = await store.units.findMany(near.map(({ unitId }) => unitId));
  const meant = near.flatMap(({ similarity }, index): Repeat[] => {
    const unit = units[index];
    return unit ? [{ unit, similarity, basis: 'meaning' }] : [];
  });
  return [...found, ...meant].slice(0, limit);
}

/**
 * The units most similar to one: nearest neighbours of its vector, or hits for the words of its summary as long as it has no
 * vector. Approved units; for reviewers pending ones too.
 */
export async function findRelated(
  store: Store,
  queryVectors: QueryVectors,
  viewer: Viewer,
  { id, insight }: KnowledgeUnit,
  limit: number,
): Promise<Related[]> {
  const filter = withinDomains(viewer, {
    statuses: hasScope(viewer, 'REVIEWER') ? (['approved', 'pending'] as const) : (['approved'] as const),
  });
  const model = await queryVectors.model();
  const vector = model && (await store.embeddings.vectorOf(model.id, id).catch(nullIfVectorsAreLost));
  const near =
    model && vector
      ? await store.embeddings.nearest(model.id, vector, filter, limit + 1).catch(nullIfVectorsAreLost)
      : null;
  if (near) {
    const others = near.filter(({ unitId }) => unitId !== id).slice(0, limit);
    const units = await store.units.findMany(others.map(({ unitId }) => unitId));
    return others.flatMap(({ similarity }, index) => {
      const unit = units[index];
      return unit ? [{ unit, similarity }] : [];
    });
  }
  const { hits } = await store.units.search({ text: insight.summary, filter, limit: limit + 1 });
  return hits
    .filter(({ unit }) => unit.id !== id)
    .slice(0, limit)
    .map(({ unit }) => ({ unit, similarity: null }));
}
