import { describe, expect } from 'vitest';
import type { KnowledgeUnit, Store } from '../../../src/store/store.ts';
import { aUnit } from '../../harness.ts';
import type { StoreTest } from './fixture.ts';

const many = 700;

/** Units that all hold the same word, the last one three times; few of them are public. */
async function fill(store: Store): Promise<KnowledgeUnit[]> {
  const units = Array.from({ length: many }, (_unit, place) =>
    aUnit({
      domains: [place % 100 === 0 ? 'few' : 'many'],
      tier: place % 70 === 0 ? 'public' : 'private',
      insight: {
        summary: place === many - 1 ? 'walrus walrus walrus' : 'walrus',
        detail: 'word '.repeat((place + 1) % 50),
      },
    }),
  );
  expect(await store.units.restoreMany(units.map((unit) => ({ unit, flags: [] })))).toBe(many);
  return units;
}

export function commonTermsConformance(it: StoreTest) {
  describe('searching for a word that stands in very many units', () => {
    it('finds where it says most', async ({ store }) => {
      const units = await fill(store);
      const { hits } = await store.units.search({ text: 'walrus', filter: { statuses: ['approved'] }, limit: 5 });
      expect(hits.map(({ unit }) => unit.id)[0]).toBe(units.at(-1)?.id);
      expect(hits.map(({ signals }) => signals.keyword)).toEqual(
        hits.map(({ signals }) => signals.keyword).toSorted((one, other) => (other ?? 0) - (one ?? 0)),
      );
    });

    it('misses no unit when the filter leaves few', async ({ store }) => {
      const units = await fill(store);
      const wanted = units.filter(({ tier }) => tier === 'public').map(({ id }) => id);
      const { hits } = await store.units.search({ text: 'walrus', filter: { tiers: ['public'] }, limit: 50 });
      expect(hits.map(({ unit }) => unit.id).sort()).toEqual(wanted.sort());
    });

    it('ranks every unit of a small domain by it', async ({ store }) => {
      await fill(store);
      const { hits } = await store.units.search({ text: 'walrus', filter: { domains: ['few'] }, limit: 50 });
      expect(hits).toHaveLength(many / 100);
      for (const { signals } of hits) expect(signals.keyword).toBeGreaterThan(0);
    });
  });
}
