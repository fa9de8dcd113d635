import { describe, expect } from 'vitest';
import { confidence } from '../../../src/domain/rules.ts';
import type { Store } from '../../../src/store/store.ts';
import { aUnit } from '../../harness.ts';
import { aFlag, aProposal, aReview, later, noon, put, type StoreTest } from './fixture.ts';
import { addUser } from './users.ts';

/** One of everything that is written about a unit. */
async function writeAll(store: Store) {
  const waiting = await store.units.propose(aProposal({ domains: ['t'] }), noon, { key: 'k', since: later(-1) });
  await store.reviews.decide(waiting.id, aReview('approved'));
  await store.units.confirm(waiting.id, 'mia', noon, confidence.confirmed);
  await store.units.flag(aFlag(waiting.id), confidence.flagged);
  await addUser(store, 'ann');
  return waiting.id;
}

async function remembered(store: Store) {
  return {
    units: await store.units.count({}),
    found: (await store.units.search({ filter: { domains: ['t'] }, limit: 5 })).hits.length,
    words: (await store.units.search({ text: 'lesson', filter: {}, limit: 5 })).hits.length,
    flagged: await store.units.count({ hasFlags: true }),
    events: (await store.events.latest(9)).length,
    users: await store.users.count(),
  };
}

const nothing = { units: 0, found: 0, words: 0, flagged: 0, events: 0, users: 0 };
const everything = { units: 1, found: 1, words: 1, flagged: 1, events: 4, users: 1 };

export function transactionsConformance(it: StoreTest) {
  describe('a transaction', () => {
    it('writes everything, and answers with what its work did', async ({ store }) => {
      const id = await store.transaction((tx) => writeAll(tx));
      expect((await store.units.find(id))?.evidence.confirmations).toBe(2);
      expect(await remembered(store)).toEqual(everything);
    });

    it('sees what it wrote, in lists, counts and searches', async ({ store }) => {
      await store.transaction(async (tx) => {
        await writeAll(tx);
        expect(await remembered(tx)).toEqual(everything);
      });
    });

    it('writes nothing when its work throws, and throws the same', async ({ store }) => {
      const stop = new Error('stop');
      const work = store.transaction(async (tx) => {
        await writeAll(tx);
        throw stop;
      });
      await expect(work).rejects.toBe(stop);
      expect(await remembered(store)).toEqual(nothing);
      await store.transaction((tx) => writeAll(tx));
      expect(await remembered(store)).toEqual(everything);
    });

    it('takes the ones inside it along when it throws', async ({ store }) => {
      const work = store.transaction(async (outer) => {
        await outer.transaction((inner) => inner.transaction((innermost) => writeAll(innermost)));
        expect(await remembered(outer)).toEqual(everything);
        throw new Error('stop');
      });
      await expect(work).rejects.toThrow('stop');
      expect(await remembered(store)).toEqual(nothing);
    });

    it('is thrown out of by what throws inside it', async ({ store }) => {
      const work = store.transaction(async (outer) => {
        await put(outer);
        await outer.transaction(async (inner) => {
          await put(inner);
          throw new Error('stop');
        });
      });
      await expect(work).rejects.toThrow('stop');
      expect(await store.units.count({})).toBe(0);
    });

    it('is one of many at once, each with what it wrote', async ({ store }) => {
      await Promise.all(
        Array.from({ length: 10 }, () =>
          store.transaction(async (tx) => {
            const unit = await put(tx);
            expect(await tx.units.find(unit.id)).toEqual(unit);
          }),
        ),
      );
      expect(await store.units.count({})).toBe(10);
    });

    it('does not take along what others write meanwhile', async ({ store }) => {
      const outside: Promise<unknown>[] = [];
      const work = store.transaction(async (tx) => {
        await put(tx);
        outside.push(put(store, { domains: ['outside'] }));
        await put(tx);
        throw new Error('stop');
      });
      await expect(work).rejects.toThrow('stop');
      await Promise.all(outside);
      expect(await store.units.count({})).toBe(1);
      expect(await store.units.count({ domains: ['outside'] })).toBe(1);
    });
  });

  describe('what fails midway', () => {
    it('has changed nothing', async ({ store }) => {
      const [flagged, other] = [await put(store), await put(store)];
      const taken = aFlag(flagged.id);
      await store.units.flag(taken, confidence.flagged);
      const before = [await store.units.find(other.id), await store.events.latest(9)];
      const [one, two] = [aUnit(), aUnit({ domains: ['two'] })];
      const work: Record<string, () => Promise<unknown>> = {
        flag: () => store.units.flag({ ...taken, unitId: other.id }, confidence.flagged),
        restore: () => store.units.restore(two, [{ ...taken, unitId: two.id }]),
        restoreMany: () =>
          store.units.restoreMany([
            { unit: one, flags: [] },
            { unit: two, flags: [{ ...taken, unitId: two.id }] },
          ]),
      };
      for (const [name, fail] of Object.entries(work)) {
        await expect(fail(), name).rejects.toThrow();
        expect([await store.units.find(other.id), await store.events.latest(9)]).toEqual(before);
        expect(await store.units.findMany([one.id, two.id])).toEqual([null, null]);
        expect(await store.units.count({ domains: ['two'] })).toBe(0);
        expect((await store.units.search({ filter: { domains: ['two'] }, limit: 9 })).hits).toEqual([]);
      }
    });
  });

  describe('a store', () => {
    it('answers a ping', async ({ store }) => {
      await expect(store.ping()).resolves.toBeUndefined();
    });
  });
}
