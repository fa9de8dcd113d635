import { describe, expect } from 'vitest';
import { confidence } from '../../../src/domain/rules.ts';
import type { KnowledgeUnit } from '../../../src/store/store.ts';
import { aUnit, type UnitChanges } from '../../harness.ts';
import { aProposal, aReview, idsOf, later, noon, put, putMany, type StoreTest } from './fixture.ts';

export function reviewsConformance(it: StoreTest) {
  describe('a decision', () => {
    it.for(['approved', 'rejected'] as const)('leaves a pending unit %s', async (status, { store }) => {
      const pending = await put(store, { status: 'pending' });
      const review = aReview(status);
      const outcome = await store.reviews.decide(pending.id, review);
      expect(outcome).toEqual({ decided: true, unit: { ...pending, status, review, updatedAt: noon } });
      expect(await store.units.find(pending.id)).toEqual(outcome?.unit);
      expect(await store.events.latest(9)).toMatchObject([
        { type: status, unitId: pending.id, actor: 'rob', at: noon },
      ]);
    });

    it('may go without a note, and keeps one as it was written', async ({ store }) => {
      for (const note of [null, '', ' ä\n😀 ']) {
        const { id } = await store.units.propose(aProposal(), noon);
        const outcome = await store.reviews.decide(id, { ...aReview('approved'), note });
        expect(outcome?.unit.review?.note).toBe(note);
      }
    });

    it.for(['approved', 'rejected'] as const)('is for good once a unit is %s', async (status, { store }) => {
      const { id } = await put(store, { status: 'pending' });
      const first = await store.reviews.decide(id, aReview(status));
      for (const second of ['approved', 'rejected'] as const)
        expect(await store.reviews.decide(id, aReview(second, 'ann'))).toEqual({ decided: false, unit: first?.unit });
      expect(await store.units.find(id)).toEqual(first?.unit);
      expect(await store.events.latest(9)).toHaveLength(1);
    });

    it('is null for a unit that is not there', async ({ store }) => {
      expect(await store.reviews.decide('ku_none', aReview('approved'))).toBeNull();
      expect(await store.events.latest(9)).toEqual([]);
    });

    it('has one winner of two at once, and the loser sees the winner’s', async ({ store }) => {
      for (let round = 0; round < 20; round++) {
        const { id } = await put(store, { status: 'pending' });
        const outcomes = await Promise.all([
          store.reviews.decide(id, aReview('approved', 'rob')),
          store.reviews.decide(id, aReview('rejected', 'ann')),
        ]);
        const [winner, loser] = outcomes.toSorted((a, b) => Number(b?.decided) - Number(a?.decided));
        expect([winner?.decided, loser?.decided]).toEqual([true, false]);
        expect(loser?.unit).toEqual(winner?.unit);
        expect(await store.units.find(id)).toEqual(winner?.unit);
        expect((await store.events.latest(1))[0]).toMatchObject({ unitId: id, actor: winner?.unit.review?.reviewedBy });
      }
      expect(await store.events.latest(100)).toHaveLength(20);
    });

    it('has one winner of 24 at once', async ({ store }) => {
      const { id } = await put(store, { status: 'pending' });
      const outcomes = await Promise.all(
        Array.from({ length: 24 }, (_, index) =>
          store.reviews.decide(id, aReview(index % 2 ? 'approved' : 'rejected', `reviewer ${index}`)),
        ),
      );
      expect(outcomes.filter((outcome) => outcome?.decided)).toHaveLength(1);
      expect(new Set(outcomes.map((outcome) => outcome?.unit.review?.reviewedBy)).size).toBe(1);
    });

    it('is what the latest units are ordered by, and the proposal while there is none', async ({ store }) => {
      const at = (ms: number) => later(ms);
      const decided = (status: 'approved' | 'rejected', ms: number) => ({ ...aReview(status), reviewedAt: at(ms) });
      const old = await put(store, { createdAt: at(1), review: decided('approved', 2) });
      const pending = await put(store, { createdAt: at(3), status: 'pending' });
      const late = await put(store, { createdAt: at(0), status: 'rejected', review: decided('rejected', 4) });
      const tied = await put(store, { createdAt: at(3), status: 'pending' });
      const also = await put(store, { createdAt: at(9), review: decided('approved', 3) });
      const expected = [late, also, tied, pending, old];
      expect(await store.reviews.latest(9)).toEqual(expected);
      expect(await store.reviews.latest(3)).toEqual(expected.slice(0, 3));
      // what happens to a unit later does not count
      await store.units.confirm(old.id, 'mia', at(99), confidence.confirmed);
      expect(idsOf(await store.reviews.latest(9))).toEqual(idsOf(expected));
      await store.reviews.decide(pending.id, decided('approved', 5));
      expect(idsOf(await store.reviews.latest(2))).toEqual([pending.id, late.id]);
    });

    it('is one of many at one instant, the latest the same however many are asked for', async ({ store }) => {
      const many = Array.from({ length: 12 }, (_, index) => {
        const status = index % 3 ? 'rejected' : 'approved';
        return aUnit({ createdAt: later(-1), status, review: aReview(status) });
      });
      await putMany(store, many);
      await put(store, { createdAt: noon, status: 'pending' });
      const all = await store.reviews.latest(99);
      expect(all.map(({ status }) => status)).toEqual([
        ...Array(8).fill('rejected'),
        ...Array(4).fill('approved'),
        'pending',
      ]);
      for (const status of ['rejected', 'approved']) {
        const ids = idsOf(all.filter((unit) => unit.status === status));
        expect(ids).toEqual(ids.toSorted().reverse());
      }
      for (const limit of [1, 7, 9, 12]) expect(await store.reviews.latest(limit)).toEqual(all.slice(0, limit));
    });

    it('and what came of it later are counted for each proposer, of whom it may be anybody', async ({ store }) => {
      const long = 'é'.repeat(600);
      const by = (createdBy: string, status: KnowledgeUnit['status'], changes: UnitChanges = {}) =>
        put(store, { createdBy, status, ...changes });
      const successor = await by('mia', 'approved');
      const superseded = await by('mia', 'approved');
      await store.lifecycle.supersede(superseded.id, successor.id, { by: 'rob', at: noon, reason: 'better' });
      const retired = await by('mia', 'approved');
      await store.lifecycle.retire(retired.id, { by: 'rob', at: noon, reason: 'old' });
      for (const status of ['rejected', 'pending', 'pending'] as const) await by('mia', status);
      await by(long, 'approved');
      await by(`${long}ff`, 'rejected');
      const none = { pending: 0, approved: 0, rejected: 0, withdrawn: 0 };
      expect(await store.reviews.recordsOf([long, 'nobody', 'mia', ''])).toEqual([
        { ...none, approved: 1 },
        none,
        { pending: 2, approved: 1, rejected: 1, withdrawn: 2 },
        none,
      ]);
      expect(await store.reviews.recordsOf([])).toEqual([]);
      const names = Array.from({ length: 99 }, (_, index) => `somebody ${index}`);
      expect((await store.reviews.recordsOf([...names, 'mia']))[99]).toMatchObject({ approved: 1 });
    });

    it('is counted for a proposer among the last 1,000 units only', async ({ store }) => {
      const many = Array.from({ length: 1001 }, (_, index) =>
        aUnit({ createdBy: 'mia', createdAt: later(index), status: index === 0 ? 'rejected' : 'approved' }),
      );
      await putMany(store, many);
      expect(await store.reviews.recordsOf(['mia'])).toEqual([
        { pending: 0, approved: 1000, rejected: 0, withdrawn: 0 },
      ]);
    });

    it('moves the unit from one list to the other', async ({ store }) => {
      const unit = await put(store, { status: 'pending', domains: ['a'] });
      const list = async (status: 'pending' | 'approved') => {
        const filter = { statuses: [status], domains: ['a'] };
        return idsOf((await store.units.list(filter, { field: 'createdAt', direction: 'asc' }, { limit: 9 })).items);
      };
      expect([await list('pending'), await list('approved')]).toEqual([[unit.id], []]);
      await store.reviews.decide(unit.id, aReview('approved'));
      expect([await list('pending'), await list('approved')]).toEqual([[], [unit.id]]);
    });
  });
}
