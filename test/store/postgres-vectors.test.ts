import { describe, expect } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import type { Store, UnitFilter } from '../../src/store/store.ts';
import { aUnit } from '../harness.ts';
import { configOf, withVectors } from '../postgres/databases.ts';
import { random } from './conformance/fixture.ts';
import { aVector, useModel } from './conformance/vectors.ts';
import { onPostgres as it } from './postgres-fixture.ts';

const dimensions = 24;
const count = 1500;

/** Units with vectors, nine in ten of them approved. */
async function fill(store: Store) {
  const units = Array.from({ length: count }, (_unit, place) => ({
    unit: aUnit({ status: place % 10 === 0 ? 'pending' : 'approved', domains: [place % 3 ? 'many' : 'some'] }),
    flags: [],
  }));
  await store.units.restoreMany(units);
  const next = random(5);
  const { id } = await useModel(store, dimensions, () => aVector(next, dimensions));
  return { modelId: id, vector: aVector(next, dimensions) };
}

describe('the index of vectors', await withVectors(), () => {
  const approved: UnitFilter = { statuses: ['approved'] };
  it.for<[string, (store: Store, modelId: number, vector: Float32Array) => Promise<unknown>]>([
    ['whatever is nearest', (store, id, vector) => store.embeddings.nearest(id, vector, {}, 10)],
    ['what passes a filter', (store, id, vector) => store.embeddings.nearest(id, vector, approved, 10)],
    ['all that a search ranks', (store, id, vector) => store.embeddings.nearest(id, vector, approved, 100)],
    [
      'a search by meaning',
      (store, modelId, vector) =>
        store.units.search({ filter: approved, meaning: { modelId, vector, meanCosine: null, weight: 0.2 }, limit: 5 }),
    ],
    [
      'a search by both',
      (store, modelId, vector) =>
        store.units.search({
          text: 'retry',
          filter: approved,
          meaning: { modelId, vector, meanCosine: null, weight: 0.2 },
          limit: 5,
        }),
    ],
  ])('answers %s', async ([, ask], { store, database }) => {
    const { modelId, vector } = await fill(store);
    await database.query('analyze');
    const scans = async () => {
      const rows = await database.query<{ index: string; scans: number }>(`
        select indexrelname as index, idx_scan::integer as scans from pg_stat_user_indexes where relname = 'search_vectors'`);
      return Object.fromEntries(rows.map(({ index, scans }) => [index.replace(/_\d+$/, ''), scans]));
    };
    await store.close();
    const before = await scans();
    // so few would be read one by one: the planner is left nothing but an index that gives them in order
    const asking = await openStore(
      configOf(`${database.url}?options=-c%20enable_seqscan%3Doff%20-c%20enable_sort%3Doff`),
      { migrate: false },
    );
    await ask(asking, modelId, vector);
    // a session tells what it has scanned when it ends
    await asking.close();
    await expect.poll(scans).toEqual({ ...before, search_vectors_model: (before.search_vectors_model ?? 0) + 1 });
  });
});
