import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sqliteDatabase } from '../../src/config/sqlite-url.ts';
import type { Embedder, ModelIdentity } from '../../src/embedding/embedder.ts';
import { createQueryVectors, type QueryVectorSource } from '../../src/embedding/query-vectors.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { useModel } from '../store/conformance/vectors.ts';

const active = { provider: 'openai', name: 'm', dimensions: 2, documentPrefix: 'passage: ' };
const vector = Float32Array.of(0.6, 0.8);
let store: Store;
let saw: number[];
beforeEach(async () => {
  store = await openStore(sqliteDatabase(':memory:'), { migrate: true });
  saw = [];
});
afterEach(() => store.close());

/** A source that embeds with the active model, except for `changes`. */
const source = (changes: Partial<ModelIdentity> = {}, answer = vector): QueryVectorSource => ({
  embedder: { model: { ...active, ...changes } } as Embedder,
  questions: { queryVector: async () => ({ vector: answer }) },
  weight: 0.3,
  reportDimensions: (dimensions) => saw.push(dimensions),
});

describe('a query vector', () => {
  const make = async () => (await useModel(store, 2, () => vector, active)).id;

  it.for<[string, Partial<ModelIdentity>, string | null]>([
    ['the same model', {}, null],
    ['a model of any size', { dimensions: null }, null],
    ['another provider', { provider: 'encoderfile' }, 'building'],
    ['another name', { name: 'n' }, 'building'],
    ['another size', { dimensions: 3 }, 'building'],
    ['another prefix', { documentPrefix: 'query: ' }, 'building'],
    ['no prefix', { documentPrefix: '' }, 'building'],
  ])('is known by %s as the units have: %o', async ([, changes, missing]) => {
    const modelId = await make();
    const found = await createQueryVectors(store, source(changes)).of('a', 'query');
    expect(found).toEqual(missing ? { missing } : { meaning: { modelId, vector, meanCosine: null, weight: 0.3 } });
  });

  it('is missing when its dimensions differ from those of the units', async () => {
    await make();
    const queryVectors = createQueryVectors(store, source({ dimensions: null }, Float32Array.of(0, 0, 1)));
    expect(await queryVectors.of('a', 'query')).toEqual({ missing: 'wrongSize' });
    expect(saw).toEqual([3]);
  });

  it('is missing while the vectors have no index and are too many to compare without', async () => {
    await make();
    const { embeddings } = store;
    Object.assign(store, { embeddings: { ...embeddings, isSearchable: async () => false } });
    const queryVectors = createQueryVectors(store, source());
    expect(await queryVectors.of('a', 'query')).toEqual({ missing: 'unindexed' });
    expect(await queryVectors.model()).toBeNull();
  });

  it('is missing without a provider', async () => {
    await make();
    const queryVectors = createQueryVectors(store, null);
    expect(await queryVectors.of('a', 'query')).toEqual({ missing: 'off' });
    expect(queryVectors.on).toBe(false);
  });
});

it('the active model is cached for 3 s, or until `forget`', async () => {
  let time = 0;
  const queryVectors = createQueryVectors(store, source(), { now: () => time });
  const name = async () => (await queryVectors.model())?.name ?? null;
  expect(await name()).toBeNull();
  await useModel(store, 2, () => vector, active);
  time = 2999;
  expect(await name()).toBeNull();
  time = 3000;
  expect(await name()).toBe('m');
  await useModel(store, 2, () => vector, { ...active, name: 'n' });
  expect(await name()).toBe('m');
  queryVectors.forget();
  expect(await name()).toBe('n');
});
