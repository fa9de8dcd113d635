import { describe, expect } from 'vitest';
import { confidence } from '../../../src/domain/rules.ts';
import type { KnowledgeUnit, PageRequest, Position } from '../../../src/store/store.ts';
import { aUnit } from '../../harness.ts';
import { aFlag, aProposal, aReview, later, noon, put, putConfident, readAll, type StoreTest } from './fixture.ts';

export function evidenceConformance(it: StoreTest) {
  describe('confirming and flagging', () => {
    it('raises confidence by cq’s doubles, up to 1', async ({ store }) => {
      const { id } = await put(store);
      const up = [];
      for (let count = 0; count < 7; count++)
        up.push((await store.units.confirm(id, 'mia', noon, confidence.confirmed))?.evidence.confidence);
      expect(up).toEqual([0.6, 0.7, 0.7999999999999999, 0.8999999999999999, 0.9999999999999999, 1, 1]);
      expect((await store.units.find(id))?.evidence).toMatchObject({ confidence: 1, confirmations: 8 });
    });

    it('counts people, and the proposer’s own, to the largest number that a database has', async ({ store }) => {
      const most = 2 ** 31 - 1;
      const { id } = await put(store, { confirmers: most, ownConfirmations: most });
      for (const person of ['mia', 'zoe', 'mia'])
        expect(await store.units.confirm(id, person, noon, confidence.confirmed)).toMatchObject({
          ...{ confirmers: most, ownConfirmations: most },
        });
    });

    it('lowers confidence by cq’s doubles, down to 0', async ({ store }) => {
      const { id } = await put(store);
      const down = [];
      for (let count = 0; count < 5; count++)
        down.push((await store.units.flag(aFlag(id), confidence.flagged))?.evidence.confidence);
      expect(down).toEqual([0.35, 0.19999999999999998, 0.04999999999999999, 0, 0]);
      expect(await store.flags.counts([id])).toEqual([{ stale: 5 }]);
    });

    it('starts a unit where it is told, and moves it by what it is told, within 0 and 1', async ({ store }) => {
      const { id, evidence } = await store.units.propose(aProposal({}, 0.25), noon);
      expect(evidence.confidence).toBe(0.25);
      await store.reviews.decide(id, aReview('approved'));
      const of = (unit: KnowledgeUnit | null) => unit?.evidence.confidence;
      expect(of(await store.units.confirm(id, 'mia', noon, 0.125))).toBe(0.375);
      expect(of(await store.units.flag(aFlag(id), -0.25))).toBe(0.125);
      expect(of(await store.units.confirm(id, 'mia', noon, -2))).toBe(0);
      expect(of(await store.units.flag(aFlag(id), 2))).toBe(1);
    });

    it('mixes without rounding', async ({ store }) => {
      const { id } = await putConfident(store, 0.6);
      expect((await store.units.flag(aFlag(id), confidence.flagged))?.evidence.confidence).toBe(0.44999999999999996);
      expect((await store.units.confirm(id, 'mia', noon, confidence.confirmed))?.evidence.confidence).toBe(
        0.44999999999999996 + 0.1,
      );
    });

    it('notes when a unit was last confirmed, and when it last changed', async ({ store }) => {
      const { id, evidence, createdAt } = await put(store);
      const confirmed = await store.units.confirm(id, 'mia', later(5), confidence.confirmed);
      expect(confirmed).toMatchObject({
        createdAt,
        updatedAt: later(5),
        evidence: { confirmations: 2, firstObservedAt: evidence.firstObservedAt, lastConfirmedAt: later(5) },
      });
      const flagged = await store.units.flag(aFlag(id, { createdAt: later(9) }), confidence.flagged);
      expect(flagged).toMatchObject({
        createdAt,
        updatedAt: later(9),
        evidence: { confirmations: 2, lastConfirmedAt: later(5) },
      });
      expect(await store.units.find(id)).toEqual(flagged);
    });

    it('counts every one of 64 confirmations at once', async ({ store }) => {
      const { id } = await put(store);
      await Promise.all(Array.from({ length: 64 }, () => store.units.confirm(id, 'mia', noon, confidence.confirmed)));
      expect((await store.units.find(id))?.evidence).toMatchObject({ confirmations: 65, confidence: 1 });
      expect(await store.events.latest(100)).toHaveLength(64);
    });

    it('counts people beside confirmations, and tells the proposer’s own apart', async ({ store }) => {
      const { id } = await put(store, { createdBy: 'mia' });
      const confirmedBy = async (by: string, ms: number) => {
        const unit = await store.units.confirm(id, by, later(ms), confidence.confirmed);
        return [unit?.evidence.confirmations, unit?.confirmers, unit?.ownConfirmations];
      };
      expect(await confirmedBy('rob', 1)).toEqual([2, 1, 0]);
      expect(await confirmedBy('mia', 2)).toEqual([3, 1, 1]);
      expect(await confirmedBy('rob', 3)).toEqual([4, 1, 1]);
      expect(await confirmedBy('mia', 4)).toEqual([5, 1, 2]);
      expect(await confirmedBy('ann', 5)).toEqual([6, 2, 2]);
      expect(await store.units.find(id)).toMatchObject({ confirmers: 2, ownConfirmations: 2 });
      expect(await store.units.confirmersOf(id)).toEqual([
        { username: 'ann', lastAt: later(5) },
        { username: 'mia', lastAt: later(4) },
        { username: 'rob', lastAt: later(3) },
      ]);
      expect(await store.units.confirmersOf((await put(store)).id)).toEqual([]);
    });

    it('lists who has confirmed a unit by pages, each with the version that they confirmed last', async ({ store }) => {
      const { id } = await put(store, { version: 3 });
      const { id: other } = await put(store, { version: 9 });
      const people = ['zoe', 'mia', 'Éva', 'ann', 'rob'];
      for (const [index, person] of people.entries())
        await store.units.confirm(id, person, later(index), confidence.confirmed);
      await store.units.confirm(other, 'mia', later(99), confidence.confirmed);
      const list = (by: string | null) =>
        readAll(
          (page: PageRequest<Position<string>>) => store.units.confirmations(id, by, page),
          ({ username }) => ({ key: username, id: username }),
        );
      expect(await list(null)).toEqual(
        [...people].sort().map((username) => ({ username, lastAt: later(people.indexOf(username)), version: 3 })),
      );
      expect(await store.units.countConfirmations(id, null)).toBe(5);
      expect(await list('mia')).toMatchObject([{ username: 'mia' }]);
      expect(await list('nobody')).toEqual([]);
      expect([await store.units.countConfirmations(id, 'mia'), await store.units.countConfirmations(id, '')]).toEqual([
        1, 0,
      ]);
    });

    it('knows the version of the last of a person’s confirmations, and none of a unit from elsewhere', async ({
      store,
    }) => {
      const unit = aUnit({ status: 'approved' });
      await store.units.restoreMany([{ unit, flags: [], confirmers: [{ username: 'mia', lastAt: later(-1) }] }]);
      const [before] = (await store.units.confirmations(unit.id, null, { limit: 9 })).items;
      expect(before).toEqual({ username: 'mia', lastAt: later(-1), version: null });
      await store.units.confirm(unit.id, 'mia', later(1), confidence.confirmed);
      const content = { ...unit, insight: { ...unit.insight, summary: 'Another' } };
      const change = { id: `rev_${'7'.repeat(32)}`, unitId: unit.id, baseVersion: 1, content, reason: 'r' };
      await store.revisions.amend({
        ...{ ...change, by: 'rob', at: later(2), approval: null, statuses: ['approved'], maxVersions: 9 },
      });
      await store.units.confirm(unit.id, 'mia', later(3), confidence.confirmed);
      const [after] = (await store.units.confirmations(unit.id, 'mia', { limit: 9 })).items;
      expect(after).toEqual({ username: 'mia', lastAt: later(3), version: 2 });
    });

    it('counts one of a person’s confirmations since an instant, and leaves the unit as it is otherwise', async ({
      store,
    }) => {
      const { id } = await store.units.propose(aProposal({ createdBy: 'mia' }), later(5));
      await store.reviews.decide(id, aReview('approved'));
      const confirm = (by: string, at: number, since: number) =>
        store.units.confirm(id, by, later(at), confidence.confirmed, later(since));
      const approved = await store.units.find(id);
      // the proposal is the proposer’s first
      expect(await confirm('mia', 9, 5)).toEqual(approved);
      const first = await confirm('rob', 9, 0);
      expect(first).toMatchObject({ confirmers: 1, evidence: { confirmations: 2, confidence: 0.6 } });
      expect(await confirm('rob', 10, 0)).toEqual(first);
      expect(await confirm('rob', 11, 9)).toEqual(first);
      expect(await store.events.latest(9)).toHaveLength(3);
      const second = await confirm('rob', 11, 10);
      expect(second).toMatchObject({ confirmers: 1, evidence: { confirmations: 3, lastConfirmedAt: later(11) } });
      expect(await confirm('mia', 12, 6)).toMatchObject({ ownConfirmations: 1, evidence: { confirmations: 4 } });
      const pending = await put(store, { status: 'pending' });
      expect(await store.units.confirm(pending.id, 'rob', noon, confidence.confirmed, noon)).toBeNull();
    });

    it('counts one of 64 at once of each person', async ({ store }) => {
      const { id } = await put(store, { createdBy: 'mia', createdAt: later(-1) });
      const people = ['rob', 'ann', 'mia', 'eve'];
      await Promise.all(
        Array.from({ length: 64 }, (_, index) =>
          store.units.confirm(id, people[index % 4] as string, noon, confidence.confirmed, noon),
        ),
      );
      expect(await store.units.find(id)).toMatchObject({
        confirmers: 3,
        ownConfirmations: 1,
        evidence: { confirmations: 5 },
      });
      expect(await store.events.latest(100)).toHaveLength(4);
    });

    it('counts 64 people at once', async ({ store }) => {
      const { id } = await put(store);
      await Promise.all(
        Array.from({ length: 64 }, (_, index) =>
          store.units.confirm(id, `person ${index}`, noon, confidence.confirmed),
        ),
      );
      expect(await store.units.find(id)).toMatchObject({ confirmers: 64, evidence: { confirmations: 65 } });
    });

    it('counts every one of 4 confirmations and 3 flags at once', async ({ store }) => {
      const { id } = await put(store);
      await Promise.all([
        ...Array.from({ length: 4 }, () => store.units.confirm(id, 'mia', noon, confidence.confirmed)),
        ...Array.from({ length: 3 }, () => store.units.flag(aFlag(id), confidence.flagged)),
      ]);
      const unit = await store.units.find(id);
      // the sum of the steps, in whatever order they came
      expect(unit?.evidence.confidence).toBeCloseTo(0.5 + 4 * 0.1 - 3 * 0.15, 12);
      expect(unit?.evidence.confirmations).toBe(5);
      expect(await store.flags.counts([id])).toEqual([{ stale: 3 }]);
    });

    it.for(['pending', 'rejected'] as const)('leaves a %s unit alone', async (status, { store }) => {
      const unit = await put(store, { status });
      expect(await store.units.confirm(unit.id, 'mia', noon, confidence.confirmed)).toBeNull();
      expect(await store.units.flag(aFlag(unit.id), confidence.flagged)).toBeNull();
      expect(await store.units.find(unit.id)).toEqual(unit);
      expect(await store.flags.counts([unit.id])).toEqual([{}]);
      expect(await store.events.latest(10)).toEqual([]);
    });

    it('answers null for a unit that is not there', async ({ store }) => {
      expect(await store.units.confirm('ku_none', 'mia', noon, confidence.confirmed)).toBeNull();
      expect(await store.units.flag(aFlag('ku_none'), confidence.flagged)).toBeNull();
      expect(await store.events.latest(10)).toEqual([]);
    });
  });
}
