import { describe, expect } from 'vitest';
import type { KnowledgeUnit, Review, Store, SuspensionChange, SuspensionMark } from '../../../src/store/store.ts';
import { aReview, idsOf, later, noon, put, readAll, type StoreTest } from './fixture.ts';

const mark: SuspensionMark = { at: noon, by: 'ann' };
/** Marks of other suspensions. */
const others: readonly SuspensionMark[] = [
  { at: later(1), by: 'ann' },
  { at: noon, by: 'rob' },
];

const rejection: Review = { ...aReview('rejected', 'ann'), note: null };

/** All that a suspension has done, page by page. */
const changedBy = async (store: Store, change: SuspensionChange, of = mark, username = 'mia') =>
  (
    await readAll<{ id: string }, string>(
      ({ limit, from: after }) => store.suspensions.changed(change, username, of, { limit, after }),
      ({ id }) => id,
    )
  ).map(({ id }) => id);

export function suspensionsConformance(it: StoreTest) {
  describe('what a suspension rejected', () => {
    it('is found by its mark and the proposer, page by page, and nothing else', async ({ store }) => {
      const rejected = [];
      for (let count = 0; count < 5; count++) {
        rejected.push(await put(store, { status: 'pending' }));
        await put(store, { status: 'pending', createdBy: 'zoe' });
      }
      for (const { id } of rejected) await store.reviews.decide(id, rejection);
      // of others, of other times, decided otherwise, and withdrawn since
      await put(store, { status: 'rejected', createdBy: 'zoe', review: rejection });
      for (const { at: reviewedAt, by: reviewedBy } of others)
        await put(store, { status: 'rejected', review: { ...rejection, reviewedAt, reviewedBy } });
      await put(store, { status: 'approved', review: { ...rejection, status: 'approved' } });
      const withdrawal = { withdrawnBy: 'ann', withdrawnAt: later(9), reason: null };
      await put(store, { status: 'retired', review: { ...rejection, status: 'approved' }, withdrawal });
      expect(await changedBy(store, 'rejected')).toEqual(idsOf(rejected).sort());
      const { items, hasMore } = await store.suspensions.changed('rejected', 'mia', mark, { limit: 0 });
      expect([items, hasMore]).toEqual([[], true]);
      for (const other of others) expect(await changedBy(store, 'rejected', other)).toHaveLength(1);
      expect(await changedBy(store, 'rejected', mark, 'nobody')).toEqual([]);
    });

    it('is taken back once, of 8 at once, if it is still as it was left', async ({ store }) => {
      const pending = await put(store, { status: 'pending', domains: ['a'] });
      const undo = (of: SuspensionMark) => store.suspensions.undo('rejected', pending.id, of, 'zoe', later(2));
      expect(await undo(mark)).toBe(false);
      await store.reviews.decide(pending.id, rejection);
      for (const other of others) expect(await undo(other)).toBe(false);
      const outcomes = await Promise.all(Array.from({ length: 8 }, () => undo(mark)));
      expect(outcomes.filter(Boolean)).toHaveLength(1);
      expect(await store.units.find(pending.id)).toEqual({ ...pending, updatedAt: later(2) });
      expect(await store.events.latest(9)).toMatchObject([
        { type: 'reopened', unitId: pending.id, actor: 'zoe', at: later(2) },
        { type: 'rejected' },
      ]);
      expect(await store.units.count({ statuses: ['pending'], domains: ['a'] })).toBe(1);
      expect(await store.suspensions.undo('rejected', 'ku_none', mark, 'zoe', later(2))).toBe(false);
    });
  });

  describe('what a suspension retired', () => {
    const retire = (store: Store, id: string) => store.lifecycle.retireApproved(id, { ...mark, reason: 'Spam' });

    it('was approved, and is no superseded unit', async ({ store }) => {
      const approved = await put(store);
      const withdrawal = { withdrawnBy: 'rob', withdrawnAt: later(1), reason: null };
      const superseded = await put(store, { status: 'superseded', supersededBy: approved.id, withdrawal });
      expect(await retire(store, approved.id)).toMatchObject({ changed: true, unit: { status: 'retired' } });
      for (const unit of [
        superseded,
        await put(store, { status: 'pending' }),
        await put(store, { status: 'rejected' }),
      ])
        expect(await retire(store, unit.id)).toEqual({ changed: false, unit });
      expect(await retire(store, 'ku_none')).toBeNull();
      expect(await store.events.latest(9)).toMatchObject([
        { type: 'retired', unitId: approved.id, actor: 'ann', at: noon, note: 'Spam' },
      ]);
    });

    it('is found by its mark and the proposer, page by page, and nothing else', async ({ store }) => {
      const retired = [];
      for (let count = 0; count < 5; count++) retired.push(await put(store));
      for (const { id } of retired) await retire(store, id);
      const withdrawal = { withdrawnBy: mark.by, withdrawnAt: mark.at, reason: null };
      await put(store, { status: 'retired', createdBy: 'zoe', withdrawal });
      await put(store, { status: 'superseded', withdrawal });
      for (const { at: withdrawnAt, by: withdrawnBy } of others)
        await put(store, { status: 'retired', withdrawal: { ...withdrawal, withdrawnAt, withdrawnBy } });
      expect(await changedBy(store, 'retired')).toEqual(idsOf(retired).sort());
      for (const other of others) expect(await changedBy(store, 'retired', other)).toHaveLength(1);
      expect(await changedBy(store, 'rejected')).toEqual([]);
    });

    it('is what it was, taken back once of 8 at once, if it is still as it was left', async ({ store }) => {
      const successor = await put(store);
      const unit = await put(store, { domains: ['a'], supersededBy: successor.id });
      const undo = (of: SuspensionMark) => store.suspensions.undo('retired', unit.id, of, 'zoe', later(2));
      expect(await undo(mark)).toBe(false);
      await retire(store, unit.id);
      expect(await store.units.count({ statuses: ['approved'], domains: ['a'] })).toBe(0);
      for (const other of others) expect(await undo(other)).toBe(false);
      expect(await store.suspensions.undo('rejected', unit.id, mark, 'zoe', later(2))).toBe(false);
      const outcomes = await Promise.all(Array.from({ length: 8 }, () => undo(mark)));
      expect(outcomes.filter(Boolean)).toHaveLength(1);
      expect(await store.units.find(unit.id)).toEqual({ ...unit, updatedAt: later(2) });
      expect(await store.units.count({ statuses: ['approved'], domains: ['a'] })).toBe(1);
      expect(await store.events.latest(9)).toMatchObject([
        { type: 'reinstated', unitId: unit.id, actor: 'zoe', at: later(2) },
        { type: 'retired' },
      ]);
    });
  });

  describe('a suggestion that a suspension rejected', () => {
    let made = 0;
    async function suggest(store: Store, unit: KnowledgeUnit, createdBy = 'mia', ofUnit = 20) {
      const { domains, context, extensions } = unit;
      const content = { domains, context, extensions, insight: { ...unit.insight, summary: `Another ${++made}` } };
      const id = `rev_${made.toString(16).padStart(32, 'd')}`;
      const suggestion = { id, unitId: unit.id, baseVersion: 1, content, reason: null, createdBy, createdAt: noon };
      const outcome = await store.revisions.suggest(suggestion, { ofUnit, ofUnitByAuthor: ofUnit, ofAuthor: 50 });
      if (outcome?.outcome !== 'suggested') throw new Error(`the suggestion is ${outcome?.outcome}`);
      return outcome.suggestion;
    }

    it('is found by its mark and its author, page by page, and nothing else', async ({ store }) => {
      const units = [await put(store), await put(store)] as const;
      const rejected = [];
      for (let count = 0; count < 5; count++) {
        const unit = units[count % 2] as KnowledgeUnit;
        const suggestion = await suggest(store, unit);
        await store.revisions.reject(suggestion.id, rejection, 50);
        rejected.push({ id: suggestion.id, unitId: unit.id });
      }
      for (const [createdBy, { at: reviewedAt, by: reviewedBy }] of [
        ['zoe', mark],
        ...others.map((other) => ['mia', other] as const),
      ] as const)
        await store.revisions.reject(
          (await suggest(store, units[0], createdBy)).id,
          { ...rejection, reviewedAt, reviewedBy },
          50,
        );
      await suggest(store, units[0]);
      const approved = await suggest(store, units[1]);
      await store.revisions.approve(approved.id, 1, { ...rejection, status: 'approved' }, 100);
      const { items } = await store.suspensions.changed('suggestionRejected', 'mia', mark, { limit: 9 });
      expect(items).toEqual(rejected.toSorted((one, other) => (one.id < other.id ? -1 : 1)));
      expect(await changedBy(store, 'suggestionRejected')).toEqual(items.map(({ id }) => id));
      for (const other of others) expect(await changedBy(store, 'suggestionRejected', other)).toHaveLength(1);
      expect(await changedBy(store, 'rejected')).toEqual([]);
    });

    it('waits again, once of 8 at once, also beside as many as may wait', async ({ store }) => {
      const unit = await put(store);
      const suggestion = await suggest(store, unit);
      const undo = (of: SuspensionMark) =>
        store.suspensions.undo('suggestionRejected', suggestion.id, of, 'zoe', later(2));
      expect(await undo(mark)).toBe(false);
      await store.revisions.reject(suggestion.id, rejection, 50);
      for (const other of others) expect(await undo(other)).toBe(false);
      await suggest(store, unit, 'zoe', 1);
      const outcomes = await Promise.all(Array.from({ length: 8 }, () => undo(mark)));
      expect(outcomes.filter(Boolean)).toHaveLength(1);
      expect(await store.revisions.findMany([suggestion.id])).toEqual([suggestion]);
      expect(await store.revisions.countSuggestions({ unitId: unit.id, status: 'pending' })).toBe(2);
      expect(await store.units.find(unit.id)).toEqual({ ...unit, updatedAt: later(2) });
      expect((await store.events.latest(1))[0]).toMatchObject({
        ...{ type: 'suggestion_reopened', unitId: unit.id, unitVersion: 1, actor: 'zoe', at: later(2) },
      });
      expect(await store.suspensions.undo('suggestionRejected', 'rev_none', mark, 'zoe', later(2))).toBe(false);
    });
  });

  describe('a suspension', () => {
    it('is held by its mark, and not ended before the transaction that holds it', async ({ store }) => {
      const user = { username: 'mia', passwordHash: 'none', role: 'member', createdAt: noon } as const;
      const { id } = (await store.users.insert(user)) ?? { id: 0 };
      const holds = (of = mark) => store.transaction((tx) => tx.suspensions.holds(id, of));
      expect(await holds()).toBe(false);
      await store.users.suspend(id, { ...mark, reason: 'Spam' });
      expect([await holds(), await store.suspensions.holds(id + 1, mark)]).toEqual([true, false]);
      for (const other of others) expect(await holds(other)).toBe(false);
      const order: string[] = [];
      let ending: Promise<unknown> | undefined;
      await store.transaction(async (tx) => {
        await tx.suspensions.holds(id, mark);
        ending = store.users.reinstate(id, mark).then(() => order.push('ended'));
        for (let count = 0; count < 5; count++) await tx.suspensions.holds(id, mark);
        order.push('held');
      });
      await ending;
      expect(order).toEqual(['held', 'ended']);
      expect(await holds()).toBe(false);
    });
  });
}
