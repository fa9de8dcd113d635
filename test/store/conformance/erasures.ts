import { describe, expect } from 'vitest';
import { confidence } from '../../../src/domain/rules.ts';
import { ErasedUnitError } from '../../../src/errors.ts';
import type { KnowledgeUnit, Store, TableRows } from '../../../src/store/store.ts';
import { aUnit } from '../../harness.ts';
import {
  aFlag,
  aProposal,
  aReview,
  idsOf,
  later,
  noon,
  put,
  random,
  readAll,
  refill,
  type StoreTest,
} from './fixture.ts';
import { aModel, aVector, work } from './vectors.ts';

const by = { erasedAt: noon, erasedBy: 1, reason: 'It had a key.' };

/** A word that is in everything that is said of a unit, and nowhere else. */
export const marker = 'zebrafinch';

const content = (version: number) => ({
  domains: [`${marker}-domain-${version}`],
  insight: { summary: `${marker} one`, detail: `Version ${version} of ${marker}s`, action: `Feed the ${marker}` },
  context: { languages: [`${marker}-lang`], frameworks: [`${marker}-frame`], pattern: `${marker} pattern` },
  extensions: `{"acme:${marker}":${version}}`,
});

/** An approved unit that has had another version, with all else that can be kept of one. */
export async function putMarked(store: Store): Promise<KnowledgeUnit> {
  const key = { key: `${marker}-key`, since: noon };
  const unit = await store.units.propose({ ...aProposal(), ...content(1) }, noon, key);
  await store.reviews.decide(unit.id, { ...aReview('approved'), note: marker, internalNote: marker });
  await store.revisions.amend({
    ...{ id: `rev_${'a'.repeat(32)}`, unitId: unit.id, baseVersion: 1, statuses: ['approved'], content: content(2) },
    ...{ reason: marker, by: 'rob', at: noon, approval: null, maxVersions: 100 },
  });
  const suggestion = { id: `rev_${'b'.repeat(32)}`, unitId: unit.id, baseVersion: 2, content: content(3) };
  await store.revisions.suggest(
    { ...suggestion, reason: marker, createdBy: 'zoe', createdAt: noon },
    { ofUnit: 20, ofUnitByAuthor: 20, ofAuthor: 50 },
  );
  await store.units.confirm(unit.id, 'zoe', noon, confidence.confirmed);
  await store.units.flag(aFlag(unit.id, { detail: marker }), confidence.flagged);
  const entry = { at: noon, action: 'unit.approved', actorKind: 'operator', actorId: null, keyId: null } as const;
  await store.audit.record({ ...entry, target: unit.id, address: null, details: `{"note":"${marker}"}` });
  return unit;
}

/** All rows that copies transfer, as one text. */
export async function everything(store: Store): Promise<string> {
  const tables: TableRows[] = [];
  await store.rows(async (table) => void tables.push(table));
  return JSON.stringify(tables);
}

const erasuresOf = (store: Store) =>
  readAll(
    (page: Parameters<typeof store.erasures.list>[0]) => store.erasures.list(page),
    ({ id, erasedAt }) => ({ id, key: erasedAt }),
  );

export function erasuresConformance(it: StoreTest) {
  describe('a unit that is erased', () => {
    it('is in no row any more, nor is anything that was said of it', async ({ store }) => {
      const other = await put(store, { domains: ['kept'] });
      const unit = await putMarked(store);
      expect(await everything(store)).toContain(marker);
      expect(await store.erasures.erase(unit.id, by)).toEqual({
        erasure: { id: unit.id, ...by, doneAt: null, waitsFor: null },
        isNew: true,
        since: unit.createdAt,
      });
      expect(await everything(store)).not.toContain(marker);
      expect(await store.units.find(unit.id)).toBeNull();
      expect(await store.units.count({})).toBe(1);
      expect(await store.stats.statusCounts()).toEqual({ approved: 1 });
      expect(await store.stats.domainCounts(9)).toEqual([{ domain: 'kept', count: 1 }]);
      expect(await store.stats.recent.domainCounts(9)).toEqual([{ domain: 'kept', count: 1 }]);
      const { hits, respelt } = await store.units.search({ text: `${marker} ${marker}x`, filter: {}, limit: 9 });
      expect([hits, respelt]).toEqual([[], []]);
      expect(
        (await store.units.search({ text: 'lesson', filter: {}, limit: 9 })).hits.map((hit) => hit.unit.id),
      ).toEqual([other.id]);
    });

    it('leaves words that other units have', async ({ store }) => {
      const [one, other] = [
        await put(store, { insight: { summary: 'walrus narwhal', detail: '', action: '' } }),
        await put(store, { insight: { summary: 'walrus', detail: '', action: '' } }),
      ];
      expect(await store.units.addSpellings()).toBe(false);
      await store.erasures.erase(one.id, by);
      const ask = (text: string) => store.units.search({ text, filter: {}, limit: 9 });
      const { hits, respelt } = await ask('walrusx');
      expect([idsOf(hits.map(({ unit }) => unit)), respelt]).toEqual([
        [other.id],
        [{ written: 'walrusx', searched: 'walrus' }],
      ]);
      expect((await ask('narwhalx')).respelt).toEqual([]);
    });

    it('was erased once, and is told to be from then on', async ({ store }) => {
      const unit = await put(store);
      const erased = await Promise.all([1, 2, 3, 4].map((n) => store.erasures.erase(unit.id, { ...by, erasedBy: n })));
      expect(erased.filter((outcome) => outcome?.isNew)).toHaveLength(1);
      const [first] = erased.flatMap((outcome) => (outcome?.isNew ? [outcome.erasure] : []));
      for (const outcome of erased) expect(outcome?.erasure).toEqual(first);
      expect(await store.erasures.find(unit.id)).toEqual(first);
      expect(await store.erasures.find(aUnit().id)).toBeNull();
      expect(await store.erasures.erase(aUnit().id, by)).toBeNull();
    });

    it('is listed, the last first', async ({ store }) => {
      const units = [await put(store), await put(store), await put(store)];
      for (const [at, { id }] of units.entries())
        await store.erasures.erase(id, { ...by, erasedAt: later(at < 2 ? 0 : 1), erasedBy: null });
      const [one, two, three] = idsOf(units);
      expect(idsOf(await erasuresOf(store))).toEqual([three, ...[one, two].sort().reverse()]);
      expect(await store.erasures.count()).toBe(3);
      expect(await store.erasures.among([one ?? '', aUnit().id])).toEqual(new Set([one]));
    });

    it('takes its rows in quarantine along, and those that name it', async ({ store }) => {
      const { id } = aUnit();
      const row = { source: 'knowledge_units', source_id: 'else', content: '{}', reason: 'no', at: noon.toISOString() };
      await refill(store, 'quarantine', [
        { id: 1, ...row, source_id: id },
        { id: 2, ...row, content: `{"superseded_by":"${id}"}` },
        { id: 3, ...row, content: `{"superseded_by":"${id.replace('_', 'x')}"}` },
      ]);
      expect((await store.erasures.erase(id, by))?.isNew).toBe(true);
      expect((await store.quarantine.list({ limit: 9 })).items.map((kept) => kept.id)).toEqual([3]);
      expect(await store.quarantine.admit(3, { ...aUnit(), id }, [])).toBe(false);
    });

    it('does not come back: its id is refused, and that of no other', async ({ store }) => {
      const unit = await put(store);
      await store.erasures.erase(unit.id, by);
      await expect(store.units.propose({ ...aProposal(), id: unit.id }, noon)).rejects.toThrow(ErasedUnitError);
      expect(await store.units.restore(unit, [])).toBe(false);
      const other = aUnit();
      const both = [unit, other].map((one) => ({ unit: one, flags: [aFlag(one.id)] }));
      expect(await store.units.restoreMany(both)).toBe(1);
      expect(await store.units.findMany([unit.id, other.id])).toEqual([null, other]);
      expect(await store.stats.statusCounts()).toEqual({ approved: 1 });
    });

    it('stays as it was where the transaction fails', async ({ store }) => {
      const unit = await putMarked(store);
      const before = await everything(store);
      const failing = store.transaction(async (tx) => {
        await tx.erasures.erase(unit.id, by);
        throw new Error('killed');
      });
      await expect(failing).rejects.toThrow('killed');
      expect(await everything(store)).toBe(before);
      expect((await store.units.search({ text: marker, filter: {}, limit: 9 })).hits).toHaveLength(1);
    });

    it('is whole or gone to all who do something to it at once', async ({ store }) => {
      const unit = await put(store);
      const content = { ...unit, insight: { ...unit.insight, summary: 'Another' } };
      const amend = (n: number) =>
        store.revisions.amend({
          ...{ id: `rev_${String(n).padStart(32, '0')}`, unitId: unit.id, baseVersion: 1, statuses: ['approved'] },
          ...{ content, reason: null, by: 'rob', at: noon, approval: null, maxVersions: 100 },
        });
      const propose = () =>
        store.units.propose({ ...aProposal(), id: unit.id }, noon, { key: 'k', since: noon }).catch((error) => {
          if (!(error instanceof ErasedUnitError)) throw error;
        });
      const doings: ((n: number) => Promise<unknown>)[] = [
        (n) => store.units.confirm(unit.id, `p${n}`, noon, confidence.confirmed),
        () => store.units.flag(aFlag(unit.id), confidence.flagged),
        amend,
        () => store.reviews.decide(unit.id, aReview('rejected')),
        propose,
        (n) =>
          store.revisions.suggest(
            {
              ...{ id: `rev_e${String(n).padStart(31, '0')}`, unitId: unit.id, baseVersion: 1, content },
              ...{ reason: null, createdBy: 'zoe', createdAt: noon },
            },
            { ofUnit: 20, ofUnitByAuthor: 20, ofAuthor: 50 },
          ),
        () => store.units.restore(unit, []),
        () => store.units.reindex(1),
      ];
      const at64 = Array.from({ length: 64 }, (_, n) =>
        n === 32 ? store.erasures.erase(unit.id, by) : (doings[n % doings.length] as (typeof doings)[0])(n),
      );
      await Promise.all(at64);
      expect(await store.units.find(unit.id)).toBeNull();
      const rows: TableRows[] = [];
      await store.rows(async (table) => void rows.push(table));
      expect(rows.filter(({ table, rows }) => rows.length > 0 && table !== 'erased_units')).toEqual([]);
    });
  });

  describe('what an erased unit leaves behind', () => {
    it('is removed by one who tries, and that is told', async ({ store }) => {
      const [unit, other] = [await putMarked(store), await put(store)];
      await store.units.mergeWords(1);
      await store.erasures.erase(unit.id, { ...by, erasedAt: new Date(store.now().getTime() - 1) });
      const tried = await Promise.all([1, 2, 3].map(() => store.erasures.cleanUp()));
      expect(tried.map((erasures) => erasures.length).sort()).toEqual([0, 0, 1]);
      const [done] = tried.flat();
      expect(done).toMatchObject({ id: unit.id, waitsFor: null });
      expect(done?.doneAt).toBeInstanceOf(Date);
      expect(await store.erasures.find(unit.id)).toEqual(done);
      expect(await store.erasures.cleanUp()).toEqual([]);
      const found = (await store.units.search({ text: `lesson ${marker}`, filter: {}, limit: 9 })).hits;
      expect(found.map((hit) => hit.unit.id)).toEqual([other.id]);
    });

    it('is left to another one by a process that stops', async ({ store }) => {
      const unit = await put(store);
      await store.units.mergeWords(1);
      await store.erasures.erase(unit.id, { ...by, erasedAt: new Date(store.now().getTime() - 1) });
      await expect(store.erasures.cleanUp({ signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow(
        'stopped',
      );
      expect(await store.erasures.find(unit.id)).toMatchObject({ doneAt: null, waitsFor: expect.any(String) });
      expect(await store.erasures.cleanUp({ atOnce: true })).toMatchObject([{ id: unit.id, waitsFor: null }]);
    });

    it('is left alone while another process works on it, until that must have died', async ({ store }) => {
      const at = (ms: number) => new Date(store.now().getTime() + ms).toISOString();
      const row = (id: string, attemptAt: string, waitsFor: string | null = null) => ({
        ...{ id, erased_at: noon.toISOString(), erased_by: null, reason: 'r' },
        ...{ attempt_at: attemptAt, waits_for: waitsFor, done_at: null, document: 7 },
      });
      // an attempt is at most five seconds away: on a machine on which this takes that long, once more
      for (;;) {
        const started = performance.now();
        const rows = [row('ku_busy', at(60_000)), row('ku_died', at(-1)), row('ku_waits', at(4900), 'A reader.')];
        await refill(store, 'erased_units', rows);
        const died = idsOf(await store.erasures.cleanUp());
        if (performance.now() - started > 4800) continue;
        expect(died).toEqual(['ku_died']);
        break;
      }
      expect(idsOf(await store.erasures.cleanUp({ atOnce: true }))).toEqual(['ku_waits']);
      expect(await store.erasures.find('ku_busy')).toMatchObject({ doneAt: null });
    });
  });
}

/** Mount it where the database can hold vectors. */
export function erasedVectorsConformance(it: StoreTest) {
  it('erases vectors and jobs, and takes none that is made meanwhile', async ({ store }) => {
    const [one, two] = [await put(store), await put(store)];
    const model = await store.embeddings.register(aModel(8), noon);
    const next = random(1);
    const now = new Date(store.now().getTime() + 60_000);
    const claimed = await store.embeddings.claim(model.id, 9, now, 600_000);
    await store.erasures.erase(one.id, by);
    const made = claimed.map(({ unit: { id, insight } }) => ({ unitId: id, insight, vector: aVector(next, 8) }));
    await store.embeddings.complete(model.id, made);
    expect(await store.embeddings.progress(model.id)).toEqual({ done: 1, waiting: 0, parked: 0 });
    expect(await store.embeddings.vectorOf(model.id, two.id)).not.toBeNull();
    await store.erasures.erase(two.id, by);
    expect(await store.embeddings.progress(model.id)).toEqual({ done: 0, waiting: 0, parked: 0 });
    expect(await work(store, model.id, () => aVector(next, 8))).toBe(0);
  });
}
