import { describe, expect } from 'vitest';
import type { KnowledgeUnit, SearchQuestion, Store } from '../../../src/store/store.ts';
import { aFlag, idsOf, later, put, putConfident, random, type StoreTest } from './fixture.ts';

const approved = ['approved'] as const;

/** cq's ranking, written down a second time and without SQL. */
function expectedRanking(units: readonly KnowledgeUnit[], { filter }: SearchQuestion) {
  const { domains = [], languages = [], frameworks = [], pattern } = filter;
  return units
    .filter((unit) => unit.status === 'approved' && unit.domains.some((domain) => domains.includes(domain)))
    .map((unit) => {
      const shared = unit.domains.filter((domain) => domains.includes(domain)).length;
      const domain = shared / new Set([...unit.domains, ...domains]).size;
      const language = unit.context.languages.some((one) => languages.includes(one)) ? 1 : 0;
      const framework = unit.context.frameworks.some((one) => frameworks.includes(one)) ? 1 : 0;
      const same = pattern && unit.context.pattern.toLowerCase() === pattern.toLowerCase() ? 1 : 0;
      const relevance = Math.min(0.55 * domain + 0.15 * language + 0.15 * framework + 0.15 * same, 1);
      return { id: unit.id, score: relevance * unit.evidence.confidence };
    })
    .sort((a, b) => b.score - a.score || (a.id < b.id ? 1 : -1));
}

const search = (store: Store, text: string | undefined, filter: SearchQuestion['filter'] = {}, limit = 10) =>
  store.units.search({ text, filter: { statuses: approved, ...filter }, limit });

const found = async (...args: Parameters<typeof search>) => (await search(...args)).hits.map(({ unit }) => unit.id);

export function searchConformance(it: StoreTest) {
  describe('searching by domain', () => {
    it('ranks as cq does, to the last bit, ties to the higher id', async ({ store }) => {
      const next = random(7);
      const some = (from: readonly string[], most: number) => [
        ...new Set(
          Array.from(
            { length: 1 + Math.floor(next() * most) },
            () => from[Math.floor(next() ** 2 * from.length)] as string,
          ),
        ),
      ];
      const tags = Array.from({ length: 25 }, (_, index) => `tag${index}`);
      const units: KnowledgeUnit[] = [];
      await store.transaction(async (tx) => {
        for (let count = 0; count < 300; count++) {
          const context = {
            languages: some(['go', 'c', 'rust', ''], 2),
            frameworks: some(['vue', 'gin'], 1),
            pattern: next() < 0.3 ? 'Retry' : '',
          };
          const confidence = [0.5, 0.6, 0.7999999999999999, 0.35, 0, 1][Math.floor(next() * 6)] ?? 0;
          units.push(
            await putConfident(tx, confidence, {
              domains: some(tags, 6),
              context,
              status: next() < 0.9 ? 'approved' : 'pending',
            }),
          );
        }
      });
      for (let count = 0; count < 60; count++) {
        const filter = {
          statuses: approved,
          domains: some(tags, 5),
          ...(next() < 0.5 && { languages: some(['go', 'rust', 'Go'], 2) }),
          ...(next() < 0.5 && { frameworks: some(['vue', 'gin'], 2) }),
          ...(next() < 0.3 && { pattern: 'rETRY' }),
        };
        const limit = 1 + Math.floor(next() * 40);
        const expected = expectedRanking(units, { filter, limit });
        const { hits, hasMore } = await store.units.search({ filter, limit });
        expect(hits.map(({ unit, score }) => ({ id: unit.id, score }))).toEqual(expected.slice(0, limit));
        expect(hasMore).toBe(expected.length > limit);
      }
    });

    it('pages to the same list as one long page', async ({ store }) => {
      for (let count = 0; count < 12; count++)
        await putConfident(store, (count % 4) / 4, { domains: ['a', `b${count % 2}`] });
      const filter = { statuses: approved, domains: ['a', 'b1'] };
      const all = (await store.units.search({ filter, limit: 50 })).hits;
      const paged = [];
      for (let after: SearchQuestion['after'], more = true; more; ) {
        const page = await store.units.search({ filter, limit: 5, after });
        paged.push(...page.hits);
        const last = page.hits.at(-1);
        after = last && { score: last.score, id: last.unit.id };
        more = page.hasMore;
      }
      expect(paged).toEqual(all);
      expect(all).toHaveLength(12);
    });

    it('wants every domain when asked to, and other fields narrow', async ({ store }) => {
      const both = await put(store, { domains: ['a', 'b', 'c'] });
      const one = await put(store, { domains: ['a'], tier: 'public' });
      expect(await found(store, undefined, { domains: ['a', 'b'], domainMatch: 'all' })).toEqual([both.id]);
      expect(await found(store, undefined, { domains: ['a', 'b'], tiers: ['public'] })).toEqual([one.id]);
      await store.units.flag(aFlag(one.id));
      expect(await found(store, undefined, { domains: ['a'], hasFlags: false })).toEqual([both.id]);
    });

    it('follows decisions, confirmations and flags at once', async ({ store }) => {
      const [one, two] = [await put(store, { domains: ['a'] }), await put(store, { domains: ['a'] })];
      const waiting = await put(store, { domains: ['a'], status: 'pending' });
      expect(await found(store, undefined, { domains: ['a'] })).toEqual([two.id, one.id]);
      await store.units.confirm(one.id, 'mia', later(1));
      expect(await found(store, undefined, { domains: ['a'] })).toEqual([one.id, two.id]);
      await store.units.flag(aFlag(one.id));
      expect(await found(store, undefined, { domains: ['a'] })).toEqual([two.id, one.id]);
      await store.reviews.decide(waiting.id, {
        status: 'approved',
        reviewedBy: 'rob',
        reviewedAt: later(2),
        note: null,
      });
      expect(await found(store, undefined, { domains: ['a'] })).toEqual([waiting.id, two.id, one.id]);
    });

    it('finds nothing when nothing is asked for', async ({ store }) => {
      await put(store);
      expect(await search(store, undefined)).toMatchObject({ hits: [], hasMore: false });
      expect((await search(store, undefined, { domains: ['none'] })).hits).toEqual([]);
    });
  });

  describe('searching by words', () => {
    const say = (store: Store, summary: string, detail = '') => put(store, { insight: { summary, detail } });

    it.for([
      'ERR_MODULE_NOT_FOUND',
      'useEffect',
      'snake_case_name',
      'os.path.join',
      'kebab-case-name',
      'std::vector',
      'HTTPServer',
      'X509Certificate2',
    ])('puts the exact name %s first, and finds it by a part', async (name, { store }) => {
      const parts = name.replace(/[^a-z0-9]+/gi, ' ').replace(/([a-z0-9])([A-Z])/g, '$1 $2');
      await say(store, `${parts} apart`);
      const exact = await say(store, `about ${name}`);
      await say(store, `nothing of it`);
      expect((await found(store, name))[0]).toBe(exact.id);
      expect((await found(store, name.toLowerCase()))[0]).toBe(exact.id);
      const part = parts.split(' ').at(-1) as string;
      expect(await found(store, part)).toContain(exact.id);
    });

    it('folds case, accents and width, and stems', async ({ store }) => {
      const unit = await say(store, 'Ｃafés são connected');
      for (const text of ['CAFE', 'cafés', 'SAO', 'connecting connections'])
        expect([text, await found(store, text)]).toEqual([text, [unit.id]]);
    });

    it('weighs a word of the summary more than one of the rest', async ({ store }) => {
      const summary = await say(store, 'one walrus here', 'and some other words');
      const detail = await say(store, 'one thing here', 'and a walrus word');
      expect(await found(store, 'walrus')).toEqual([summary.id, detail.id]);
    });

    it('prefers rare words, more of them, and the more trusted of equals', async ({ store }) => {
      for (let count = 0; count < 5; count++) await say(store, 'common lesson');
      const rare = await say(store, 'uncommon zebra');
      expect((await found(store, 'common zebra'))[0]).toBe(rare.id);
      const trusted = await putConfident(store, 0.9, { insight: { summary: 'uncommon zebra' } });
      expect((await found(store, 'zebra'))[0]).toBe(trusted.id);
    });

    it('searches domains and context too, and only what the filter lets through', async ({ store }) => {
      const unit = await put(store, {
        domains: ['kubernetes'],
        context: { languages: ['elixir'], pattern: 'circuit-breaker' },
      });
      await put(store, { domains: ['kubernetes'], status: 'pending' });
      for (const text of ['kubernetes', 'elixir', 'circuit-breaker'])
        expect(await found(store, text)).toEqual([unit.id]);
      expect(await found(store, 'kubernetes', { tiers: ['public'] })).toEqual([]);
    });

    it('lets domains narrow and words rank when both are given', async ({ store }) => {
      const inside = await put(store, { domains: ['a', 'b'], insight: { summary: 'a walrus' } });
      const silent = await put(store, { domains: ['a'] });
      await put(store, { domains: ['c'], insight: { summary: 'walrus walrus' } });
      expect(await found(store, 'walrus', { domains: ['a'] })).toEqual([inside.id, silent.id]);
    });

    it('says how well each unit matches, relative to the best', async ({ store }) => {
      await say(store, 'walrus walrus', 'walrus');
      await say(store, 'something else entirely that is long', 'and a walrus at its end');
      const { hits } = await search(store, 'walrus');
      expect(hits.map(({ signals }) => signals.keyword)).toEqual([1, expect.any(Number)]);
      expect(hits[1]?.signals.keyword).toBeGreaterThan(0);
      expect(hits[1]?.signals.keyword).toBeLessThan(1);
    });

    it.for(['"', "'", 'AND', 'OR NOT', '*', 'a:b', 'NEAR(', "'; --", '^x', '{summary}:', '(', '😀', '\u0000', ' ', ''])(
      'takes %j as text, not as syntax',
      async (text, { store }) => {
        await say(store, 'a plain lesson');
        expect((await search(store, text)).hits).toEqual([]);
      },
    );

    it('uses the first words of a long text, and says so', async ({ store }) => {
      const unit = await say(store, 'word0 leads');
      const text = Array.from({ length: 3000 }, (_, index) => `word${index}`).join(' ');
      const answer = await search(store, text);
      expect(idsOf(answer.hits.map((hit) => hit.unit))).toEqual([unit.id]);
      expect(answer.words.given).toBeGreaterThan(answer.words.used);
      expect((await search(store, 'of the and')).words).toEqual({ used: 0, given: 0 });
    });
  });
}
