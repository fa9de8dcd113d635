import { describe, expect } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { lacks, unless } from '../left-out.ts';
import { configOf, postgres } from '../postgres/databases.ts';
import { reindexTogether } from './conformance/analyser.ts';
import { noon, put, random, type StoreTest } from './conformance/fixture.ts';
import { storeConformance } from './conformance/index.ts';
import { aVector, tidyAll, useModel } from './conformance/vectors.ts';
import { onPostgres as it } from './postgres-fixture.ts';
import { schemaDifference } from './schema-difference.ts';

// the suite asks for `store` alone, and does not mind that there is more
const { vectorEngine } = await postgres();
describe('the PostgreSQL store', () => storeConformance(it as unknown as StoreTest, vectorEngine, lacks.pgvector));

describe('a PostgreSQL database', () => {
  it('has the tables that the entities describe', async ({ database }) => {
    expect(await schemaDifference(database.url)).toBe('');
  });

  it('is indexed again by two stores, each unit once', async ({ database, store }) => {
    const other = await openStore(configOf(database.url), { migrate: false });
    await reindexTogether(store, other);
    await other.close();
  });
  it('has no index of a retired model', unless(vectorEngine === null, lacks.pgvector), async ({ database, store }) => {
    await put(store);
    const next = random(1);
    const indexes = async () =>
      (
        await database.query<{ name: string }>(
          "select indexname as name from pg_indexes where indexname ^@ 'search_vectors_model_' order by 1",
        )
      ).map(({ name }) => Number(name.slice('search_vectors_model_'.length)));
    const old = await useModel(store, 8, () => aVector(next, 8));
    const model = await useModel(store, 16, () => aVector(next, 16));
    expect(await indexes()).toEqual([old.id, model.id]);
    await tidyAll(store);
    expect(await indexes()).toEqual([model.id]);
    await useModel(store, 8, () => aVector(next, 8));
    await store.transaction(async (tx) => {
      // who reads for long, as a backup does, is not waited for
      await tx.embeddings.vectorOf(model.id, 'ku_none');
      await tidyAll(store);
      expect(await store.embeddings.progress(model.id)).toMatchObject({ done: 0 });
      expect(await indexes()).toEqual([old.id, model.id]);
    });
    await tidyAll(store);
    expect(await indexes()).toEqual([old.id]);
  });

  it('is let go of once those who wait for a connection have had one', async ({ database }) => {
    const store = await openStore(configOf(database.url), { migrate: false });
    const { id } = await put(store);
    const asked = Array.from({ length: 40 }, () => store.units.confirm(id, 'mia', noon));
    // of ten connections some are being made now
    await Promise.race(asked);
    await store.close();
    const confirmed = await Promise.all(asked);
    expect(confirmed.map((unit) => unit?.id)).toEqual(Array(40).fill(id));
  });
});
