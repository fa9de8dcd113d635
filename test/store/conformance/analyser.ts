import { sql } from 'kysely';
import { describe, expect } from 'vitest';
import { indexedText as indexedByVersion1 } from '../../../migrations/support/analyser-1.ts';
import type { Database } from '../../../src/store/sql/database.ts';
import { analyserVersion, indexedText } from '../../../src/store/sql/search/analyser.ts';
import type { KnowledgeUnit, Store } from '../../../src/store/store.ts';
import { aUnit } from '../../harness.ts';
import { aProposal, idsOf, noon, put, random, type StoreTest } from './fixture.ts';
import { aVector, useModel } from './vectors.ts';

/** The database behind a store: by which analyser a unit was indexed is no promise of the Store. */
const databaseOf = (store: Store) => (store as unknown as { db: Database }).db;

const older = analyserVersion - 1;
const newer = analyserVersion + 1;

/** Indexes units as a program with another analyser did, which took `walrus` for `formerly`. */
export function indexAs(store: Store, analyser: number, units: readonly KnowledgeUnit[]): Promise<void> {
  return databaseOf(store).transaction((tx) =>
    tx.wordIndex.replace(
      tx.write,
      units.map((unit) => {
        const summary = unit.insight.summary.replaceAll('walrus', 'formerly');
        return { unitId: unit.id, ...indexedText({ ...unit, insight: { ...unit.insight, summary } }), analyser };
      }),
    ),
  );
}

/** All that is kept of the words of units, but the words themselves. */
async function indexOf(store: Store) {
  const { rows } = await sql<{ document: number; unit_id: string; analyser: number; postings: Buffer }>`
    select document, unit_id, analyser, postings
      from search_documents join search_forward on search_forward.document = search_documents.id
     order by document`.execute(databaseOf(store).read);
  return rows.map((row) => ({ ...row, postings: row.postings.toString('hex') }));
}

const summary = 'A walrus';

async function putMany(store: Store, count: number, text = summary): Promise<KnowledgeUnit[]> {
  const units = Array.from({ length: count }, () => aUnit({ insight: { summary: text } }));
  expect(await store.units.restoreMany(units.map((unit) => ({ unit, flags: [] })))).toBe(count);
  return units;
}

const found = async (store: Store, text: string) =>
  idsOf((await store.units.search({ text, filter: {}, limit: 200 })).hits.map(({ unit }) => unit)).toSorted();

/** Two stores on one database that index it again at once. */
export async function reindexTogether(one: Store, other: Store) {
  const units = await putMany(one, 120);
  const right = await indexOf(one);
  await indexAs(one, older, units);
  const rounds = Array.from({ length: 8 }, async (_, at) => {
    const store = at % 2 ? one : other;
    let sum = 0;
    for (let done = -1; done !== 0; sum += done) done = await store.units.reindex(7);
    return sum;
  });
  expect((await Promise.all(rounds)).reduce((sum, done) => sum + done)).toBe(units.length);
  for (const store of [one, other]) {
    expect(await store.units.outdated()).toBe(0);
    expect(await found(store, 'walrus')).toEqual(idsOf(units));
  }
  expect(await indexOf(one)).toEqual(right);
}

export function analyserConformance(it: StoreTest) {
  describe('a unit', () => {
    it('is of the analyser that indexed it', async ({ store }) => {
      await put(store);
      await store.units.propose(aProposal(), noon);
      expect(new Set((await indexOf(store)).map(({ analyser }) => analyser))).toEqual(new Set([analyserVersion]));
      expect(await store.units.outdated()).toBe(0);
      expect(await store.units.reindex(10)).toBe(0);
    });
  });

  describe('reindexing', () => {
    it('gives the same index as indexing the units now, document by document', async ({ store }) => {
      const units = await putMany(store, 12);
      const right = await indexOf(store);
      await indexAs(store, older, units);
      expect(await indexOf(store)).not.toEqual(right);
      expect(await store.units.outdated()).toBe(12);
      expect(await store.units.reindex(10)).toBe(10);
      expect(await store.units.outdated()).toBe(2);
      expect(await store.units.reindex(10)).toBe(2);
      expect(await store.units.reindex(10)).toBe(0);
      expect(await store.units.outdated()).toBe(0);
      expect(await indexOf(store)).toEqual(right);
      expect(await found(store, 'formerly')).toEqual([]);
    });

    it('keeps every unit findable before, during and after', async ({ store }) => {
      const units = await putMany(store, 60);
      await indexAs(store, older, units);
      expect(await found(store, 'formerly')).toEqual(idsOf(units));
      expect(await found(store, 'walrus')).toEqual([]);
      let working = true;
      let searches = 0;
      const searching = (async () => {
        for (; working || searches < 5; searches++) {
          expect(await found(store, 'formerly walrus')).toEqual(idsOf(units));
          expect(await found(store, 'detail happened')).toEqual(idsOf(units));
        }
      })();
      while ((await store.units.reindex(3)) > 0);
      working = false;
      await searching;
      expect(await found(store, 'walrus')).toEqual(idsOf(units));
      expect(await found(store, 'formerly')).toEqual([]);
    });

    it('finds what version 1 indexed by the words that both have, before, during and after', async ({ store }) => {
      const summary = 'A walrus in useEffect of ERR_MODULE_NOT_FOUND, C# and python3.12 使用useReducer钩子';
      const units = await putMany(store, 40, summary);
      const ids = idsOf(units);
      const db = databaseOf(store);
      await sql`delete from search_spellings`.execute(db.write);
      await db.transaction((tx) =>
        tx.wordIndex.replace(
          tx.write,
          units.map((unit) => ({ unitId: unit.id, ...indexedByVersion1(unit), spellings: [], analyser: 1 })),
        ),
      );
      /** What a process of the release before finds. */
      const foundByVersion1 = async (text: string) => {
        const tokens = indexedByVersion1(aUnit({ insight: { summary: text } })).summary.split(' ');
        const { rows } = await sql<{ unit_id: string }>`
          select unit_id from ${db.wordIndex.matches(tokens)} hit join search_documents on id = document
           order by unit_id`.execute(db.read);
        return rows.map(({ unit_id }) => unit_id);
      };
      expect([await found(store, 'walruss'), await found(store, 'csharp')]).toEqual([[], []]);
      let working = true;
      let searches = 0;
      const searching = (async () => {
        for (; working || searches < 3; searches++)
          for (const text of [
            'walrus',
            'useEffect',
            'ERR_MODULE_NOT_FOUND',
            'err_module_not_found',
            'python3.12 walrus',
          ]) {
            expect([text, await found(store, text)]).toEqual([text, ids]);
            expect([text, await foundByVersion1(text)]).toEqual([text, ids]);
          }
      })();
      while ((await store.units.reindex(3)) > 0);
      working = false;
      await searching;
      for (const text of ['C#', 'csharp', 'python', 'python 3.12', 'useReducer', '钩子', 'walruss'])
        expect([text, await found(store, text)]).toEqual([text, ids]);
    });

    it('skips units of a newer analyser', async ({ store }) => {
      const [mine, others] = [await putMany(store, 3), await putMany(store, 4)];
      await indexAs(store, older, mine);
      await indexAs(store, newer, others);
      expect(await store.units.outdated()).toBe(3);
      expect(await store.units.reindex(10)).toBe(3);
      expect(await found(store, 'walrus')).toEqual(idsOf(mine));
      expect(await found(store, 'formerly')).toEqual(idsOf(others));
      expect(await store.units.reindex(10)).toBe(0);
    });

    it('changes nothing when its transaction fails', async ({ store }) => {
      const units = await putMany(store, 5);
      await indexAs(store, older, units);
      const before = await indexOf(store);
      const work = store.transaction(async (tx) => {
        expect(await tx.units.reindex(3)).toBe(3);
        expect(await tx.units.outdated()).toBe(2);
        throw new Error('stop');
      });
      await expect(work).rejects.toThrow('stop');
      expect(await indexOf(store)).toEqual(before);
      expect(await store.units.outdated()).toBe(5);
      expect(await found(store, 'formerly')).toEqual(idsOf(units));
      expect(await found(store, 'walrus')).toEqual([]);
    });

    it('refreshes document frequencies when it is done', async ({ store }) => {
      // so many that counts are kept, and each of the words in more units than are read for one
      const units = await putMany(store, 600);
      const others = await putMany(store, 620, 'A zebra');
      await indexAs(store, older, units);
      const first = async () =>
        (await store.units.search({ text: 'walrus zebra', filter: {}, limit: 1 })).hits[0]?.unit.id;
      expect(idsOf(others)).toContain(await first());
      expect(await store.units.reindex(1000)).toBe(600);
      expect(idsOf(units)).toContain(await first());
    });

    it('takes no hits away from processes with cached document frequencies', async ({ store }) => {
      const gone = await putMany(store, 600);
      const staying = await putMany(store, 620, 'A zebra');
      const question = { text: 'formerly zebra', filter: {}, limit: 1 };
      await indexAs(store, older, gone);
      expect((await store.units.search(question)).hits).toHaveLength(1);
      // by another process: this one learns nothing of it
      await indexAs(
        store,
        newer,
        gone.map((unit) => ({ ...unit, insight: { ...unit.insight, summary: 'Gone' } })),
      );
      const { hits } = await store.units.search(question);
      expect(idsOf(staying)).toContain(hits[0]?.unit.id);
    });
  });
}

export function analyserVectorsConformance(it: StoreTest) {
  it('reindexing leaves vectors unchanged', async ({ store }) => {
    const units = await putMany(store, 8);
    const next = random(9);
    const model = await useModel(store, 16, () => aVector(next, 16));
    await indexAs(store, older, units);
    const aim = aVector(next, 16);
    const vectors = () => Promise.all(units.map(({ id }) => store.embeddings.vectorOf(model.id, id)));
    const before = { near: await store.embeddings.nearest(model.id, aim, {}, 5), vectors: await vectors() };
    expect(before.near).toHaveLength(5);
    expect(await store.units.reindex(10)).toBe(8);
    expect({ near: await store.embeddings.nearest(model.id, aim, {}, 5), vectors: await vectors() }).toEqual(before);
    expect(await store.embeddings.progress(model.id)).toEqual({ done: 8, waiting: 0, parked: 0 });
  });
}
