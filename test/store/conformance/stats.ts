import { describe, expect } from 'vitest';
import { confidence } from '../../../src/domain/rules.ts';
import { aFlag, aReview, noon, put, putConfident, type StoreTest } from './fixture.ts';

const at = (text: string) => new Date(text);

const reviewed = (text: string, status: 'approved' | 'rejected') => ({
  status,
  review: { ...aReview(status), reviewedAt: at(text) },
});

export function statsConformance(it: StoreTest) {
  describe('statistics', () => {
    it('are empty for an empty store', async ({ store }) => {
      expect(await store.stats.statusCounts()).toEqual({});
      expect(await store.stats.tierCounts()).toEqual({});
      expect(await store.stats.domainCounts(5)).toEqual([]);
      expect(await store.stats.confidenceCounts([0, 0.5, 1])).toEqual([0, 0]);
      expect(await store.stats.neverAnswered()).toBe(0);
      expect(await store.stats.contributors(5)).toEqual([]);
      expect(await store.stats.trends('2026-01-01', '2026-12-31')).toEqual(new Map());
    });

    it('count units by status, and approved ones by tier', async ({ store }) => {
      await put(store, { tier: 'public' });
      await put(store, { tier: 'private' });
      await put(store, { tier: 'private' });
      const pending = await put(store, { tier: 'local', status: 'pending' });
      expect(await store.stats.statusCounts()).toEqual({ approved: 3, pending: 1 });
      expect(await store.stats.tierCounts()).toEqual({ public: 1, private: 2 });
      await store.reviews.decide(pending.id, aReview('rejected'));
      expect(await store.stats.statusCounts()).toEqual({ approved: 3, rejected: 1 });
    });

    it('count approved units by domain, most first, ties by name in code-point order', async ({ store }) => {
      await put(store, { domains: ['b', 'a', 'é', 'B', 'a-b', 'a b'] });
      await put(store, { domains: ['c', 'b'] });
      const waiting = await put(store, { domains: ['z', 'c'], status: 'pending' });
      const names = async (limit: number) => (await store.stats.domainCounts(limit)).map(({ domain }) => domain);
      expect(await names(20)).toEqual(['b', 'B', 'a', 'a b', 'a-b', 'c', 'é']);
      expect(await store.stats.domainCounts(2)).toEqual([
        { domain: 'b', count: 2 },
        { domain: 'B', count: 1 },
      ]);
      await store.reviews.decide(waiting.id, aReview('approved'));
      expect(await names(3)).toEqual(['b', 'c', 'B']);
    });

    it('count confidence in half-open buckets, the last one with 1', async ({ store }) => {
      for (const confidence of [0, 0.2999999999999999, 0.3, 0.5, 0.6999999999999998, 0.7, 1])
        await putConfident(store, confidence);
      await putConfident(store, 0.1, { status: 'pending' });
      expect(await store.stats.confidenceCounts([0, 0.3, 0.5, 0.7, 1])).toEqual([2, 1, 2, 2]);
      expect(await store.stats.confidenceCounts([0.3, 0.5, 1])).toEqual([1, 4]);
      expect(await store.stats.confidenceCounts([0, 1])).toEqual([7]);
    });

    it('count approved units that were never given as an answer', async ({ store }) => {
      const { id } = await put(store);
      await put(store);
      await put(store, { status: 'pending' });
      await put(store, { status: 'retired', withdrawal: { withdrawnBy: 'rob', withdrawnAt: noon, reason: 'r' } });
      expect(await store.stats.neverAnswered()).toBe(2);
      store.usage.record([id], noon);
      await store.usage.save();
      expect(await store.stats.neverAnswered()).toBe(1);
    });

    it('know whose proposals were approved lately', async ({ store }) => {
      const now = store.now();
      const review = (daysAgo: number) => ({
        ...aReview('approved'),
        reviewedAt: new Date(now.getTime() - daysAgo * 86_400_000),
      });
      for (const [createdBy, daysAgo] of [
        ...[['mia', 1] as const, ['mia', 89] as const, ['pat', 2] as const, ['Ada', 3] as const],
        // too long ago
        ...[['zoe', 91] as const, ['zoe', 92] as const, ['zoe', 93] as const],
      ])
        await put(store, { createdBy, review: review(daysAgo) });
      await put(store, { createdBy: 'pat', status: 'rejected', review: { ...review(1), status: 'rejected' } });
      await put(store, { createdBy: 'pat', status: 'pending' });
      expect(await store.stats.contributors(9)).toEqual([
        { username: 'mia', approved: 2 },
        { username: 'Ada', approved: 1 },
        { username: 'pat', approved: 1 },
      ]);
      expect(await store.stats.contributors(1)).toEqual([{ username: 'mia', approved: 2 }]);
    });

    it('follow confirmations and flags', async ({ store }) => {
      const { id } = await putConfident(store, 0.65);
      await store.units.confirm(id, 'mia', noon, confidence.confirmed);
      expect(await store.stats.confidenceCounts([0, 0.7, 1])).toEqual([0, 1]);
      await store.units.flag(aFlag(id), confidence.flagged);
      expect(await store.stats.confidenceCounts([0, 0.7, 1])).toEqual([1, 0]);
    });

    it('count proposals and decisions by their day in UTC, both ends inclusive', async ({ store }) => {
      await put(store, {
        createdAt: at('2026-02-28T23:59:59.999Z'),
        ...reviewed('2026-03-01T00:00:00.000Z', 'approved'),
      });
      await put(store, {
        createdAt: at('2026-03-01T00:00:00.000Z'),
        ...reviewed('2026-03-02T23:59:59.999Z', 'rejected'),
      });
      await put(store, { createdAt: at('2026-03-01T12:00:00.000Z'), status: 'pending' });
      await put(store, { createdAt: at('2026-02-27T23:59:59.999Z'), status: 'pending' });
      await put(store, {
        createdAt: at('2026-03-03T00:00:00.000Z'),
        ...reviewed('2026-03-03T00:00:00.000Z', 'approved'),
      });
      const days = await store.stats.trends('2026-02-28', '2026-03-02');
      expect([...days].sort()).toEqual([
        ['2026-02-28', { proposed: 1, approved: 0, rejected: 0 }],
        ['2026-03-01', { proposed: 2, approved: 1, rejected: 0 }],
        ['2026-03-02', { proposed: 0, approved: 0, rejected: 1 }],
      ]);
      const one = await store.stats.trends('2026-03-02', '2026-03-02');
      expect([...one]).toEqual([['2026-03-02', { proposed: 0, approved: 0, rejected: 1 }]]);
    });

    it('leave out days without anything, over the end of a leap year’s February', async ({ store }) => {
      await put(store, { createdAt: at('2024-02-29T12:00:00Z'), status: 'pending' });
      await put(store, { createdAt: at('2023-12-31T23:59:59.999Z'), status: 'pending' });
      const days = async (from: string, to: string) => [...(await store.stats.trends(from, to)).keys()].sort();
      expect(await days('2023-12-31', '2024-02-29')).toEqual(['2023-12-31', '2024-02-29']);
      expect(await days('2024-01-01', '2024-02-28')).toEqual([]);
      expect(await days('2024-03-01', '2024-02-01')).toEqual([]);
    });
  });
}
