import { setTimeout } from 'node:timers/promises';
import { sql } from 'kysely';
import { describe, expect } from 'vitest';
import type { Database } from '../../../src/store/sql/database.ts';
import { addWaitingSpellings } from '../../../src/store/sql/search/spellings.ts';
import type { KnowledgeUnit, Store, UnitFilter } from '../../../src/store/store.ts';
import { aUnit, type UnitChanges } from '../../harness.ts';
import { idsOf, later, put, putMany, type StoreTest } from './fixture.ts';

const seen: UnitFilter = { statuses: ['approved'] };

async function ask(store: Store, text: string, filter: UnitFilter = seen) {
  const { hits, respelt: corrected } = await store.units.search({ text, filter, limit: 10 });
  const respelt = corrected.map(({ written, searched }) => `${written} ${searched}`);
  return { found: idsOf(hits.map(({ unit }) => unit)), respelt };
}

const saying = (summary: string, detail = '') => ({ domains: [], insight: { summary, detail, action: '' } });

/** A unit whose words are known. */
async function putKnown(store: Store, changes: UnitChanges): Promise<KnowledgeUnit> {
  const unit = await put(store, changes);
  await addAll(store);
  return unit;
}

const say = (store: Store, summary: string) => putKnown(store, saying(summary));

async function addAll(store: Store) {
  while (await store.units.addSpellings());
}

const databaseOf = (store: Store) => (store as unknown as { db: Database }).db;

async function countOf(store: Store, table: 'search_spellings' | 'search_spelling_jobs') {
  const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(table)}`.execute(
    databaseOf(store).read,
  );
  return Number(rows[0]?.count);
}

/** So many words that have nothing in common with others. */
const manyWords = (count: number, start: string) =>
  Array.from(
    { length: count },
    (_, at) => `${start}${[...String(at)].map((digit) => 'abcdefghij'[Number(digit)]).join('')}`,
  );

export function spellingConformance(it: StoreTest) {
  describe('a misspelt word', () => {
    it.for([
      ['attributte', 'attribute'],
      ['atribute', 'attribute'],
      ['attribtue', 'attribute'],
      ['attrigute', 'attribute'],
      ['ATTRIBUTTE', 'attribute'],
      ['atributte', 'attribute'],
      ['kuberentes', 'kubernetes'],
      ['authetication', 'authentication'],
      ['maintainance', 'maintenance'],
      ['conections', 'connection'],
      ['useEfect', 'useEffect'],
      ['ERR_MODUL_NOT_FOND', 'ERR_MODULE_NOT_FOUND'],
      ['cahce', 'cache'],
      ['базз', 'база'],
    ])('%s finds the unit that says %s, and the answer says so', async ([typed = '', known = ''], { store }) => {
      await say(store, 'logging of other things');
      const { id } = await say(store, `about ${known}`);
      const { found, respelt } = await ask(store, `${typed} now`);
      expect(found).toEqual([id]);
      expect(respelt.length).toBeGreaterThan(0);
      expect(await ask(store, known)).toEqual({ found: [id], respelt: [] });
    });

    it.for([
      ['a word that is known', 'form', 'from forms'],
      ['a word in another form', 'connecting', 'connections connect'],
      ['an identifier that is known', 'getUser', 'getUser setUser'],
      ['the joined name of known parts', 'timeSeries', 'time series timeseries9'],
      ['few letters', 'tls', 'tlv tla'],
      ['numbers and versions', 'v18.2.1', 'v18.2.0 18.2.2'],
      ['a name with numbers in it', 'sha265sum', 'sha256sum'],
      ['two edits in a short word', 'cacxy', 'cache'],
      ['three edits', 'atrxbxte', 'attribute'],
    ])('%s is left as it is', async ([, typed = '', known = ''], { store }) => {
      await say(store, known);
      expect((await ask(store, typed)).respelt).toEqual([]);
    });

    it('is taken for the nearest word, then for the one that begins alike, then for the commonest', async ({
      store,
    }) => {
      await say(store, 'orangutxn');
      expect((await ask(store, 'oranguttan')).respelt).toEqual(['oranguttan orangutxn']);
      await say(store, 'orangutan');
      expect((await ask(store, 'oranguttan')).respelt).toEqual(['oranguttan orangutan']);
      await say(store, 'narwhalen');
      for (let count = 0; count < 3; count++) await say(store, 'tarwhalen');
      expect((await ask(store, 'xarwhalen')).respelt).toEqual(['xarwhalen tarwhalen']);
      expect((await ask(store, 'norwhalen')).respelt).toEqual(['norwhalen narwhalen']);
    });

    it('is not taken for a word whose units are gone, or may not be seen', async ({ store }) => {
      const { id } = await putKnown(store, {
        status: 'pending',
        insight: { summary: 'walrus', detail: '', action: '' },
      });
      expect(await ask(store, 'walruss')).toEqual({ found: [], respelt: [] });
      expect(await ask(store, 'walruss', { statuses: ['pending'] })).toEqual({
        found: [id],
        respelt: ['walruss walrus'],
      });
      await store.reviews.decide(id, {
        status: 'approved',
        reviewedBy: 'rob',
        reviewedAt: later(1),
        note: null,
        internalNote: null,
      });
      expect(await ask(store, 'walruss')).toEqual({ found: [id], respelt: ['walruss walrus'] });
      await sql`delete from search_documents where unit_id = ${id}`.execute(databaseOf(store).write);
      expect(await ask(store, 'walruss')).toEqual({ found: [], respelt: [] });
    });

    it('is right as soon as a unit has it, also where many units are searched', async ({ store }) => {
      await putMany(
        store,
        Array.from({ length: 1005 }, () => aUnit({ insight: { summary: 'walrus', detail: '', action: '' } })),
      );
      expect((await ask(store, 'walruss')).respelt).toEqual(['walruss walrus']);
      // so many are not looked through for one that the filter lets through
      expect(await ask(store, 'walruss', { statuses: ['pending'] })).toEqual({
        found: [],
        respelt: ['walruss walrus'],
      });
      const { id } = await say(store, 'walruss');
      expect(await ask(store, 'walruss')).toEqual({ found: [id], respelt: [] });
      expect((await ask(store, 'waruss')).respelt).toEqual(['waruss walruss']);
    });

    it('is corrected in eight words of a question at most, and never in a pasted text', async ({ store }) => {
      const known = Array.from({ length: 12 }, (_, at) => `walrus${'abcdefghijkl'[at]?.repeat(4)}`);
      await say(store, known.join(' '));
      const typed = known.map((word) => word.replace('walrus', 'walros'));
      expect((await ask(store, typed.join(' '))).respelt).toHaveLength(8);
      const pasted = Array.from({ length: 70 }, (_, at) => `frame${at}`).join(' ');
      expect((await ask(store, `${pasted} ${typed[0]}`)).respelt).toEqual([]);
    });

    it('is corrected within domains too', async ({ store }) => {
      const { id } = await putKnown(store, { domains: ['a'], insight: { summary: 'walrus', detail: '', action: '' } });
      const { found, respelt } = await ask(store, 'walruss', { ...seen, domains: ['a'] });
      expect({ found, respelt }).toEqual({ found: [id], respelt: ['walruss walrus'] });
    });

    it('is corrected when the words of new units were added, and those of many units at once', async ({ store }) => {
      const { id, version } = await put(store, saying('walrus'));
      expect(await ask(store, 'walruss')).toEqual({ found: [], respelt: [] });
      expect(await store.units.addSpellings()).toBe(false);
      expect(await ask(store, 'walruss')).toEqual({ found: [id], respelt: ['walruss walrus'] });
      const { domains, insight, context, extensions } = aUnit(saying('narwhal'));
      await store.revisions.amend({
        ...{ id: `rev_${'a'.repeat(32)}`, unitId: id, baseVersion: version, statuses: ['approved'], reason: null },
        ...{
          content: { domains, insight, context, extensions },
          by: 'rob',
          at: later(1),
          approval: null,
          maxVersions: 100,
        },
      });
      await addAll(store);
      expect(await ask(store, 'narwhalx')).toEqual({ found: [id], respelt: ['narwhalx narwhal'] });
      await putMany(store, [aUnit(saying('orangutan')), aUnit(saying('gorilla'))]);
      expect((await ask(store, 'orangutann')).respelt).toEqual(['orangutann orangutan']);
    });

    it('costs each word of the units its keys once, and long words and numbers none', async ({ store }) => {
      const before = saying('walrus tusk', 'walrus');
      await putKnown(store, before);
      const once = await countOf(store, 'search_spellings');
      await put(store, before);
      // nothing waits of a unit without new words
      expect(await countOf(store, 'search_spelling_jobs')).toBe(0);
      await putKnown(store, saying(`${'x'.repeat(25)} 1234567 a1b2c3d4 abc`));
      expect(await countOf(store, 'search_spellings')).toBe(once);
      await putKnown(store, saying('walrus', manyWords(900, 'word').join(' ')));
      const count = await countOf(store, 'search_spellings');
      expect(count - once).toBeLessThanOrEqual(500 * 6);
      expect(count - once).toBeGreaterThan(400 * 6);
    });

    it('waits in steps that have an end, each for the words that came first', async ({ store }) => {
      for (const start of ['one', 'two', 'six', 'ten', 'all'])
        await put(store, saying(start, manyWords(499, start).join(' ')));
      expect(await store.units.addSpellings()).toBe(true);
      expect(await countOf(store, 'search_spelling_jobs')).toBe(1);
      expect((await ask(store, 'onebaab')).respelt).toEqual(['onebaab onebaa']);
      expect((await ask(store, 'allbaab')).respelt).toEqual([]);
      expect(await store.units.addSpellings()).toBe(false);
      expect((await ask(store, 'allbaab')).respelt).toEqual(['allbaab allbaa']);
    });
  });

  describe('the words that wait to be added', () => {
    it('are added once by several processes at once', async ({ store }) => {
      for (let count = 0; count < 5; count++) await put(store, saying(`walrus narwhal${'abcde'[count]}`));
      await Promise.all([1, 2, 3].map(() => addAll(store)));
      expect(await countOf(store, 'search_spellings')).toBe(6 * 6);
      expect(await countOf(store, 'search_spelling_jobs')).toBe(0);
    });

    it('are there still when adding them fails, with all that it has added gone', async ({ store }) => {
      await put(store, saying('walrus'));
      const db = databaseOf(store);
      const failing: Database = {
        ...db,
        transaction: (work) =>
          db.transaction(async (tx) => {
            await work(tx);
            throw new Error('killed');
          }),
      };
      await expect(addWaitingSpellings(failing)).rejects.toThrow('killed');
      expect(await countOf(store, 'search_spellings')).toBe(0);
      await addAll(store);
      expect((await ask(store, 'walruss')).respelt).toEqual(['walruss walrus']);
    });

    it('are gone with their unit, also where it is erased after they were read', async ({ store }) => {
      const [one, other] = [await put(store, saying('walrus')), await put(store, saying('narwhal'))];
      const by = { erasedAt: later(1), erasedBy: null, reason: 'It had a name.' };
      await store.erasures.erase(one.id, by);
      expect(await countOf(store, 'search_spelling_jobs')).toBe(1);
      const db = databaseOf(store);
      const late: Database = {
        ...db,
        async transaction(work) {
          await store.erasures.erase(other.id, by);
          return db.transaction(work);
        },
      };
      await addWaitingSpellings(late);
      expect(await countOf(store, 'search_spellings')).toBe(0);
      expect(await countOf(store, 'search_spelling_jobs')).toBe(0);
    });

    it('are gone with their unit, also where it is erased while they are added', async ({ store }) => {
      const { id } = await put(store, saying('walrus'));
      const db = databaseOf(store);
      let erased: Promise<unknown> | undefined;
      const slow: Database = {
        ...db,
        transaction: (work) =>
          db.transaction(async (tx) => {
            const result = await work(tx);
            // waits for this transaction on either database
            erased = store.erasures.erase(id, { erasedAt: later(1), erasedBy: null, reason: 'It had a name.' });
            await setTimeout(50);
            return result;
          }),
      };
      await addWaitingSpellings(slow);
      await erased;
      expect(await countOf(store, 'search_spellings')).toBe(0);
    });
  });
}
