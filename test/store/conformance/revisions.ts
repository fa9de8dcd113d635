import { describe, expect } from 'vitest';
import { confidence } from '../../../src/domain/rules.ts';
import type {
  Amendment,
  KnowledgeUnit,
  NewSuggestion,
  Revision,
  Store,
  UnitContent,
} from '../../../src/store/store.ts';
import { aProposal, aReview, idsOf, later, noon, put, readAll, type StoreTest } from './fixture.ts';
import { aModel, aVector, work } from './vectors.ts';

let revisions = 0;
const nextId = () => `rev_${(++revisions).toString(16).padStart(32, '0')}`;

export const contentOf = ({ domains, insight, context, extensions }: KnowledgeUnit): UnitContent => ({
  domains,
  insight,
  context,
  extensions,
});

const withSummary = (unit: KnowledgeUnit, summary: string): UnitContent => ({
  ...contentOf(unit),
  insight: { ...unit.insight, summary },
});

function anAmendment(unit: KnowledgeUnit, content: UnitContent, changes: Partial<Amendment> = {}): Amendment {
  return {
    id: nextId(),
    unitId: unit.id,
    baseVersion: unit.version,
    statuses: ['pending', 'approved'],
    content,
    reason: 'It was wrong.',
    by: 'rob',
    at: noon,
    approval: null,
    maxVersions: 100,
    ...changes,
  };
}

function aSuggestion(unit: KnowledgeUnit, summary: string, changes: Partial<NewSuggestion> = {}): NewSuggestion {
  const content = withSummary(unit, summary);
  const [reason, createdBy] = ['I tried.', 'zoe'];
  return {
    id: nextId(),
    unitId: unit.id,
    baseVersion: unit.version,
    content,
    reason,
    createdBy,
    createdAt: noon,
    ...changes,
  };
}

const limits = { ofUnit: 20, ofUnitByAuthor: 20, ofAuthor: 50 };

const suggest = async (store: Store, ...given: Parameters<typeof aSuggestion>): Promise<Revision> => {
  const made = await store.revisions.suggest(aSuggestion(...given), limits);
  if (made?.outcome !== 'suggested') throw new Error(`the suggestion is ${made?.outcome}`);
  return made.suggestion;
};

const versionsOf = async (store: Store, unitId: string) =>
  (await store.revisions.versions(unitId, { limit: 1000 })).items;

const kindsOf = async (store: Store, limit: number) =>
  (await store.events.latest(limit)).map(({ type, actor, unitVersion }) => `${type} ${unitVersion} by ${actor}`);

const newContent: UnitContent = {
  domains: ['tests', 'büro'],
  insight: { summary: 'A giraffe', detail: 'It happened.', action: 'Do it.' },
  context: { languages: ['Go'], frameworks: [], pattern: 'New' },
  extensions: '{"acme:rank":1.0}',
};

export function revisionsConformance(it: StoreTest) {
  describe('a change of a unit', () => {
    it('is still released once it is changed, and no longer held', async ({ store }) => {
      const findings = [{ path: ['insight', 'detail'], kind: 'github', start: 0, end: 4 }];
      for (const [releasedBy, left] of [
        ['rob', { findings: [], releasedBy: 'rob' }],
        [null, undefined],
      ] as const) {
        const unit = await put(store, { status: 'pending', held: { findings, releasedBy } });
        const made = await store.revisions.amend(anAmendment(unit, withSummary(unit, 'Another')));
        expect(made).toMatchObject({ outcome: 'amended' });
        expect((await store.units.find(unit.id))?.held).toEqual(left);
      }
    });

    it('is its next version, and keeps what it said, who changed it, when and why', async ({ store }) => {
      const unit = await put(store, { version: 3, extensions: '{"a:b":[1.0]}' });
      const outcome = await store.revisions.amend(anAmendment(unit, newContent));
      expect(outcome).toEqual({ outcome: 'amended', unit: { ...unit, ...newContent, version: 4, updatedAt: noon } });
      expect(await store.units.find(unit.id)).toEqual(outcome?.unit);
      expect(await versionsOf(store, unit.id)).toMatchObject([
        {
          ...{ unitId: unit.id, status: 'approved', baseVersion: 3, version: 4, content: newContent },
          ...{ reason: 'It was wrong.', createdBy: 'rob', createdAt: noon, review: null },
        },
        {
          ...{ unitId: unit.id, status: 'approved', baseVersion: null, version: 3, content: contentOf(unit) },
          ...{ reason: null, createdBy: unit.createdBy, createdAt: unit.createdAt, review: null },
        },
      ]);
      expect(await kindsOf(store, 1)).toEqual(['revised 4 by rob']);
      expect(await store.revisions.countSuggestions({})).toBe(0);
    });

    it('is what searches, lists and figures go by', async ({ store }) => {
      const unit = await put(store, {
        domains: ['api', 'büro'],
        insight: { summary: 'An elephant' },
        context: { languages: ['Ada'], frameworks: ['Rails'], pattern: 'Old' },
      });
      const found = async () => {
        const ask = async (text: string) =>
          idsOf((await store.units.search({ text, filter: {}, limit: 5 })).hits.map((hit) => hit.unit));
        const by = async (domain: string) =>
          idsOf((await store.units.search({ filter: { domains: [domain] }, limit: 5 })).hits.map((hit) => hit.unit));
        const inContext = async (filter: object) => store.units.count(filter);
        return [
          ...[await ask('elephant'), await ask('giraffe'), await ask('girafe'), await by('api'), await by('tests')],
          ...[await by('büro'), await inContext({ languages: ['Ada'] }), await inContext({ languages: ['Go'] })],
          ...[await inContext({ frameworks: ['Rails'] }), await inContext({ pattern: 'old' })],
          ...[await inContext({ pattern: 'new' }), await store.stats.domainCounts(9)],
        ];
      };
      const [here, counted] = [[unit.id], (...domains: string[]) => domains.map((domain) => ({ domain, count: 1 }))];
      expect(await found()).toEqual([here, [], [], here, [], here, 1, 0, 1, 1, 0, counted('api', 'büro')]);
      await store.revisions.amend(anAmendment(unit, newContent));
      expect(await store.units.addSpellings()).toBe(false);
      expect(await found()).toEqual([[], here, here, [], here, here, 0, 1, 0, 0, 1, counted('büro', 'tests')]);
      await store.units.mergeWords(1);
      expect((await found()).slice(0, 2)).toEqual([[], here]);
      expect(await store.units.outdated()).toBe(0);
    });

    it('leaves evidence and flags with the unit', async ({ store }) => {
      const unit = await put(store);
      await store.units.confirm(unit.id, 'mia', later(1), confidence.confirmed);
      const before = await store.units.find(unit.id);
      await store.revisions.amend(anAmendment(unit, newContent));
      await store.units.confirm(unit.id, 'mia', later(2), 0);
      const after = await store.units.find(unit.id);
      expect(after?.evidence).toEqual({ ...before?.evidence, confirmations: 3, lastConfirmedAt: later(2) });
      expect(await kindsOf(store, 3)).toEqual(['confirmed 2 by mia', 'revised 2 by rob', 'confirmed 1 by mia']);
    });

    it('approves a pending unit in the same step', async ({ store }) => {
      const unit = await put(store, { status: 'pending' });
      const review = aReview('approved');
      const outcome = await store.revisions.amend(anAmendment(unit, newContent, { approval: review }));
      expect(outcome?.unit).toMatchObject({ ...newContent, status: 'approved', review, version: 2 });
      expect(await kindsOf(store, 2)).toEqual(['approved 2 by rob', 'amended 2 by rob']);
      expect(await store.stats.statusCounts()).toEqual({ approved: 1 });
      expect(await store.stats.domainCounts(9)).toEqual([
        { domain: 'büro', count: 1 },
        { domain: 'tests', count: 1 },
      ]);
    });

    it('is refused against another version, of another status, of too many versions, and of no unit', async ({
      store,
    }) => {
      const [unit, rejected] = [await put(store), await put(store, { status: 'rejected' })];
      const amend = (change: Amendment) => store.revisions.amend(change);
      const outcome = async (change: Amendment) => (await amend(change))?.outcome ?? null;
      expect(await outcome(anAmendment(unit, newContent, { baseVersion: 2 }))).toBe('stale');
      expect(await outcome(anAmendment(rejected, newContent))).toBe('status');
      expect(await outcome(anAmendment(unit, newContent, { statuses: ['pending'] }))).toBe('status');
      expect(await outcome(anAmendment(unit, newContent, { unitId: `ku_${'e'.repeat(32)}` }))).toBeNull();
      expect(await store.units.findMany([unit.id, rejected.id])).toEqual([unit, rejected]);
      expect(await store.events.latest(1)).toEqual([]);
      expect(await outcome(anAmendment(unit, newContent, { maxVersions: 2 }))).toBe('amended');
      expect(await outcome(anAmendment({ ...unit, version: 2 }, newContent, { maxVersions: 2 }))).toBe('full');
      expect((await store.units.find(unit.id))?.version).toBe(2);
    });

    it('is undone with its transaction, search index included', async ({ store }) => {
      const unit = await put(store);
      const undo = new Error('undo');
      const undone = store.transaction(async (tx) => {
        await tx.revisions.amend(anAmendment(unit, newContent));
        throw undo;
      });
      await expect(undone).rejects.toBe(undo);
      expect(await store.units.find(unit.id)).toEqual(unit);
      expect(await store.revisions.countVersions(unit.id)).toBe(0);
      expect((await store.units.search({ text: 'giraffe', filter: {}, limit: 1 })).hits).toEqual([]);
    });

    it('is listed, latest first, on pages', async ({ store }) => {
      let unit = await put(store);
      const all = [unit.version];
      for (let count = 0; count < 5; count++) {
        unit = (await store.revisions.amend(anAmendment(unit, withSummary(unit, `${count}`))))?.unit ?? unit;
        all.unshift(unit.version);
      }
      const list = await readAll<Revision, { key: number; id: string }>(
        (page) => store.revisions.versions(unit.id, page),
        ({ version, id }) => ({ key: version ?? 0, id }),
      );
      expect(list.map(({ version }) => version)).toEqual(all);
      expect(await store.revisions.countVersions(unit.id)).toBe(6);
      const wanted = [
        { unitId: unit.id, version: 3 },
        { unitId: unit.id, version: 99 },
        { unitId: 'ku_0', version: 3 },
      ];
      expect(await store.revisions.ofVersions(wanted)).toEqual([list.find(({ version }) => version === 3), null, null]);
      expect(await store.revisions.findMany([list[2]?.id ?? '', 'rev_0'])).toEqual([list[2], null]);
    });

    it('of 64 at once against one version is one, and the index says what the unit says', async ({ store }) => {
      const unit = await put(store);
      const words = Array.from({ length: 64 }, (_, at) => `quokka${'abcdefgh'[at >> 3]}${'abcdefgh'[at & 7]}`);
      const outcomes = await Promise.all(
        words.map((word) => store.revisions.amend(anAmendment(unit, { ...withSummary(unit, word), domains: [word] }))),
      );
      expect(outcomes.filter((made) => made?.outcome === 'amended')).toHaveLength(1);
      expect(outcomes.filter((made) => made?.outcome === 'stale')).toHaveLength(63);
      const now = await store.units.find(unit.id);
      expect(now).toMatchObject({ version: 2, domains: [now?.insight.summary] });
      expect((await versionsOf(store, unit.id)).map(({ version }) => version)).toEqual([2, 1]);
      const found = await Promise.all(words.map((text) => store.units.search({ text, filter: {}, limit: 1 })));
      expect(found.map(({ hits, respelt }) => respelt.length === 0 && hits.length === 1)).toEqual(
        words.map((word) => word === now?.insight.summary),
      );
      expect(await store.stats.domainCounts(99)).toEqual([{ domain: now?.insight.summary, count: 1 }]);
    });

    it('and decisions at once have one order: an approval of a version is of what was seen', async ({ store }) => {
      const unit = await store.units.propose(aProposal(), noon);
      const made = await Promise.all(
        Array.from({ length: 32 }, (_, at) => [
          store.reviews.decide(unit.id, aReview('approved', `a${at}`), 1),
          store.revisions.amend(anAmendment(unit, withSummary(unit, `s${at}`), { by: 'mia', statuses: ['pending'] })),
        ]).flat(),
      );
      const now = await store.units.find(unit.id);
      const decided = made.filter((one) => one && 'decided' in one && one.decided);
      const amended = made.filter((one) => one && 'outcome' in one && one.outcome === 'amended');
      expect([decided.length, amended.length]).toEqual(now?.status === 'approved' ? [1, 0] : [0, 1]);
      expect(now?.version).toBe(now?.status === 'approved' ? 1 : 2);
      expect(await store.revisions.countVersions(unit.id)).toBe(now?.status === 'approved' ? 0 : 2);
    });
  });

  describe('a decision over a version', () => {
    it('is made where it is the unit’s, and not where it was amended meanwhile', async ({ store }) => {
      const unit = await put(store, { status: 'pending' });
      await store.revisions.amend(anAmendment(unit, newContent));
      const late = await store.reviews.decide(unit.id, aReview('approved'), 1);
      expect(late).toMatchObject({ decided: false, unit: { status: 'pending', version: 2 } });
      expect(await store.reviews.decide(unit.id, aReview('approved'), 2)).toMatchObject({ decided: true });
    });
  });

  describe('a suggestion', () => {
    it('waits, and is the next version once it is approved', async ({ store }) => {
      const unit = await put(store);
      const suggestion = await suggest(store, unit, 'A zebra');
      expect(suggestion).toMatchObject({
        status: 'pending',
        baseVersion: 1,
        version: null,
        createdBy: 'zoe',
        review: null,
      });
      expect(await store.revisions.findMany([suggestion.id])).toEqual([suggestion]);
      expect(await store.units.find(unit.id)).toEqual({ ...unit, updatedAt: noon });
      expect(await store.revisions.countVersions(unit.id)).toBe(0);
      const review = aReview('approved');
      const done = await store.revisions.approve(suggestion.id, 1, review, 100);
      expect(done).toMatchObject({
        outcome: 'done',
        unit: { version: 2, insight: { summary: 'A zebra' }, review: unit.review },
        suggestion: { status: 'approved', version: 2, review },
      });
      expect((await versionsOf(store, unit.id)).map(({ version, createdBy }) => [version, createdBy])).toEqual([
        [2, 'zoe'],
        [1, 'mia'],
      ]);
      expect((await store.units.search({ text: 'zebra', filter: {}, limit: 1 })).hits).toHaveLength(1);
      expect(await kindsOf(store, 2)).toEqual(['revised 2 by rob', 'suggested 1 by zoe']);
      const again = await store.revisions.reject(suggestion.id, aReview('rejected', 'ann'), 50);
      expect(again).toMatchObject({ outcome: 'decided', suggestion: { review } });
    });

    it('is turned down, and of those a unit keeps the last ones', async ({ store }) => {
      const unit = await put(store);
      const made = [];
      for (let count = 0; count < 4; count++) {
        const { id } = await suggest(store, unit, `zebra ${count}`);
        made.push(id);
        const review = { ...aReview('rejected'), reviewedAt: later(count) };
        expect(await store.revisions.reject(id, review, 2)).toMatchObject({ outcome: 'done', suggestion: { review } });
      }
      expect((await store.revisions.ofUnit(unit.id)).map(({ id }) => id)).toEqual(made.slice(2));
      expect(await store.units.find(unit.id)).toEqual({ ...unit, updatedAt: later(3) });
      expect(await kindsOf(store, 1)).toEqual(['suggestion_rejected 1 by rob']);
    });

    it('against a version that is none any more is not approved until it is rebased', async ({ store }) => {
      const unit = await put(store);
      const { id } = await suggest(store, unit, 'A zebra');
      const { unit: now = unit } = (await store.revisions.amend(anAmendment(unit, newContent))) ?? {};
      for (const version of [1, 2])
        expect(await store.revisions.approve(id, version, aReview('approved'), 100)).toMatchObject({
          outcome: 'stale',
        });
      const content = withSummary(now, 'Two zebras');
      expect(await store.revisions.rebase(id, 2, 2, content)).toMatchObject({ outcome: 'stale' });
      expect(await store.revisions.rebase(id, 1, 3, content)).toMatchObject({ outcome: 'stale' });
      expect(await store.revisions.rebase(id, 1, 2, content)).toMatchObject({
        outcome: 'done',
        suggestion: { baseVersion: 2, content, createdBy: 'zoe' },
      });
      // who saw it against version 1 has not seen it as it is
      expect(await store.revisions.approve(id, 1, aReview('approved'), 100)).toMatchObject({ outcome: 'stale' });
      expect(await store.revisions.approve(id, 2, aReview('approved'), 100)).toMatchObject({
        outcome: 'done',
        unit: { ...content, version: 3 },
      });
      const late = await store.revisions.suggest(aSuggestion(unit, 'A gnu'), limits);
      expect(late).toMatchObject({ outcome: 'stale', unit: { version: 3 } });
    });

    it('is taken back while it waits', async ({ store }) => {
      const unit = await put(store);
      const { id } = await suggest(store, unit, 'A zebra');
      expect(await store.revisions.withdraw(id)).toBe(true);
      expect(await store.revisions.withdraw(id)).toBe(false);
      expect(await store.revisions.findMany([id])).toEqual([null]);
      expect(await store.revisions.approve(id, 1, aReview('approved'), 100)).toBeNull();
      const { id: decided } = await suggest(store, unit, 'A zebra');
      await store.revisions.reject(decided, aReview('rejected'), 50);
      expect(await store.revisions.withdraw(decided)).toBe(false);
    });

    it('is of approved units, not the same again, and of few for each unit and each author', async ({ store }) => {
      const [unit, other, third] = [await put(store), await put(store), await put(store)];
      const pending = await put(store, { status: 'pending' });
      const few = { ofUnit: 3, ofUnitByAuthor: 1, ofAuthor: 2 };
      const made = async (...given: Parameters<typeof aSuggestion>) =>
        store.revisions.suggest(aSuggestion(...given), few);
      expect(await made(pending, 'x')).toMatchObject({ outcome: 'status' });
      expect(await made({ ...unit, id: `ku_${'e'.repeat(32)}` }, 'x')).toBeNull();
      const first = await made(unit, 'x');
      expect(first).toMatchObject({ outcome: 'suggested', isNew: true });
      expect(await made(unit, 'x')).toEqual({ ...first, isNew: false });
      expect(await made(unit, 'z')).toMatchObject({ outcome: 'ownFull' });
      expect(await made(other, 'y')).toMatchObject({ outcome: 'suggested', isNew: true });
      expect(await made(third, 'z')).toMatchObject({ outcome: 'authorFull' });
      for (const createdBy of ['pat', 'ann'])
        expect(await made(unit, 'x', { createdBy })).toMatchObject({ isNew: true });
      expect(await made(unit, 'x', { createdBy: 'rob' })).toMatchObject({ outcome: 'unitFull' });
    });

    it('is listed by unit, by author and by status, on pages', async ({ store }) => {
      const [unit, other] = [await put(store), await put(store)];
      const made: Revision[] = [];
      for (const [at, given] of [unit, other, unit, unit].entries())
        made.push(await suggest(store, given, `s${at}`, { createdBy: at === 3 ? 'pat' : 'zoe', createdAt: later(at) }));
      await store.revisions.reject(made[0]?.id ?? '', aReview('rejected'), 50);
      await store.revisions.amend(anAmendment(other, newContent));
      const listed = async (
        filter: Parameters<Store['revisions']['countSuggestions']>[0],
        direction: 'asc' | 'desc' = 'asc',
      ) => {
        const list = await readAll<Revision, { key: Date; id: string }>(
          (page) => store.revisions.suggestions(filter, direction, page),
          ({ createdAt, id }) => ({ key: createdAt, id }),
        );
        expect(await store.revisions.countSuggestions(filter)).toBe(list.length);
        return list.map(({ id }) => made.findIndex((one) => one.id === id));
      };
      expect(await listed({})).toEqual([0, 1, 2, 3]);
      expect(await listed({ status: 'pending' })).toEqual([1, 2, 3]);
      expect(await listed({ unitId: unit.id })).toEqual([0, 2, 3]);
      expect(await listed({ createdBy: 'zoe' }, 'desc')).toEqual([2, 1, 0]);
      expect(await listed({ unitId: unit.id, createdBy: 'zoe', status: 'pending' })).toEqual([2]);
      expect(await store.revisions.unitsWithAny([unit.id, other.id, 'ku_0'])).toEqual(new Set([unit.id, other.id]));
    });

    it('and 64 changes at once have one order', async ({ store }) => {
      const unit = await put(store);
      const waiting = await suggest(store, unit, 'approved or not');
      const [amended, suggested, decided] = await Promise.all([
        Promise.all(
          Array.from({ length: 22 }, (_, at) => store.revisions.amend(anAmendment(unit, withSummary(unit, `a${at}`)))),
        ),
        Promise.all(
          Array.from({ length: 21 }, (_, at) =>
            store.revisions.suggest(aSuggestion(unit, `s${at}`, { createdBy: `p${at}` }), {
              ofUnit: 9,
              ofUnitByAuthor: 9,
              ofAuthor: 9,
            }),
          ),
        ),
        Promise.all([
          ...Array.from({ length: 10 }, () => store.revisions.approve(waiting.id, 1, aReview('approved'), 100)),
          ...Array.from({ length: 10 }, () => store.revisions.reject(waiting.id, aReview('rejected'), 50)),
          store.revisions.withdraw(waiting.id),
        ]),
      ]);
      const done = decided.filter((one) => one === true || (one && one.outcome === 'done'));
      expect(done.length).toBeLessThanOrEqual(1);
      const changes = amended.filter((one) => one?.outcome === 'amended').length;
      const approvals = done.filter((one) => one !== true && one && one.suggestion.status === 'approved').length;
      expect(changes + approvals).toBe(1);
      const now = await store.units.find(unit.id);
      expect(now?.version).toBe(2);
      const versions = await versionsOf(store, unit.id);
      expect(versions.map(({ version }) => version)).toEqual([2, 1]);
      expect(versions[0]?.content).toEqual(now && contentOf(now));
      const kept = await store.revisions.suggestions({ unitId: unit.id, status: 'pending' }, 'asc', { limit: 99 });
      const made = suggested.filter((one) => one?.outcome === 'suggested').length;
      expect(kept.items.filter(({ id }) => id !== waiting.id)).toHaveLength(made);
      // as many as there is room for, the one that may wait included
      expect(kept.items.length).toBeLessThanOrEqual(9);
    });
  });

  describe('revisions from elsewhere', () => {
    it('come with their units, and not with units that are there', async ({ store }) => {
      const unit = await put(store);
      await store.revisions.amend(anAmendment(unit, newContent));
      await suggest(store, { ...unit, version: 2 }, 'A zebra');
      const kept = await store.revisions.ofUnit(unit.id);
      expect(kept).toHaveLength(3);
      const id = `ku_${'c'.repeat(32)}`;
      const moved = kept.map((one) => ({ ...one, id: nextId(), unitId: id }));
      const restored = { unit: { ...unit, version: 2, id }, flags: [], revisions: moved };
      expect(await store.units.restoreMany([restored])).toBe(1);
      expect(await store.units.restoreMany([restored])).toBe(0);
      expect(await store.revisions.ofUnit(id)).toEqual(moved);
    });
  });
}

export function revisedVectorsConformance(it: StoreTest) {
  describe('the vector of a unit that is changed', () => {
    it('is made anew where its text is another, and only then', async ({ store }) => {
      const model = await store.embeddings.register(aModel(8), noon);
      let unit = await put(store);
      await work(store, model.id, () => aVector(() => 0.1, 8));
      const amend = async (content: UnitContent) => {
        unit = (await store.revisions.amend(anAmendment(unit, content)))?.unit ?? unit;
        return (await store.embeddings.progress(model.id)).waiting;
      };
      expect(await amend({ ...contentOf(unit), domains: ['else'], context: newContent.context })).toBe(0);
      expect(await amend(withSummary(unit, 'Another'))).toBe(1);
      const other = aVector(() => 0.9, 8);
      expect(await work(store, model.id, () => other)).toBe(1);
      expect(await store.embeddings.vectorOf(model.id, unit.id)).toEqual(other);
    });

    it('is not one of what it said when its worker read it', async ({ store }) => {
      const model = await store.embeddings.register(aModel(8), noon);
      const unit = await put(store);
      const now = new Date(store.now().getTime() + 60_000);
      const claimed = await store.embeddings.claim(model.id, 9, now, 600_000);
      await store.revisions.amend(anAmendment(unit, withSummary(unit, 'Another')));
      const stale = claimed.map((one) => ({
        unitId: one.unit.id,
        insight: one.unit.insight,
        vector: aVector(() => 0.1, 8),
      }));
      await store.embeddings.complete(model.id, stale);
      await store.embeddings.fail(model.id, unit.id, 'too long', null);
      expect(await store.embeddings.vectorOf(model.id, unit.id)).toBeNull();
      expect(await store.embeddings.progress(model.id)).toEqual({ done: 0, waiting: 1, parked: 0 });
      // and is due at once, though the first claim has not ended
      const [again] = await store.embeddings.claim(model.id, 9, now, 600_000);
      expect(again?.unit.insight.summary).toBe('Another');
    });
  });
}
