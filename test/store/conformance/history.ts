import { describe, expect } from 'vitest';
import type { Review } from '../../../src/store/store.ts';
import { aFlag, idsOf, later, noon, put, putConfident, type StoreTest } from './fixture.ts';

const decision = (status: Review['status'], reviewedBy: string): Review => ({
  status,
  reviewedBy,
  reviewedAt: noon,
  note: `${reviewedBy}’s`,
});

export function reviewsConformance(it: StoreTest) {
  describe('a decision', () => {
    it('changes a pending unit once', async ({ store }) => {
      const { id } = await put(store, { status: 'pending' });
      const first = await store.reviews.decide(id, decision('rejected', 'rob'));
      expect(first).toMatchObject({
        decided: true,
        unit: { status: 'rejected', review: decision('rejected', 'rob'), updatedAt: noon },
      });
      const second = await store.reviews.decide(id, decision('approved', 'ann'));
      expect(second).toEqual({ decided: false, unit: first?.unit });
      expect(await store.units.find(id)).toEqual(first?.unit);
    });

    it('is null for a unit that is not there', async ({ store }) => {
      expect(await store.reviews.decide('ku_none', decision('approved', 'rob'))).toBeNull();
    });

    it('has one winner of many at once, and the others learn who', async ({ store }) => {
      for (let round = 0; round < 20; round++) {
        const { id } = await put(store, { status: 'pending' });
        const outcomes = await Promise.all([
          store.reviews.decide(id, decision('approved', 'rob')),
          store.reviews.decide(id, decision('rejected', 'ann')),
        ]);
        expect(outcomes.filter((outcome) => outcome?.decided)).toHaveLength(1);
        const [winner, loser] = outcomes.toSorted((a, b) => Number(b?.decided) - Number(a?.decided));
        expect(loser?.unit).toEqual(winner?.unit);
        expect((await store.events.latest(1))[0]).toMatchObject({ unitId: id, actor: winner?.unit.review?.reviewedBy });
      }
      expect(await store.events.latest(100)).toHaveLength(20);
    });
  });
}

export function flagsConformance(it: StoreTest) {
  describe('flags', () => {
    it('come back as they were sent, oldest first, a page at a time', async ({ store }) => {
      const [unit, other] = [await put(store), await put(store)];
      const flags = [
        aFlag(unit.id, { detail: 'why 😀' }),
        aFlag(unit.id, { reason: 'duplicate', duplicateOf: other.id }),
        aFlag(unit.id, { reason: 'incorrect' }),
      ];
      for (const flag of flags) await store.units.flag(flag);
      const first = await store.flags.list(unit.id, { limit: 2 });
      const last = first.items.at(-1);
      const second = await store.flags.list(unit.id, { limit: 2, from: last && { key: last.createdAt, id: last.id } });
      expect([...first.items, ...second.items]).toEqual(flags);
      expect([first.hasMore, second.hasMore]).toEqual([true, false]);
      expect(await store.flags.findMany(['none', ...idsOf(flags).filter((id) => id !== null)])).toEqual([
        null,
        ...flags,
      ]);
    });

    it('are counted by reason, for several units in the order asked', async ({ store }) => {
      const [one, two] = [await put(store), await put(store)];
      for (const reason of ['stale', 'stale', 'incorrect']) await store.units.flag(aFlag(two.id, { reason }));
      expect(await store.flags.counts([one.id, two.id, two.id])).toEqual([
        {},
        { stale: 2, incorrect: 1 },
        { stale: 2, incorrect: 1 },
      ]);
    });
  });
}

export function eventsConformance(it: StoreTest) {
  describe('events', () => {
    it('tell what happened, newest first', async ({ store }) => {
      const { id } = await put(store, { status: 'pending' });
      await store.reviews.decide(id, decision('approved', 'rob'));
      await store.units.confirm(id, 'mia', later(1));
      await store.units.flag(aFlag(id, { createdBy: 'zoe', createdAt: later(2) }));
      const events = await store.events.latest(10);
      expect(events.map(({ type, actor, at, unitId }) => [type, actor, at, unitId])).toEqual([
        ['flagged', 'zoe', later(2), id],
        ['confirmed', 'mia', later(1), id],
        ['approved', 'rob', noon, id],
      ]);
      expect(await store.events.latest(1)).toEqual(events.slice(0, 1));
      expect(await store.events.findMany([events[2]?.id ?? 0, 99_999])).toEqual([events[2], null]);
    });

    it('know what somebody has confirmed and flagged', async ({ store }) => {
      const [one, two] = [await put(store), await put(store)];
      await store.units.confirm(one.id, 'mia', noon);
      await store.units.confirm(one.id, 'mia', noon);
      await store.units.flag(aFlag(two.id, { createdBy: 'mia' }));
      const ids = [one.id, two.id];
      expect(await store.events.unitsActedOn('confirmed', 'mia', ids)).toEqual(new Set([one.id]));
      expect(await store.events.unitsActedOn('flagged', 'mia', ids)).toEqual(new Set([two.id]));
      expect(await store.events.unitsActedOn('confirmed', 'rob', ids)).toEqual(new Set());
    });
  });
}

export function statsConformance(it: StoreTest) {
  describe('statistics', () => {
    it('count by status, and approved units by tier and domain, ties by name', async ({ store }) => {
      await put(store, { domains: ['b', 'a'], tier: 'public' });
      await put(store, { domains: ['c', 'b'] });
      await put(store, { domains: ['z'], status: 'pending' });
      expect(await store.stats.statusCounts()).toEqual({ approved: 2, pending: 1 });
      expect(await store.stats.tierCounts()).toEqual({ public: 1, private: 1 });
      expect(await store.stats.domainCounts(2)).toEqual([
        { domain: 'b', count: 2 },
        { domain: 'a', count: 1 },
      ]);
    });

    it('count confidence in half-open buckets, the last one closed', async ({ store }) => {
      for (const confidence of [0, 0.29999, 0.3, 0.5, 0.7, 1]) await putConfident(store, confidence);
      await putConfident(store, 0.1, { status: 'pending' });
      expect(await store.stats.confidenceCounts([0, 0.3, 0.5, 0.7, 1])).toEqual([2, 1, 1, 2]);
    });

    it('count proposals and decisions by their day in UTC', async ({ store }) => {
      const at = (text: string) => new Date(text);
      const reviewed = (text: string, status: 'approved' | 'rejected') => ({
        status,
        review: { status, reviewedBy: 'rob', reviewedAt: at(text), note: null },
      });
      await put(store, {
        createdAt: at('2026-02-28T23:59:59.999Z'),
        ...reviewed('2026-03-01T00:00:00.000Z', 'approved'),
      });
      await put(store, {
        createdAt: at('2026-03-01T00:00:00.000Z'),
        ...reviewed('2026-03-02T23:59:59.999Z', 'rejected'),
      });
      await put(store, { createdAt: at('2026-03-01T12:00:00.000Z'), status: 'pending' });
      await put(store, { createdAt: at('2026-03-03T00:00:00.000Z'), status: 'pending' });
      const days = await store.stats.trends('2026-02-28', '2026-03-02');
      expect([...days].sort()).toEqual([
        ['2026-02-28', { proposed: 1, approved: 0, rejected: 0 }],
        ['2026-03-01', { proposed: 2, approved: 1, rejected: 0 }],
        ['2026-03-02', { proposed: 0, approved: 0, rejected: 1 }],
      ]);
    });
  });
}

export function transactionsConformance(it: StoreTest) {
  describe('a transaction', () => {
    it('writes everything, or nothing when its work throws', async ({ store }) => {
      const stop = new Error('stop');
      const work = store.transaction(async (tx) => {
        await put(tx);
        const { id } = await put(tx, { domains: ['t'] });
        await tx.units.confirm(id, 'mia', noon);
        expect(await tx.units.count({})).toBe(2);
        throw stop;
      });
      await expect(work).rejects.toBe(stop);
      expect(await store.units.count({})).toBe(0);
      expect(await store.events.latest(5)).toEqual([]);
      expect((await store.units.search({ filter: { domains: ['t'] }, limit: 5 })).hits).toEqual([]);
      await store.transaction((tx) => put(tx));
      expect(await store.units.count({})).toBe(1);
    });

    it('takes an inner one along', async ({ store }) => {
      const work = store.transaction(async (outer) => {
        await outer.transaction((inner) => put(inner));
        throw new Error('stop');
      });
      await expect(work).rejects.toThrow('stop');
      expect(await store.units.count({})).toBe(0);
    });

    it('is one of many at once', async ({ store }) => {
      await Promise.all(
        Array.from({ length: 10 }, () =>
          store.transaction(async (tx) => {
            const before = await tx.units.count({});
            await put(tx);
            expect(await tx.units.count({})).toBe(before + 1);
          }),
        ),
      );
      expect(await store.units.count({})).toBe(10);
    });
  });

  describe('a store', () => {
    it('answers a ping', async ({ store }) => {
      await expect(store.ping()).resolves.toBeUndefined();
    });
  });
}
