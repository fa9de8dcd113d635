import { describe, expect, inject } from 'vitest';
import { sqliteDatabase } from '../../src/database-config.ts';
import { openStore } from '../../src/store/open.ts';
import type { SearchHit } from '../../src/store/store.ts';
import { putSubjects } from './conformance/meaning.ts';
import { searchAll } from './conformance/search.ts';
import { useModel } from './conformance/vectors.ts';
import { onPostgres } from './postgres-fixture.ts';

const ranked = (hits: readonly SearchHit[]) =>
  hits.map(({ unit, score, signals }) => ({ id: unit.id, score, signals }));

describe.skipIf(inject('postgres').vectorEngine === null)('SQLite and PostgreSQL', () => {
  onPostgres('find the same units by meaning, in the same order and with the same scores', async ({ store }) => {
    const other = await openStore(sqliteDatabase(':memory:'), { migrate: true });
    const { questions, make } = await putSubjects(store, 300, 32);
    await putSubjects(other, 300, 32);
    const model = await useModel(store, 32, make);
    expect(await useModel(other, 32, make)).toEqual(model);
    for (const { subject, vector } of questions) {
      const ask = { modelId: model.id, vector, weight: 0.2 };
      expect(await other.embeddings.nearest(model.id, vector, {}, 50)).toEqual(
        await store.embeddings.nearest(model.id, vector, {}, 50),
      );
      for (const text of [undefined, subject])
        for (const filter of [{}, { domains: ['api', 'ui'] }]) {
          const question = { text, filter: { statuses: ['approved'] as const, ...filter }, meaning: ask, limit: 50 };
          expect(ranked(await searchAll(other, question))).toEqual(ranked(await searchAll(store, question)));
        }
    }
    await other.close();
  });
});
