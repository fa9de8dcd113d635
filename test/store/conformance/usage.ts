import { describe, expect } from 'vitest';
import { confidence } from '../../../src/domain/rules.ts';
import type { UnitFilter } from '../../../src/store/store.ts';
import { aFlag, idsOf, later, noon, put, type StoreTest } from './fixture.ts';

export function usageConformance(it: StoreTest) {
  describe('the usage of units', () => {
    it('is none at first, and null where there is no unit', async ({ store }) => {
      const [one, two] = [await put(store), await put(store, { status: 'pending' })];
      const none = (unitId: string) => ({ unitId, answers: 0, lastAnsweredAt: null, ...notRequested });
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
        { unitId: one.id, answers: 3, lastAnsweredAt: later(9), ...notRequested },
        { unitId: two.id, answers: 2, lastAnsweredAt: later(2), ...notRequested },
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
        ids.map((unitId) => ({ unitId, answers: 64, lastAnsweredAt: later(63), ...notRequested })),
      );
    });
  });

  describe('requests of superseded units', () => {
    it('are added up beside answers when they are saved, with the latest one', async ({ store }) => {
      const [one, two] = [await put(store), await put(store)];
      const before = await store.units.findMany([one.id, two.id]);
      store.usage.recordRequest(one.id, later(9));
      store.usage.recordRequest(one.id, later(5));
      store.usage.record([two.id], later(1));
      store.usage.recordRequest('ku_none', later(5));
      await store.usage.save();
      await store.usage.save();
      store.usage.recordRequest(two.id, later(3));
      store.usage.recordRequest(one.id, later(7));
      await store.usage.save();
      expect(await store.usage.findMany([one.id, two.id, 'ku_none'])).toEqual([
        { unitId: one.id, answers: 0, lastAnsweredAt: null, requests: 3, lastRequestedAt: later(9) },
        { unitId: two.id, answers: 1, lastAnsweredAt: later(1), requests: 1, lastRequestedAt: later(3) },
        null,
      ]);
      expect(await store.units.findMany([one.id, two.id])).toEqual(before);
    });

    it('are added up while they are saved, by 64 at once', async ({ store }) => {
      const { id } = await put(store);
      await Promise.all(
        Array.from({ length: 64 }, (_, count) => {
          store.usage.recordRequest(id, later(count));
          store.usage.record([id], later(count));
          return store.usage.save();
        }),
      );
      expect(await store.usage.findMany([id])).toMatchObject([
        { answers: 64, requests: 64, lastRequestedAt: later(63), lastAnsweredAt: later(63) },
      ]);
    });

    it('are what a list is ordered and narrowed by, in which no other unit is', async ({ store }) => {
      const units = [];
      for (const status of ['superseded', 'approved', 'superseded', 'superseded'] as const)
        units.push(await put(store, { status }));
      const [one, two, three, none] = idsOf(units) as [string, string, string, string];
      for (const [at, id] of [two, one, three].entries()) store.usage.recordRequest(id, later(at));
      await store.usage.save();
      const order = { field: 'lastRequestedAt', direction: 'desc' } as const;
      const listed = async (filter: UnitFilter) => {
        const { items, keys } = await store.units.list(filter, order, all);
        const count = await store.units.count({ ...filter, lastRequestedAt: filter.lastRequestedAt ?? { from: noon } });
        expect(count).toBe(items.length);
        return items.map(({ id }, at) => [id, keys[at]]);
      };
      expect(await listed({})).toEqual([
        [three, later(2)],
        [one, later(1)],
        [two, later(0)],
      ]);
      const superseded = { statuses: ['superseded'] } as const;
      expect((await listed(superseded)).map(([id]) => id)).toEqual([three, one]);
      expect((await listed({ ...superseded, lastRequestedAt: { from: later(2) } })).map(([id]) => id)).toEqual([three]);
      const byCreation = { field: 'createdAt', direction: 'asc' } as const;
      const { items } = await store.units.list({ lastRequestedAt: { from: later(1) } }, byCreation, all);
      expect(idsOf(items)).toEqual([one, three]);
      expect(idsOf((await store.units.list({}, byCreation, all)).items)).toContain(none);
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

const notRequested = { requests: 0, lastRequestedAt: null };
const byFlags = { field: 'flags', direction: 'desc' } as const;
const all = { limit: 10 };
