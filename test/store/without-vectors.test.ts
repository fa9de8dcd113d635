import { describe, expect, vi } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { configOf, createDatabase, withVectors } from '../postgres/databases.ts';
import { noEmbeddingsConformance } from './conformance/embeddings.ts';
import { put, random, type StoreTest } from './conformance/fixture.ts';
import { aVector, useModel } from './conformance/vectors.ts';
import { onPostgres } from './postgres-fixture.ts';
import { inMemory } from './sqlite-fixture.ts';

// as on a platform that sqlite-vec is not made for
vi.mock('sqlite-vec', () => ({
  load() {
    throw new Error('not for this platform');
  },
}));

describe('SQLite without sqlite-vec', () => noEmbeddingsConformance(inMemory));

const withoutExtension = onPostgres.extend('store', async ({ database }, { onCleanup }) => {
  await database.empty();
  await database.query('drop extension if exists vector cascade');
  const store = await openStore(configOf(database.url), { migrate: false });
  onCleanup(() => store.close());
  return store;
});

describe('PostgreSQL without pgvector', () => {
  noEmbeddingsConformance(withoutExtension as unknown as StoreTest);
});

describe('pgvector', await withVectors(), () => {
  onPostgres('may come later, go, and come back', async () => {
    await using database = await createDatabase();
    const open = () => openStore(configOf(database.url), { migrate: true });
    for (let round = 0; round < 2; round++) {
      await database.query('drop extension vector cascade');
      const store = await open();
      const unit = await put(store);
      const model = await useModel(store, 8, () => aVector(random(1), 8));
      expect(model.state).toBe('active');
      expect(await store.embeddings.vectorOf(model.id, unit.id)).toHaveLength(8);
      await store.close();
    }
  });
});
