import { describe, expect } from 'vitest';
import { confidence } from '../../../src/domain/rules.ts';
import type { KnowledgeUnit, ReviewStatus, StatusChange, Store, UnitFilter } from '../../../src/store/store.ts';
import { aUnit, type UnitChanges } from '../../harness.ts';
import { aReview, idsOf, later, noon, put, putMany, type StoreTest } from './fixture.ts';

const change = (by = 'rob', at = noon): StatusChange => ({ by, at, reason: `${by}’s reason` });
const withdrawal = (by = 'rob') => ({ withdrawnBy: by, withdrawnAt: noon, reason: `${by}’s reason` });
const statuses: readonly ReviewStatus[] = ['pending', 'approved', 'rejected', 'retired', 'superseded'];

/** A unit in the store in this status. */
const putIn = (store: Store, status: ReviewStatus, changes: UnitChanges = {}) =>
  put(store, {
    status,
    ...((status === 'retired' || status === 'superseded') && { withdrawal: withdrawal('ann') }),
    ...changes,
  });

/** Ids by every way to find units that does not need vectors. */
async function found(store: Store, filter: UnitFilter): Promise<(string | null)[][]> {
  const order = { field: 'createdAt', direction: 'asc' } as const;
  const searched = async (question: { text?: string; filter: UnitFilter }) =>
    idsOf((await store.units.search({ ...question, limit: 9 })).hits.map(({ unit }) => unit)).sort();
  return [
    idsOf((await store.units.list(filter, order, { limit: 9 })).items).sort(),
    await searched({ text: 'lesson', filter }),
    await searched({ filter: { ...filter, domains: ['api'] } }),
    await searched({ text: 'lesson', filter: { ...filter, domains: ['api'] } }),
  ];
}

async function expectFound(store: Store, status: ReviewStatus, units: readonly KnowledgeUnit[]) {
  const ids = idsOf(units).sort();
  expect([status, await found(store, { statuses: [status] })]).toEqual([status, [ids, ids, ids, ids]]);
  expect(await store.units.count({ statuses: [status] })).toBe(units.length);
}

export function lifecycleConformance(it: StoreTest) {
  describe('a unit that is withdrawn', () => {
    it('is not reinstated while it is held for what looks like secrets', async ({ store }) => {
      const findings = [{ path: ['insight', 'detail'], kind: 'github', start: 0, end: 4 }];
      const { id } = await putIn(store, 'retired', { held: { findings, releasedBy: null } });
      expect(await store.lifecycle.reinstate(id, change())).toMatchObject({
        changed: false,
        unit: { status: 'retired' },
      });
      expect(await store.reviews.release(id, 'rob')).toMatchObject({ status: 'retired', held: { releasedBy: 'rob' } });
      expect(await store.lifecycle.reinstate(id, change())).toMatchObject({
        ...{ changed: true, unit: { status: 'approved', insight: { detail: 'What happened.' } } },
      });
    });

    it('leaves everything that finds approved units, and is found by its status', async ({ store }) => {
      const [kept, retired, superseded] = [await put(store), await put(store), await put(store)];
      await store.lifecycle.retire(retired.id, change());
      await store.lifecycle.supersede(superseded.id, kept.id, change());
      await expectFound(store, 'approved', [kept]);
      await expectFound(store, 'retired', [retired]);
      await expectFound(store, 'superseded', [superseded]);
      for (const status of ['pending', 'rejected'] as const) await expectFound(store, status, []);
      const all = idsOf([kept, retired, superseded]).sort();
      expect(await found(store, {})).toEqual([all, all, all, all]);
      expect(await store.stats.statusCounts()).toEqual({ approved: 1, retired: 1, superseded: 1 });
      expect(await store.stats.tierCounts()).toEqual({ private: 1 });
      expect(await store.stats.domainCounts(9)).toEqual([{ domain: 'api', count: 1 }]);
      expect(await store.stats.confidenceCounts([0, 1])).toEqual([1]);
      const ids = [retired.id, superseded.id];
      expect(await store.units.standings(ids)).toEqual([
        { id: retired.id, status: 'retired', createdBy: 'mia', domains: ['api'] },
        { id: superseded.id, status: 'superseded', createdBy: 'mia', domains: ['api'] },
      ]);
    });

    it('is found by any mixture of statuses', async ({ store }) => {
      const units = new Map<ReviewStatus, KnowledgeUnit>();
      for (const status of statuses) units.set(status, await putIn(store, status));
      for (let mask = 1; mask < 2 ** statuses.length; mask++) {
        const wanted = statuses.filter((_, index) => mask & (1 << index));
        const ids = idsOf(wanted.map((status) => units.get(status) ?? null)).sort();
        expect([wanted, await found(store, { statuses: wanted })]).toEqual([wanted, [ids, ids, ids, ids]]);
      }
    });

    it('stays one that was approved on its day', async ({ store }) => {
      const unit = await put(store, { createdAt: noon, review: aReview('approved') });
      await store.lifecycle.retire(unit.id, change('rob', later(86_400_000)));
      expect([...(await store.stats.trends('2026-02-28', '2026-03-03'))]).toEqual([
        ['2026-03-01', { proposed: 1, approved: 1, rejected: 0 }],
      ]);
      await store.lifecycle.reinstate(unit.id, change());
      expect((await store.stats.trends('2026-03-01', '2026-03-01')).get('2026-03-01')?.approved).toBe(1);
    });

    it('is not confirmed, flagged or decided over', async ({ store }) => {
      const { id } = await put(store);
      const retired = await store.lifecycle.retire(id, change());
      expect(await store.units.confirm(id, 'mia', noon, confidence.confirmed)).toBeNull();
      expect(await store.reviews.decide(id, aReview('rejected', 'ann'))).toEqual({
        decided: false,
        unit: retired?.unit,
      });
      expect(await store.units.find(id)).toEqual(retired?.unit);
    });

    it('is among the latest decisions when it was superseded, and not when it was retired', async ({ store }) => {
      const superseded = await putIn(store, 'superseded');
      await putIn(store, 'retired');
      expect(await store.reviews.latest(9)).toEqual([superseded]);
    });
  });

  describe('a change of status', () => {
    const moves = [
      ['retire', 'retired', ['approved', 'superseded'], 'retired'],
      ['reinstate', 'reinstated', ['retired', 'superseded'], 'approved'],
      ['reopen', 'reopened', ['approved', 'rejected'], 'pending'],
    ] as const;

    it.for(moves)('%s: %s, from %j only', async ([move, type, from, to], { store }) => {
      for (const status of statuses) {
        const before = await putIn(store, status, { supersededBy: status === 'superseded' ? 'ku_1' : null });
        const outcome = await store.lifecycle[move](before.id, change());
        const allowed = from.some((each) => each === status);
        expect([status, outcome?.changed]).toEqual([status, allowed]);
        expect(await store.units.find(before.id)).toEqual(outcome?.unit);
        const [event] = await store.events.latest(1);
        if (!allowed) {
          expect(outcome?.unit).toEqual(before);
          expect(event?.unitId).not.toBe(before.id);
          continue;
        }
        expect(outcome?.unit).toEqual({
          ...before,
          status: to,
          review: to === 'pending' ? null : before.review,
          withdrawal: to === 'retired' ? withdrawal() : null,
          supersededBy: to === 'retired' ? before.supersededBy : null,
          updatedAt: noon,
        });
        expect(event).toMatchObject({ type, unitId: before.id, actor: 'rob', at: noon, note: 'rob’s reason' });
      }
      expect(await store.lifecycle[move]('ku_none', change())).toBeNull();
    });

    it('has one winner of 64 at once, and the others see the winner’s', async ({ store }) => {
      const { id } = await put(store);
      const outcomes = await Promise.all(
        Array.from({ length: 64 }, (_, index) => store.lifecycle.retire(id, change(`reviewer ${index}`))),
      );
      expect(outcomes.filter((outcome) => outcome?.changed)).toHaveLength(1);
      expect(new Set(outcomes.map((outcome) => outcome?.unit.withdrawal?.withdrawnBy)).size).toBe(1);
      expect(await store.events.latest(99)).toHaveLength(1);
    });

    it('comes before or after a confirmation, of 64 at once, and never in between', async ({ store }) => {
      const { id } = await put(store);
      const confirmed = await Promise.all(
        Array.from({ length: 64 }, async (_, index) => {
          if (index === 31) await store.lifecycle.retire(id, change());
          return index === 31 ? null : store.units.confirm(id, `user ${index}`, noon, 0);
        }),
      );
      const counted = confirmed.filter((unit) => unit !== null);
      expect(counted.every((unit) => unit.status === 'approved')).toBe(true);
      const unit = await store.units.find(id);
      expect(unit).toMatchObject({ status: 'retired', evidence: { confirmations: 1 + counted.length } });
      const events = await store.events.latest(99);
      expect(events).toHaveLength(1 + counted.length);
      expect(events[0]?.type).toBe('retired');
    });

    it('and a decision, at once: each change starts from what the one before it left', async ({ store }) => {
      const { id } = await put(store, { status: 'pending' });
      await Promise.all(
        Array.from({ length: 64 }, (_, index) =>
          index % 2
            ? store.lifecycle.reopen(id, change())
            : store.reviews.decide(id, aReview(index % 4 ? 'approved' : 'rejected')),
        ),
      );
      const types = (await store.events.latest(99)).map(({ type }) => type).reverse();
      for (const [index, type] of types.entries())
        expect(['approved', 'rejected'].includes(type)).toBe(index % 2 === 0);
      const unit = await store.units.find(id);
      expect(unit?.status === 'pending').toBe(types.length % 2 === 0);
      expect(unit?.review === null).toBe(unit?.status === 'pending');
    });

    it('is undone with the transaction that it is in', async ({ store }) => {
      const unit = await put(store);
      const failed = store.transaction(async (tx) => {
        await tx.lifecycle.retire(unit.id, change());
        throw new Error('no');
      });
      await expect(failed).rejects.toThrow('no');
      expect(await store.units.find(unit.id)).toEqual(unit);
      await expectFound(store, 'approved', [unit]);
    });
  });

  describe('a unit that takes another one’s place', () => {
    it('is pointed to, with one event', async ({ store }) => {
      const [old, by] = [await put(store), await put(store)];
      const outcome = await store.lifecycle.supersede(old.id, by.id, change());
      expect(outcome).toEqual({
        outcome: 'replaced',
        unit: { ...old, status: 'superseded', supersededBy: by.id, withdrawal: withdrawal(), updatedAt: noon },
        target: by,
      });
      expect(await store.units.findMany([old.id, by.id])).toEqual([outcome.unit, by]);
      expect(await store.events.latest(9)).toMatchObject([
        { type: 'superseded', unitId: old.id, actor: 'rob', note: 'rob’s reason' },
      ]);
    });

    it('is the one at the end of the chain, and is found from each of its units', async ({ store }) => {
      const [a, b, c, d] = [await put(store), await put(store), await put(store), await put(store)];
      await store.lifecycle.supersede(b.id, c.id, change());
      expect((await store.lifecycle.supersede(a.id, b.id, change())).unit?.supersededBy).toBe(c.id);
      await store.lifecycle.supersede(c.id, d.id, change());
      const ids = [a.id, d.id, b.id, 'ku_none', c.id, a.id];
      expect(await store.lifecycle.successors(ids)).toEqual([d.id, null, d.id, null, d.id, d.id]);
      expect(await store.lifecycle.successors([])).toEqual([]);
    });

    it('is not one that is superseded by the other, however far', async ({ store }) => {
      const units = [await put(store), await put(store), await put(store)];
      const [a, b, c] = units.map(({ id }) => id) as [string, string, string];
      await store.lifecycle.supersede(a, b, change());
      await store.lifecycle.supersede(b, c, change());
      expect(await store.lifecycle.supersede(c, a, change())).toMatchObject({ outcome: 'circle', unit: { id: c } });
      expect(await store.lifecycle.supersede(c, c, change())).toMatchObject({ outcome: 'circle' });
      await expectFound(store, 'approved', [units[2] as KnowledgeUnit]);
    });

    it.for(statuses)('and the other must be approved: %s', async (status, { store }) => {
      const [approved, other] = [await put(store), await putIn(store, status)];
      const is = (refused: string) => (status === 'approved' ? 'replaced' : refused);
      expect((await store.lifecycle.supersede(other.id, approved.id, change())).outcome).toBe(is('unit'));
      const [again, target] = [await put(store), await putIn(store, status)];
      expect((await store.lifecycle.supersede(again.id, target.id, change())).outcome).toBe(is('target'));
      expect((await store.lifecycle.supersede('ku_none', approved.id, change())).outcome).toBe('unit');
      expect(await store.lifecycle.supersede(again.id, 'ku_none', change())).toMatchObject({ target: null });
    });

    it('never makes a circle, of 64 at once', async ({ store }) => {
      const ids: string[] = [];
      for (let count = 0; count < 8; count++) ids.push((await put(store)).id);
      const at = (index: number) => ids[index % ids.length] as string;
      const outcomes = await Promise.all(
        Array.from({ length: 64 }, (_, index) =>
          store.lifecycle.supersede(at(index), at(index + 1 + (index >> 3)), change(`reviewer ${index}`)),
        ),
      );
      const replaced = outcomes.filter(({ outcome }) => outcome === 'replaced');
      const units = (await store.units.findMany(ids)).filter((unit) => unit !== null);
      const left = units.filter(({ status }) => status === 'approved');
      expect(left.length).toBeGreaterThan(0);
      expect(replaced).toHaveLength(ids.length - left.length);
      expect(await store.events.latest(99)).toHaveLength(replaced.length);
      for (const [index, end] of (await store.lifecycle.successors(ids)).entries())
        if (units[index]?.status === 'superseded') expect(idsOf(left)).toContain(end);
    });

    it('is retired or takes the place, at once: one order', async ({ store }) => {
      for (let round = 0; round < 8; round++) {
        const [old, by] = [await put(store), await put(store)];
        const [replaced] = await Promise.all([
          store.lifecycle.supersede(old.id, by.id, change()),
          store.lifecycle.retire(by.id, change('ann')),
        ]);
        const [unit, target] = await store.units.findMany([old.id, by.id]);
        expect(target?.status).toBe('retired');
        expect(replaced.outcome).toBe(unit?.status === 'superseded' ? 'replaced' : 'target');
        if (replaced.outcome === 'target') expect(replaced.target?.withdrawal?.withdrawnBy).toBe('ann');
      }
    });

    it('is found at the end of 100 units, and of more, or of a circle that was restored, the first', async ({
      store,
    }) => {
      const id = (index: number) => `ku_${index.toString(16).padStart(32, 'c')}`;
      const chain = Array.from({ length: 101 }, (_, index) => aUnit({ id: id(index), supersededBy: id(index + 1) }));
      await putMany(store, [...chain, aUnit({ id: id(101) })]);
      expect(await store.lifecycle.successors([id(1), id(0)])).toEqual([id(101), id(1)]);
      const [one, two] = [`ku_${'1'.repeat(32)}`, `ku_${'2'.repeat(32)}`];
      await put(store, { id: one, supersededBy: two });
      await put(store, { id: two, supersededBy: one });
      expect(await store.lifecycle.successors([one, two])).toEqual([two, one]);
      const fresh = await put(store);
      expect((await store.lifecycle.supersede(fresh.id, one, change())).outcome).toBe('target');
    });
  });

  describe('a pending unit in place of an approved one', () => {
    it('is approved, and supersedes it, in one step', async ({ store }) => {
      const [old, pending] = [await put(store), await put(store, { status: 'pending' })];
      const review = aReview('approved');
      const outcome = await store.lifecycle.approveInPlaceOf(old.id, pending.id, review);
      expect(outcome).toMatchObject({
        outcome: 'replaced',
        unit: {
          id: old.id,
          status: 'superseded',
          supersededBy: pending.id,
          withdrawal: { reason: 'rob’s\nrob’s own' },
        },
        target: { id: pending.id, status: 'approved', review },
      });
      expect((await store.events.latest(9)).map(({ type, unitId }) => [type, unitId])).toEqual([
        ['superseded', old.id],
        ['approved', pending.id],
      ]);
      await expectFound(store, 'approved', [outcome.target as KnowledgeUnit]);
    });

    it('stays as it is where one of them is another than it must be', async ({ store }) => {
      const [approved, pending] = [await put(store), await put(store, { status: 'pending' })];
      const rejected = await put(store, { status: 'rejected' });
      const review = aReview('approved');
      expect((await store.lifecycle.approveInPlaceOf(rejected.id, pending.id, review)).outcome).toBe('unit');
      expect((await store.lifecycle.approveInPlaceOf(approved.id, rejected.id, review)).outcome).toBe('target');
      expect((await store.lifecycle.approveInPlaceOf(approved.id, pending.id, review, 2)).outcome).toBe('target');
      const ids = [approved.id, pending.id, rejected.id];
      expect(await store.units.findMany(ids)).toEqual([approved, pending, rejected]);
      expect(await store.events.latest(9)).toEqual([]);
    });

    it('has one winner against a decision over it', async ({ store }) => {
      for (let round = 0; round < 8; round++) {
        const [old, pending] = [await put(store), await put(store, { status: 'pending' })];
        const [placed, decided] = await Promise.all([
          store.lifecycle.approveInPlaceOf(old.id, pending.id, aReview('approved', 'ann')),
          store.reviews.decide(pending.id, aReview('rejected')),
        ]);
        expect([placed.outcome === 'replaced', decided?.decided]).toContain(true);
        expect(placed.outcome === 'replaced').toBe(!decided?.decided);
        expect((await store.units.find(old.id))?.status).toBe(decided?.decided ? 'approved' : 'superseded');
      }
    });
  });

  describe('a duplicate', () => {
    it('is closed and points to the unit that says the same, where its proposer’s confirmation counts', async ({
      store,
    }) => {
      const kept = await put(store);
      const duplicate = await put(store, { status: 'pending', createdBy: 'zoe' });
      const outcome = await store.lifecycle.merge(duplicate.id, kept.id, aReview('rejected'), confidence.confirmed);
      expect(outcome).toEqual({
        outcome: 'replaced',
        unit: {
          ...duplicate,
          status: 'rejected',
          supersededBy: kept.id,
          review: aReview('rejected'),
          updatedAt: noon,
        },
        target: {
          ...kept,
          confirmers: 1,
          evidence: { ...kept.evidence, confidence: 0.6, confirmations: 2, lastConfirmedAt: noon },
          updatedAt: noon,
        },
      });
      expect(await store.units.findMany([duplicate.id, kept.id])).toEqual([outcome.unit, outcome.target]);
      expect((await store.events.latest(9)).map(({ type, unitId, actor }) => [type, unitId, actor])).toEqual([
        ['confirmed', kept.id, 'zoe'],
        ['merged', duplicate.id, 'rob'],
      ]);
      expect(await store.events.unitsActedOn('confirmed', 'zoe', [kept.id])).toEqual(new Set([kept.id]));
      await expectFound(store, 'approved', [outcome.target as KnowledgeUnit]);
      const reopened = await store.lifecycle.reopen(duplicate.id, change());
      expect(reopened?.unit).toMatchObject({ status: 'pending', supersededBy: null, review: null });
    });

    it('goes to the end of the chain, and nowhere that is not approved', async ({ store }) => {
      const [old, kept, retired] = [await put(store), await put(store), await putIn(store, 'retired')];
      await store.lifecycle.supersede(old.id, kept.id, change());
      const duplicate = await put(store, { status: 'pending' });
      const merge = (into: string) => store.lifecycle.merge(duplicate.id, into, aReview('rejected'), 0);
      expect((await merge(retired.id)).outcome).toBe('target');
      expect((await merge(old.id)).target?.id).toBe(kept.id);
      expect((await merge(old.id)).outcome).toBe('unit');
      expect((await store.units.find(kept.id))?.evidence.confirmations).toBe(2);
    });

    it('is merged once, of 16 at once, into one of two', async ({ store }) => {
      const [one, two] = [await put(store), await put(store)];
      const { id } = await put(store, { status: 'pending' });
      const outcomes = await Promise.all(
        Array.from({ length: 16 }, (_, index) =>
          store.lifecycle.merge(id, (index % 2 ? one : two).id, aReview('rejected', `reviewer ${index}`), 0),
        ),
      );
      const [winner, ...others] = outcomes.filter(({ outcome }) => outcome === 'replaced');
      expect(others).toEqual([]);
      const units = await store.units.findMany([one.id, two.id]);
      expect(units.map((unit) => unit?.evidence.confirmations).sort()).toEqual([1, 2]);
      for (const { unit } of outcomes) expect(unit?.supersededBy).toBe(winner?.target?.id);
    });
  });
}
