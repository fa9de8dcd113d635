import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sqliteDatabase } from '../../src/config/sqlite-url.ts';
import { findDuplicate, findRelated } from '../../src/domain/duplicates.ts';
import type { QueryVectors } from '../../src/domain/query-vectors.ts';
import { anonymous } from '../../src/domain/viewer.ts';
import { openStore } from '../../src/store/open.ts';
import type { EmbeddingModel, KnowledgeUnit, Store } from '../../src/store/store.ts';
import { idsOf, put } from '../store/conformance/fixture.ts';
import { useModel } from '../store/conformance/vectors.ts';

let store: Store;
let model: EmbeddingModel;
beforeEach(async () => {
  store = await openStore(sqliteDatabase(':memory:'), { migrate: true });
});
afterEach(() => store.close());

/** A vector of length 1 with this cosine to the first axis. */
const leaning = (cosine: number) => Float32Array.from([cosine, Math.sqrt(1 - cosine ** 2)]);

/** Units with these cosines to the first axis, which is what every text means. */
async function unitsAt(...placed: [cosine: number, status: KnowledgeUnit['status']][]) {
  const vectors = new Map<string, Float32Array>();
  for (const [cosine, status] of placed) vectors.set((await put(store, { status })).id, leaning(cosine));
  model = await useModel(store, 2, ({ id }) => vectors.get(id) as Float32Array);
  return [...vectors.keys()];
}

const vectorsOfMean = (meanCosine: number | null): QueryVectors => ({
  on: true,
  model: async () => model,
  of: async () => ({ meaning: { modelId: model.id, vector: leaning(1), meanCosine, weight: 1 } }),
  forget: () => {},
});
const queryVectors = vectorsOfMean(0);
const insight = { summary: '', detail: '', action: '' };
const duplicate = (threshold: number, mean: number | null = 0) =>
  findDuplicate(store, { queryVectors: vectorsOfMean(mean), threshold }, insight);

describe('a text', () => {
  it('says the same as a unit from the threshold on, which is part of it', async () => {
    const [id] = await unitsAt([0.9, 'approved']);
    expect(await duplicate(0.9)).toMatchObject({ unit: { id }, similarity: 0.9 });
    expect(await duplicate(0.9001)).toBeNull();
    expect(await duplicate(0.8999)).toMatchObject({ unit: { id } });
  });

  it('is measured from the mean cosine of the model: at 0.5, the threshold 0.8 is the cosine 0.9', async () => {
    const [id] = await unitsAt([0.9, 'approved']);
    expect(await duplicate(0.8, 0.5)).toMatchObject({ unit: { id }, similarity: 0.9 });
    expect(await duplicate(0.8001, 0.5)).toBeNull();
    expect(await duplicate(0.9, 0.5)).toBeNull();
    // less than nothing in common
    expect(await duplicate(0.5, 0.95)).toBeNull();
  });

  it('is measured from 0.8 while the mean is unknown', async () => {
    const [id] = await unitsAt([0.95, 'approved']);
    expect(await duplicate(0.75, null)).toMatchObject({ unit: { id } });
    expect(await duplicate(0.76, null)).toBeNull();
  });

  it.for([null, 0, 0.3333, 0.79, 0.99])(
    'that is equal says the same at a threshold of 1, at the mean %s',
    async (mean) => {
      const [id] = await unitsAt([1, 'approved'], [0.9999, 'approved']);
      expect(await duplicate(1, mean)).toMatchObject({ unit: { id } });
    },
  );

  it('that is equal says the same at a threshold of 1', async () => {
    const [id] = await unitsAt([1, 'pending']);
    expect(await duplicate(1)).toMatchObject({ unit: { id }, similarity: 1 });
  });

  it('is compared with the nearest unit that is approved or waits', async () => {
    const [, , nearest] = await unitsAt([0.99, 'rejected'], [0.91, 'approved'], [0.95, 'pending']);
    expect(await duplicate(0.9)).toMatchObject({ unit: { id: nearest }, similarity: 0.95 });
    expect(await duplicate(0.97)).toBeNull();
  });

  it('that has no meaning here says the same as nothing', async () => {
    await unitsAt([1, 'approved']);
    const none: QueryVectors = { ...queryVectors, of: async () => ({ missing: 'timeout' }) };
    expect(await findDuplicate(store, { queryVectors: none, threshold: 0.5 }, insight)).toBeNull();
  });
});

it('a cosine is rounded to four decimals', async () => {
  const [above, below] = await unitsAt([0.12346, 'approved'], [0.12344, 'approved']);
  expect(await store.embeddings.nearest(model.id, leaning(1), {}, 9)).toEqual([
    { unitId: above, similarity: 0.1235 },
    { unitId: below, similarity: 0.1234 },
  ]);
});

it('units near one are the nearest but itself, as many as asked for', async () => {
  const ids = await unitsAt(
    [1, 'approved'],
    [0.99, 'approved'],
    [0.5, 'approved'],
    [0.98, 'pending'],
    [0.7, 'approved'],
  );
  const unit = (await store.units.find(ids[0] ?? '')) as KnowledgeUnit;
  const related = async (limit: number) => {
    const found = await findRelated(store, queryVectors, anonymous, unit, limit);
    return [idsOf(found.map(({ unit }) => unit)), found.map(({ similarity }) => similarity)];
  };
  expect(await related(2)).toEqual([
    [ids[1], ids[4]],
    [0.99, 0.7],
  ]);
  expect(await related(9)).toEqual([
    [ids[1], ids[4], ids[2]],
    [0.99, 0.7, 0.5],
  ]);
});
