import { describe, expect } from 'vitest';
import { idsOf, put, type StoreTest } from './fixture.ts';

/** Characters that mean something to one query language or another. */
const syntax = [
  '"',
  "'",
  '""',
  '`',
  '*',
  '+',
  '-',
  '^',
  '&',
  '|',
  '!',
  ':',
  ':*',
  '<->',
  '(',
  ')',
  '{',
  '}',
  '\\',
  '%',
  '_',
  ';',
  '--',
  '/*',
  '?',
  '$',
  '😀',
  '\u0000',
  '\ud800',
  '\u202e',
  '\u200b',
];

/** What holds no word of the lesson, whatever a query language would make of it. */
const wordless = [
  '',
  ' ',
  'of the and',
  'AND',
  'OR NOT',
  'NEAR(',
  'NEAR(x, 2)',
  "'; --",
  "'; drop table users; --",
  '^x',
  '{summary}:',
  'summary:*',
  'a:b',
  'x*',
  '"x',
];

export function hostileTextConformance(it: StoreTest) {
  describe('a text to search for', () => {
    it.for([...syntax, ...wordless])('is text and not syntax: %j', async (text, { store }) => {
      await put(store, { insight: { summary: 'a plain walrus' } });
      expect((await store.units.search({ text, filter: {}, limit: 5 })).hits).toEqual([]);
      expect(await store.units.count({})).toBe(1);
    });

    it.for(syntax)('finds its words beside %j', async (sign, { store }) => {
      const { id } = await put(store, { insight: { summary: 'a plain walrus' } });
      for (const text of [`${sign} walrus`, `walrus ${sign}`, `${sign}walrus${sign}`, `${sign} walrus ${sign} tusk`]) {
        const { hits } = await store.units.search({ text, filter: {}, limit: 5 });
        expect([text, idsOf(hits.map(({ unit }) => unit))]).toEqual([text, [id]]);
      }
    });

    it('matches no more than its words: NOT, a column and a prefix mean nothing', async ({ store }) => {
      const walrus = await put(store, { insight: { summary: 'walrus' } });
      await put(store, { insight: { summary: 'seal' } });
      for (const text of ['NOT walrus', 'detail:walrus', 'walrus AND tusk', 'walrus NOT lesson', 'sea* walrus'])
        expect([text, (await store.units.search({ text, filter: {}, limit: 5 })).hits[0]?.unit]).toEqual([
          text,
          walrus,
        ]);
      expect((await store.units.search({ text: 'wal*', filter: {}, limit: 5 })).hits).toEqual([]);
    });

    it.for([
      ['one word', 'x'.repeat(10_000)],
      ['quotes', '"'.repeat(10_000)],
      ['one identifier', 'a_'.repeat(5000)],
      ['accents', 'e\u0301'.repeat(5000)],
      ['brackets', '('.repeat(10_000)],
      ['humps', 'aB'.repeat(5000)],
      ['emoji', '😀'.repeat(10_000)],
    ] as const)('may be 10,000 characters of %s', async ([, text], { store }) => {
      const { id } = await put(store, { insight: { summary: 'walrus' } });
      expect((await store.units.search({ text, filter: {}, limit: 5 })).hits).toEqual([]);
      const { hits } = await store.units.search({ text: `walrus ${text}`, filter: {}, limit: 5 });
      expect(idsOf(hits.map(({ unit }) => unit))).toEqual([id]);
    });

    it('is searched for by its rarest words when it has very many, and the answer says so', async ({ store }) => {
      const { id } = await put(store, { insight: { summary: 'word2999 leads' } });
      const text = Array.from({ length: 3000 }, (_, index) => `word${index}`).join(' ');
      const { hits, words } = await store.units.search({ text, filter: {}, limit: 5 });
      expect(idsOf(hits.map(({ unit }) => unit))).toEqual([id]);
      // each is a name and a number, and both
      expect(words.given).toBe(6001);
      expect(words.used).toBeLessThanOrEqual(64);
    });

    it('counts each of its words once, and stop words never', async ({ store }) => {
      const words = async (text: string) => (await store.units.search({ text, filter: {}, limit: 5 })).words;
      expect(await words('test, Tests and the testing')).toEqual({ used: 1, given: 1 });
      expect(await words('of the and')).toEqual({ used: 0, given: 0 });
    });
  });
}
