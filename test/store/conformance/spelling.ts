import { sql } from 'kysely';
import { describe, expect } from 'vitest';
import type { Database } from '../../../src/store/sql/database.ts';
import type { Store, UnitFilter } from '../../../src/store/store.ts';
import { aUnit } from '../../harness.ts';
import { idsOf, later, put, putMany, type StoreTest } from './fixture.ts';

const seen: UnitFilter = { statuses: ['approved'] };

async function ask(store: Store, text: string, filter: UnitFilter = seen) {
  const { hits, respelt: corrected } = await store.units.search({ text, filter, limit: 10 });
  const respelt = corrected.map(({ written, searched }) => `${written} ${searched}`);
  return { found: idsOf(hits.map(({ unit }) => unit)), respelt };
}

const say = (store: Store, summary: string) => put(store, { insight: { summary, detail: '', action: '' } });

const databaseOf = (store: Store) => (store as unknown as { db: Database }).db;

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
      const { id } = await put(store, { status: 'pending', insight: { summary: 'walrus', detail: '', action: '' } });
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
      const { id } = await put(store, { domains: ['a'], insight: { summary: 'walrus', detail: '', action: '' } });
      const { found, respelt } = await ask(store, 'walruss', { ...seen, domains: ['a'] });
      expect({ found, respelt }).toEqual({ found: [id], respelt: ['walruss walrus'] });
    });

    it('costs each word of the units its keys once, and long words and numbers none', async ({ store }) => {
      const count = async () => {
        const { rows } = await sql<{ count: number }>`select count(*) as count from search_spellings`.execute(
          databaseOf(store).read,
        );
        return Number(rows[0]?.count);
      };
      const before = { domains: [], insight: { summary: 'walrus tusk', detail: 'walrus', action: '' } };
      await put(store, before);
      const once = await count();
      await put(store, before);
      expect(await count()).toBe(once);
      await put(store, {
        domains: [],
        insight: { summary: `${'x'.repeat(25)} 1234567 a1b2c3d4 abc`, detail: '', action: '' },
      });
      expect(await count()).toBe(once);
      const words = Array.from(
        { length: 900 },
        (_, at) => `word${[...String(at)].map((digit) => 'abcdefghij'[Number(digit)]).join('')}`,
      );
      await put(store, { domains: [], insight: { summary: 'walrus', detail: words.join(' '), action: '' } });
      expect((await count()) - once).toBeLessThanOrEqual(500 * 6);
    });
  });
}
