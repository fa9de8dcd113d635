import { describe, expect } from 'vitest';
import { confidence } from '../../../src/domain/rules.ts';
import { aFlag, idsOf, later, noon, put, type StoreTest } from './fixture.ts';

export function usageConformance(it: StoreTest) {
  describe('the usage of units', () => {
    it('is none at first, and null where there is no unit', async ({ store }) => {
      const [one, two] = [await put(store), await put(store, { status: 'pending' })];
      const none = (unitId: string) => ({ unitId, answers: 0, lastAnsweredAt: null });
      expect(await store.usage.findMany([two.id, 'ku_none', one.id])).toEqual([none(two.id), null, none(one.id)]);
      expect(await store.usage.findMany([])).toEqual([]);
    });

    it('is added up when it is saved, with the latest answer, and changes nothing of the unit', async ({ store }) => {
      const [one, two] = [await put(store), await put(store)];
      store.usage.record([one.id, two.id], later(2));
      store.usage.record([one.id], later(9));
      store.usage.record([one.id], later(5));
      expect(await store.usage.findMany([one.id])).toMatchObject([{ answers: 0 }]);
      await store.usage.save();
      await store.usage.save();
      store.usage.record([two.id], later(1));
      await store.usage.save();
      expect(await store.usage.findMany([one.id, two.id])).toEqual([
        { unitId: one.id, answers: 3, lastAnsweredAt: later(9) },
        { unitId: two.id, answers: 2, lastAnsweredAt: later(2) },
      ]);
      expect(await store.units.find(one.id)).toEqual(one);
    });

    it('leaves out units that are not there', async ({ store }) => {
      const { id } = await put(store);
      store.usage.record(['ku_none', id, 'zzz'], noon);
      await store.usage.save();
      expect(await store.usage.findMany([id, 'ku_none', 'zzz'])).toMatchObject([{ answers: 1 }, null, null]);
    });

    it('counts all of what is recorded while it is saved', async ({ store }) => {
      const units = [];
      for (let count = 0; count < 8; count++) units.push(await put(store));
      const ids = idsOf(units) as string[];
      const saves = [];
      for (let count = 0; count < 64; count++) {
        store.usage.record(count % 2 === 0 ? ids : ids.toReversed(), later(count));
        saves.push(store.usage.save());
      }
      await Promise.all(saves);
      expect(await store.usage.findMany(ids)).toEqual(
        ids.map((unitId) => ({ unitId, answers: 64, lastAnsweredAt: later(63) })),
      );
    });
  });

  describe('the number of flags', () => {
    it('follows each flag, of the unit alone', async ({ store }) => {
      const [one, two] = [await put(store), await put(store)];
      const flagged = async (min: number) => idsOf((await store.units.list({ flags: { min } }, byFlags, all)).items);
      await Promise.all(Array.from({ length: 5 }, () => store.units.flag(aFlag(one.id), confidence.flagged)));
      await store.units.flag(aFlag(two.id), confidence.flagged);
      expect((await store.units.list({}, byFlags, all)).keys).toEqual([5, 1]);
      expect([await flagged(1), await flagged(2), await flagged(6)]).toEqual([[one.id, two.id], [one.id], []]);
    });
  });
}

const byFlags = { field: 'flags', direction: 'desc' } as const;
const all = { limit: 10 };
