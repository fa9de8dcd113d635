import { describe, expect } from 'vitest';
import { confidence } from '../../../src/domain/rules.ts';
import type { PageRequest, Position } from '../../../src/store/store.ts';
import { aFlag, idsOf, later, noon, put, readAll, type StoreTest } from './fixture.ts';

export function flagsConformance(it: StoreTest) {
  describe('flags', () => {
    it('come back as they were sent, in the order asked, with null where there is none', async ({ store }) => {
      const [unit, other] = [await put(store), await put(store)];
      const flags = [
        aFlag(unit.id, { detail: 'why 😀\n"' }),
        aFlag(unit.id, { reason: 'duplicate', duplicateOf: other.id }),
        aFlag(other.id, { reason: 'incorrect', detail: 'x'.repeat(5000), createdBy: 'zoe' }),
      ] as const;
      for (const flag of flags) await store.units.flag(flag, confidence.flagged);
      const [one, two, three] = flags;
      expect(await store.flags.findMany([three.id, 'none', one.id, two.id, one.id])).toEqual([
        three,
        null,
        one,
        two,
        one,
      ]);
      expect(await store.flags.findMany([])).toEqual([]);
    });

    it('are listed by unit, oldest first, ties by id, forward and back', async ({ store }) => {
      const [unit, other] = [await put(store), await put(store)];
      await store.units.flag(aFlag(other.id), confidence.flagged);
      const flags = [];
      for (let count = 0; count < 7; count++) {
        const flag = aFlag(unit.id, { createdAt: new Date(noon.getTime() + Math.floor(count / 3)) });
        flags.push(flag);
      }
      // not in the order of their time
      for (const flag of flags.toReversed()) await store.units.flag(flag, confidence.flagged);
      for (const limit of [1, 3, 7, 9])
        for (const backward of [false, true]) {
          const seen = await readAll(
            (page: PageRequest<Position<Date>>) => store.flags.list(unit.id, page),
            ({ id, createdAt }) => ({ key: createdAt, id }),
            { limit, backward },
          );
          expect([limit, backward, idsOf(seen)]).toEqual([limit, backward, idsOf(flags)]);
        }
    });

    it('are counted by reason, few and many', async ({ store }) => {
      const [one, two, none] = [await put(store), await put(store), await put(store)];
      await store.units.flag(aFlag(one.id), confidence.flagged);
      await store.units.flag(aFlag(two.id, { reason: 'incorrect' }), confidence.flagged);
      const ids = [two.id, none.id, 'ku_none', one.id];
      expect(await store.flags.counts(ids)).toEqual([{ incorrect: 1 }, {}, {}, { stale: 1 }]);
      for (let count = 2; count <= 100; count++)
        await store.units.flag(aFlag(one.id, { reason: count % 3 ? 'stale' : 'incorrect' }), confidence.flagged);
      expect(await store.flags.counts(ids)).toEqual([{ incorrect: 1 }, {}, {}, { stale: 67, incorrect: 33 }]);
      expect(await store.flags.counts([one.id])).toEqual([{ stale: 67, incorrect: 33 }]);
    });

    it('are none for a unit without, and for one that is not there', async ({ store }) => {
      const unit = await put(store);
      const none = { items: [], hasMore: false };
      expect(await store.flags.list(unit.id, { limit: 5 })).toEqual(none);
      expect(await store.flags.list('ku_none', { limit: 5 })).toEqual(none);
    });

    it('are the last ones of each unit, oldest first, in the order asked', async ({ store }) => {
      const [one, two, three] = [await put(store), await put(store), await put(store)];
      const flags = (unitId: string, count: number) =>
        // some at the same time, so that the id decides
        Array.from({ length: count }, (_, index) => aFlag(unitId, { createdAt: later(Math.floor(index / 2)) }));
      const [ofOne, ofTwo] = [flags(one.id, 5), flags(two.id, 2)];
      for (const flag of [...ofOne, ...ofTwo].toReversed()) await store.units.flag(flag, confidence.flagged);
      const ids = [two.id, three.id, 'ku_none', one.id];
      expect(await store.flags.latest(ids, 9)).toEqual([ofTwo, [], [], ofOne]);
      expect(await store.flags.latest(ids, 3)).toEqual([ofTwo, [], [], ofOne.slice(2)]);
      expect(await store.flags.latest([one.id, one.id], 1)).toEqual([ofOne.slice(4), ofOne.slice(4)]);
      expect(await store.flags.latest([], 9)).toEqual([]);
    });

    it('are counted by reason, for several units in the order asked', async ({ store }) => {
      const [one, two, three] = [await put(store), await put(store), await put(store)];
      for (const reason of ['stale', 'stale', 'incorrect'] as const)
        await store.units.flag(aFlag(two.id, { reason }), confidence.flagged);
      await store.units.flag(aFlag(three.id, { reason: 'duplicate', duplicateOf: one.id }), confidence.flagged);
      const [ofTwo, ofThree] = [{ stale: 2, incorrect: 1 }, { duplicate: 1 }];
      const ids = [three.id, one.id, 'ku_none', two.id, two.id];
      expect(await store.flags.counts(ids)).toEqual([ofThree, {}, {}, ofTwo, ofTwo]);
      expect(await store.flags.counts([])).toEqual([]);
    });
  });
}
