import type { EmbeddingModel, KnowledgeUnit, Store } from '../../../src/store/store.ts';
import { noon } from './fixture.ts';

/** A model with a unique name. */
export const aModel = (
  dimensions: number,
  changes: Partial<EmbeddingModel> = {},
): Parameters<Store['embeddings']['register']>[0] => ({
  provider: 'hash',
  name: `model-${dimensions}`,
  dimensions,
  documentPrefix: '',
  ...changes,
});

/** A vector of length 1 in any direction. */
export function aVector(next: () => number, dimensions: number): Float32Array {
  const numbers = Array.from({ length: dimensions }, () => next() + next() + next() - 1.5);
  const length = Math.hypot(...numbers);
  return Float32Array.from(numbers, (number) => number / length);
}

/** One that leans towards another, as texts about one subject do. */
export function near(next: () => number, to: Float32Array, share = 0.7): Float32Array {
  const away = aVector(next, to.length);
  const numbers = Array.from(to, (number, index) => share * number + (1 - share) * (away[index] ?? 0));
  const length = Math.hypot(...numbers);
  return Float32Array.from(numbers, (number) => number / length);
}

export function cosine(one: Float32Array, other: Float32Array): number {
  const [a, b] = [Array.from(one), Array.from(other)];
  const dot = a.reduce((sum, number, index) => sum + number * (b[index] ?? 0), 0);
  return dot / (Math.hypot(...a) * Math.hypot(...b));
}

/** Rounded as the store does; null where databases that add up in another order may round to the other side. */
export function rounded(value: number): number | null {
  const part = Math.abs(value * 10_000) % 1;
  return Math.abs(part - 0.5) < 0.02 ? null : Math.round(value * 10_000) / 10_000;
}

/** What is nearest, worked out without a database: as `nearest` answers. */
export function expectedNearest(vectors: ReadonlyMap<string, Float32Array>, to: Float32Array, limit: number) {
  return [...vectors]
    .map(([unitId, vector]) => ({ unitId, similarity: rounded(cosine(vector, to)) ?? Number.NaN }))
    .sort((a, b) => b.similarity - a.similarity || (a.unitId < b.unitId ? 1 : -1))
    .slice(0, limit);
}

/** Makes every vector that waits, as a worker does. */
export async function work(
  store: Store,
  modelId: number,
  make: (unit: KnowledgeUnit) => Float32Array,
  now = new Date(Math.max(noon.getTime(), store.now().getTime()) + 1),
): Promise<number> {
  let made = 0;
  for (;;) {
    const claimed = await store.embeddings.claim(modelId, 100, now, 60_000);
    if (claimed.length === 0) return made;
    await store.embeddings.complete(
      modelId,
      claimed.map(({ unit }) => ({ unitId: unit.id, vector: make(unit) })),
    );
    made += claimed.length;
  }
}

/** Removes all that retired models have left. */
export async function purgeAllRetired(store: Store, unusedSince = noon): Promise<void> {
  while (await store.embeddings.purgeRetired(unusedSince));
}

/** A model in use, with vectors of all units there are. */
export async function useModel(
  store: Store,
  dimensions: number,
  make: (unit: KnowledgeUnit) => Float32Array,
  changes: Partial<EmbeddingModel> = {},
): Promise<EmbeddingModel> {
  const model = await store.embeddings.register(aModel(dimensions, changes), noon);
  await work(store, model.id, make);
  if (!(await store.embeddings.activate(model.id))) throw new Error('there are vectors to be made');
  return { ...model, state: 'active' };
}
