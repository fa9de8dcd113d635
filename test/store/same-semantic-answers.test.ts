import { describe, expect } from 'vitest';
import { sqliteDatabase } from '../../src/config/sqlite-url.ts';
import { openStore } from '../../src/store/open.ts';
import type { SearchHit } from '../../src/store/store.ts';
import { withVectors } from '../postgres/databases.ts';
import { searchAll } from './conformance/domain-search.ts';
import { putSubjects } from './conformance/semantic-search.ts';
import { useModel } from './conformance/vectors.ts';
import { onPostgres } from './postgres-fixture.ts';

const ranked = (hits: readonly SearchHit[]) =>
  hits.map(({ unit, score, signals }) => ({ id: unit.id, score, signals }));

describe('SQLite and PostgreSQL', await withVectors(), () => {
  onPostgres('find the same units by meaning, in the same order and with the same scores', async ({ store }) => {
    const other = await openStore(sqliteDatabase(':memory:'), { migrate: true });
    const { questions, make } = await putSubjects(store, 300, 32);
    await putSubjects(other, 300, 32);
    const model = await useModel(store, 32, make);
    expect(await useModel(other, 32, make)).toEqual(model);
    for (const { subject, vector } of questions) {
      const ask = { modelId: model.id, vector, meanCosine: null, weight: 0.2 };
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

  onPostgres('do so among more units of the domains than are ranked one by one', async ({ store }) => {
    const other = await openStore(sqliteDatabase(':memory:'), { migrate: true });
    const { questions, make } = await putSubjects(store, 2000, 16, 23);
    await putSubjects(other, 2000, 16, 23);
    const model = await useModel(store, 16, make);
    expect(await useModel(other, 16, make)).toEqual(model);
    const statuses = ['approved'] as const;
    for (const domains of [['api'], ['api', 'ui']]) {
      expect(await store.units.count({ statuses, domains })).toBeGreaterThan(1000);
      for (const { subject, vector } of questions.slice(0, 3))
        for (const text of [undefined, subject, `${subject} unheard`])
          for (const filter of [{}, { languages: ['rust'] }, { confidence: { min: 0.7 } }]) {
            const meaning = { modelId: model.id, vector, meanCosine: null, weight: 0.2 };
            const question = { text, filter: { statuses, domains, ...filter }, meaning, limit: 100 };
            const found = ranked(await searchAll(store, question));
            expect(ranked(await searchAll(other, question))).toEqual(found);
            // the best by relevance, and the nearest, of which only a few are the same
            expect(found.length).toBeGreaterThan(200);
            expect(found.filter(({ signals }) => (signals.semantic ?? 0) > 0).length).toBeGreaterThan(50);
          }
    }
    await other.close();
  });
});
