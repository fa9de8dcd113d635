import { describe, expect } from 'vitest';
import { confidence } from '../../../src/domain/rules.ts';
import type { Store } from '../../../src/store/store.ts';
import { aProposal, idsOf, later, noon, type StoreTest } from './fixture.ts';

const day = 86_400_000;

const propose = (store: Store, { by = 'mia', key = 'k', at = noon, summary = 'A lesson' } = {}) => {
  const proposal = aProposal({ createdBy: by, insight: { summary } });
  return store.units.propose(proposal, at, { key, since: later(-day, at) });
};

export function idempotencyConformance(it: StoreTest) {
  describe('an idempotency key', () => {
    it('answers the same person with the unit of then, and adds nothing', async ({ store }) => {
      const first = await propose(store);
      expect(await propose(store, { at: later(1000), summary: 'Another' })).toEqual(first);
      expect(await store.units.count({})).toBe(1);
      expect(await store.events.latest(10)).toHaveLength(1);
      expect((await store.units.search({ text: 'another', filter: {}, limit: 5 })).hits).toEqual([]);
    });

    it('answers with the unit as it stands by now', async ({ store }) => {
      const { id } = await propose(store);
      await store.reviews.decide(id, {
        status: 'approved',
        reviewedBy: 'rob',
        reviewedAt: noon,
        note: null,
        internalNote: null,
      });
      const confirmed = await store.units.confirm(id, 'zoe', later(5), confidence.confirmed);
      expect(await propose(store, { at: later(1000) })).toEqual(confirmed);
    });

    it('is each person’s own', async ({ store }) => {
      const units = [await propose(store), await propose(store, { by: 'rob' }), await propose(store, { by: 'MIA' })];
      expect(new Set(idsOf(units)).size).toBe(3);
    });

    it('is one of many of a person, compared exactly', async ({ store }) => {
      const keys = ['k', 'K', ' k', 'k ', '%', '😀', 'x'.repeat(128)];
      const units = [];
      for (const key of keys) units.push(await propose(store, { key }));
      expect(new Set(idsOf(units)).size).toBe(keys.length);
      for (const [index, key] of keys.entries()) expect(await propose(store, { key })).toEqual(units[index]);
    });

    it('is forgotten with time, and then makes a new unit', async ({ store }) => {
      const first = await propose(store);
      expect((await propose(store, { at: later(day) })).id).toBe(first.id);
      const second = await propose(store, { at: later(day + 1) });
      expect(second.id).not.toBe(first.id);
      expect((await propose(store, { at: later(2 * day) })).id).toBe(second.id);
      expect(await store.units.find(first.id)).toEqual(first);
    });

    it('makes one unit of 16 proposals at once', async ({ store }) => {
      const units = await Promise.all(Array.from({ length: 16 }, () => propose(store)));
      expect(new Set(idsOf(units)).size).toBe(1);
      expect(await store.units.count({})).toBe(1);
      expect(await store.events.latest(100)).toHaveLength(1);
    });

    it('is free again when the proposal failed', async ({ store }) => {
      const work = store.transaction(async (tx) => {
        await propose(tx);
        throw new Error('stop');
      });
      await expect(work).rejects.toThrow('stop');
      const { id } = await propose(store);
      expect(await store.units.find(id)).not.toBeNull();
    });

    it('is not needed: without one, the same proposal is another unit', async ({ store }) => {
      const [one, two] = [aProposal(), aProposal()];
      await store.units.propose(one, noon);
      await store.units.propose(two, noon);
      expect(await store.units.count({})).toBe(2);
    });
  });
}
