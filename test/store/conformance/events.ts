import { describe, expect } from 'vitest';
import { confidence } from '../../../src/domain/rules.ts';
import { LogReplacedError } from '../../../src/errors.ts';
import type { EventType, LogPlace, PageRequest, Position } from '../../../src/store/store.ts';
import { aFlag, aProposal, aReview, later, noon, put, readAll, type StoreTest } from './fixture.ts';
import { readLog, untilTold } from './logs.ts';

export function eventsConformance(it: StoreTest) {
  describe('events', () => {
    it('tell what happened, by whom and when, newest first', async ({ store }) => {
      const { id } = await store.units.propose(aProposal({ createdBy: 'pat' }), later(-1));
      const rejected = await store.units.propose(aProposal(), later(-1));
      await store.reviews.decide(id, aReview('approved'));
      await store.reviews.decide(rejected.id, aReview('rejected', 'ann'));
      await store.units.confirm(id, 'mia', later(1), confidence.confirmed);
      await store.units.flag(aFlag(id, { createdBy: 'zoe', createdAt: later(2) }), confidence.flagged);
      const events = await store.events.latest(10);
      expect(events.map(({ type, actor, at, unitId }) => [type, actor, at, unitId])).toEqual([
        ['flagged', 'zoe', later(2), id],
        ['confirmed', 'mia', later(1), id],
        ['rejected', 'ann', noon, rejected.id],
        ['approved', 'rob', noon, id],
        ['proposed', 'mia', later(-1), rejected.id],
        ['proposed', 'pat', later(-1), id],
      ]);
      expect(await store.events.latest(2)).toEqual(events.slice(0, 2));
    });

    it('say which version of the unit they were about', async ({ store }) => {
      const { id } = await put(store, { version: 7 });
      await store.units.confirm(id, 'mia', noon, confidence.confirmed);
      await store.units.flag(aFlag(id), confidence.flagged);
      await store.units.propose(aProposal(), noon);
      expect((await store.events.latest(3)).map(({ type, unitVersion }) => [type, unitVersion])).toEqual([
        ['proposed', 1],
        ['flagged', 7],
        ['confirmed', 7],
      ]);
    });

    it('of a unit are listed by pages, newest first, of some types or all', async ({ store }) => {
      const { id } = await store.units.propose(aProposal({ createdBy: 'pat' }), later(-1));
      const { id: other } = await put(store);
      await store.reviews.decide(id, aReview('approved'));
      for (const ms of [1, 2]) {
        await store.units.confirm(id, 'mia', later(ms), confidence.confirmed);
        await store.units.confirm(other, 'mia', later(ms), confidence.confirmed);
        await store.units.flag(aFlag(id), confidence.flagged);
      }
      await store.lifecycle.retire(id, { by: 'rob', at: later(9), reason: 'old' });
      await store.lifecycle.reinstate(id, { by: 'rob', at: later(10), reason: 'new' });
      const list = (types: readonly EventType[] | null) =>
        readAll(
          (page: PageRequest<Position<number, number>>) => store.events.ofUnit(id, types, page),
          (event) => ({ key: event.id, id: event.id }),
        );
      const all = await list(null);
      expect(all.map(({ type }) => type)).toEqual([
        ...['reinstated', 'retired', 'flagged', 'confirmed', 'flagged', 'confirmed', 'approved', 'proposed'],
      ]);
      expect(new Set(all.map(({ unitId }) => unitId))).toEqual(new Set([id]));
      // each by its own word, whatever a release before wrote in its place
      const some = await list(['approved', 'reinstated', 'confirmed']);
      expect(some).toEqual(all.filter(({ type }) => ['approved', 'reinstated', 'confirmed'].includes(type)));
      expect(await store.events.ofEvidence(id, 9)).toEqual(
        all.filter(({ type }) => ['proposed', 'confirmed', 'flagged'].includes(type)).toReversed(),
      );
      expect((await store.events.ofEvidence(id, 2)).map(({ type }) => type)).toEqual(['confirmed', 'flagged']);
    });

    it('go by their order, whatever the clock said', async ({ store }) => {
      const { id } = await put(store);
      for (const ms of [5, -5, 0]) await store.units.confirm(id, 'mia', later(ms), confidence.confirmed);
      const events = await store.events.latest(3);
      expect(events.map(({ at }) => at)).toEqual([noon, later(-5), later(5)]);
      expect(events.map((event) => event.id)).toEqual(events.map((event) => event.id).toSorted((a, b) => b - a));
    });

    it('know the last event of a user, by the order of events and not the clock', async ({ store }) => {
      const { id } = await store.units.propose(aProposal({ createdBy: 'pat' }), later(-1));
      await store.reviews.decide(id, aReview('approved'));
      for (const ms of [9, 5]) await store.units.confirm(id, 'mia', later(ms), confidence.confirmed);
      await store.units.flag(aFlag(id, { createdBy: 'zoe', createdAt: later(7) }), confidence.flagged);
      const last = (name: string) => store.events.lastOf(name);
      expect([await last('pat'), await last('rob'), await last('mia'), await last('zoe')]).toEqual([
        later(-1),
        noon,
        later(5),
        later(7),
      ]);
      expect([await last('Mia'), await last('nobody'), await last('')]).toEqual([null, null, null]);
    });

    it('of an open transaction are the last ones in it, and never were when it is undone', async ({ store }) => {
      const { id } = await put(store);
      await store.units.confirm(id, 'mia', later(1), confidence.confirmed);
      const undo = new Error('undo');
      const undone = store.transaction(async (tx) => {
        await tx.units.confirm(id, 'mia', later(2), confidence.confirmed);
        expect(await tx.events.lastOf('mia')).toEqual(later(2));
        throw undo;
      });
      await expect(undone).rejects.toBe(undo);
      expect(await store.events.lastOf('mia')).toEqual(later(1));
    });

    it('are found in the order asked, with null where there is none', async ({ store }) => {
      const { id } = await put(store);
      for (let count = 0; count < 3; count++) await store.units.confirm(id, 'mia', later(count), confidence.confirmed);
      const [three, two, one] = await store.events.latest(3);
      expect(await store.events.findMany([one?.id ?? 0, 99_999, three?.id ?? 0, two?.id ?? 0])).toEqual([
        one,
        null,
        three,
        two,
      ]);
      expect(await store.events.findMany([])).toEqual([]);
    });

    it('know which units a user has confirmed and flagged', async ({ store }) => {
      const [one, two, three] = [await put(store), await put(store), await put(store)];
      await store.units.confirm(one.id, 'mia', noon, confidence.confirmed);
      await store.units.confirm(one.id, 'mia', noon, confidence.confirmed);
      await store.units.confirm(three.id, 'mia', noon, confidence.confirmed);
      await store.units.flag(aFlag(two.id, { createdBy: 'mia' }), confidence.flagged);
      const ids = [one.id, two.id, 'ku_none'];
      expect(await store.events.unitsActedOn('confirmed', 'mia', ids)).toEqual(new Set([one.id]));
      expect(await store.events.unitsActedOn('flagged', 'mia', ids)).toEqual(new Set([two.id]));
      expect(await store.events.unitsActedOn('confirmed', 'Mia', ids)).toEqual(new Set());
      expect(await store.events.unitsActedOn('confirmed', 'mia', [])).toEqual(new Set());
    });

    describe('of somebody’s proposals', () => {
      const all = { after: null, since: later(-1000), within: null, limit: 100 };

      it('are what others did, in their order, a page at a time or the last ones', async ({ store }) => {
        const start = await store.events.log.end();
        const mine = await store.units.propose(aProposal({ createdBy: 'pat' }), later(1));
        const also = await store.units.propose(aProposal({ createdBy: 'pat', domains: ['db'] }), later(1));
        const other = await store.units.propose(aProposal(), later(1));
        for (const { id } of [mine, also, other]) await store.reviews.decide(id, aReview('approved'));
        await store.units.confirm(mine.id, 'pat', later(2), confidence.confirmed);
        await store.units.confirm(other.id, 'zoe', later(2), confidence.confirmed);
        await store.units.confirm(mine.id, 'zoe', later(3), confidence.confirmed);
        await store.units.flag(aFlag(also.id, { createdBy: 'zoe', createdAt: later(4) }), confidence.flagged);
        await untilTold(store);
        const { entries, hasMore, end } = await store.events.ofProposals('pat', all);
        expect(entries.map(({ entry: { type, actor, unitId } }) => [type, actor, unitId])).toEqual([
          ['approved', 'rob', mine.id],
          ['approved', 'rob', also.id],
          ['confirmed', 'zoe', mine.id],
          ['flagged', 'zoe', also.id],
        ]);
        expect([hasMore, entries[0]?.entry.at]).toEqual([false, noon]);
        const ask = async (changes: object) => {
          const page = await store.events.ofProposals('pat', { ...all, ...changes });
          return [page.entries.map(({ id }) => entries.findIndex((event) => event.id === id)), page.hasMore];
        };
        const [first, , third] = entries.map(({ place }) => place);
        expect(await ask({ limit: 3 })).toEqual([[1, 2, 3], true]);
        expect(await ask({ after: start, limit: 3 })).toEqual([[0, 1, 2], true]);
        expect(await ask({ after: first, limit: 3 })).toEqual([[1, 2, 3], false]);
        expect(await ask({ after: third })).toEqual([[3], false]);
        expect(await ask({ after: end })).toEqual([[], false]);
        expect(await ask({ within: ['db', 'x'] })).toEqual([[1, 3], false]);
        expect(await ask({ within: [] })).toEqual([[], false]);
        expect(await ask({ since: later(3) })).toEqual([[2, 3], false]);
        expect(await ask({ limit: 0 })).toEqual([[], true]);
        expect(await store.events.ofProposals('nobody', all)).toMatchObject({ entries: [], hasMore: false });
      });

      it('go on from a place in the log of all events, which goes on from theirs', async ({ store }) => {
        const [mine, other] = [await put(store, { createdBy: 'pat' }), await put(store)];
        const confirm = ({ id }: { readonly id: string }, by: string) =>
          store.units.confirm(id, by, noon, confidence.confirmed);
        const start = await store.events.log.end();
        await confirm(mine, 'ann');
        await confirm(other, 'bob');
        await confirm(mine, 'cid');
        await untilTold(store);
        const proposals = {
          read: (after: LogPlace, limit: number) => store.events.ofProposals('pat', { ...all, after, limit }),
        };
        const actors = async (log: Parameters<typeof readLog>[0], from: LogPlace) =>
          (await readLog(log, from, 1)).map((event) => (event as { actor: string }).actor);
        expect(await actors(proposals, start)).toEqual(['ann', 'cid']);
        const { entries, end } = await store.events.ofProposals('pat', all);
        const places = [...entries.map(({ place }) => place), end];
        const behind = await Promise.all(places.map((place) => actors(store.events.log, place)));
        expect(behind).toEqual([['bob', 'cid'], [], []]);
        expect(await store.events.log.problemOf(end)).toBe(null);
      });

      it('are refused behind a place of another database', async ({ store }) => {
        const after = { ...(await store.events.log.end()), epoch: 'another' };
        await expect(store.events.ofProposals('pat', { ...all, after })).rejects.toThrow(LogReplacedError);
      });

      it('are suggestions too, of units that nothing else has happened to for long', async ({ store }) => {
        const { id, ...unit } = await put(store, { createdBy: 'pat', createdAt: later(-1e9), updatedAt: later(-1e9) });
        const content = { ...unit, insight: { ...unit.insight, summary: 'Another' } };
        const suggestion = { id: `rev_${'5'.repeat(32)}`, unitId: id, baseVersion: 1, content, reason: null };
        await store.revisions.suggest(
          { ...suggestion, createdBy: 'zoe', createdAt: noon },
          { ofUnit: 9, ofUnitByAuthor: 9, ofAuthor: 9 },
        );
        const typesSince = async (since: Date) =>
          (await store.events.ofProposals('pat', { ...all, since })).entries.map(({ entry }) => entry.type);
        await untilTold(store);
        expect(await typesSince(noon)).toEqual(['suggested']);
        await store.revisions.reject(suggestion.id, { ...aReview('rejected'), reviewedAt: later(9) }, 9);
        await untilTold(store);
        expect(await typesSince(later(1))).toEqual(['suggestion_rejected']);
      });
    });
  });
}
