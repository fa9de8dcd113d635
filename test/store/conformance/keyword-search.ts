import { describe, expect } from 'vitest';
import { confidence } from '../../../src/domain/rules.ts';
import type { Store, UnitFilter } from '../../../src/store/store.ts';
import { searchAll } from './domain-search.ts';
import { aFlag, idsOf, later, put, putConfident, type StoreTest } from './fixture.ts';

const search = (store: Store, text: string, filter: UnitFilter = {}, limit = 10) =>
  store.units.search({ text, filter: { statuses: ['approved'], ...filter }, limit });

const found = async (...args: Parameters<typeof search>) => idsOf((await search(...args)).hits.map(({ unit }) => unit));

const say = (store: Store, summary: string, detail = '') => put(store, { insight: { summary, detail } });

export function keywordSearchConformance(it: StoreTest) {
  describe('searching by words', () => {
    it.for([
      'ERR_MODULE_NOT_FOUND',
      'useEffect',
      'snake_case_name',
      'os.path.join',
      'kebab-case-name',
      'std::vector',
      'HTTPServer',
      'X509Certificate2',
      'useState',
      'getServerSideProps',
    ])('puts the exact name %s first, and finds it by each part', async (name, { store }) => {
      const parts = name.replace(/[^\p{L}\p{N}]+/gu, ' ').replace(/([\p{Ll}0-9])(\p{Lu})/gu, '$1 $2');
      await say(store, `${parts} apart`);
      const exact = await say(store, `about ${name}`);
      await say(store, `nothing of it`);
      expect((await found(store, name))[0]).toBe(exact.id);
      expect((await found(store, name.toLowerCase()))[0]).toBe(exact.id);
      for (const part of parts.split(' '))
        if (part !== 'NOT')
          expect([part, await found(store, part)]).toEqual([part, expect.arrayContaining([exact.id])]);
    });

    it('folds case, accents and width, and stems', async ({ store }) => {
      const unit = await say(store, 'Ｃafés são connected über ÉCOLE');
      for (const text of ['CAFE', 'cafés', 'cafe\u0301s', 'SAO', 'connecting connections', 'uber', 'ecole', 'ÜBER'])
        expect([text, await found(store, text)]).toEqual([text, [unit.id]]);
    });

    it('finds words of other scripts', async ({ store }) => {
      const unit = await say(store, 'База данных закрыта', 'データベース 数据库 बेसिक');
      for (const text of ['данных', 'ДАННЫХ', 'データベース', '数据库', 'बेसिक'])
        expect([text, await found(store, text)]).toEqual([text, [unit.id]]);
    });

    it.for([
      ['使用useEffect钩子', 'useEffect', '钩子', '使用'],
      ['データベースに接続できない', 'データベース', '接続', 'ベース'],
      ['数据库连接超时', '连接', '超时', '数据库', '库'],
      ['ไม่สามารถเชื่อมต่อฐานข้อมูล', 'ฐานข้อมูล', 'เชื่อมต่อ'],
      ['데이터베이스를연결할 수 없음', '데이터베이스', '연결'],
      ['C# and C++17 on .NET 8', 'C#', 'csharp', 'c++', 'cpp', '.NET', 'dotnet', 'C++17'],
      ['python3.12 and Node22', 'python', 'Python 3.12', 'node 22', 'node', 'python3'],
      ['co\u00adop\u200berate', 'cooperate', 'co\u2060operate'],
      ['Straße in İstanbul', 'strasse', 'STRASSE', 'istanbul', 'ıstanbul'],
      ['UTF-8 with a time-out in Node.js v18.2.0', 'utf8', 'timeout', 'nodejs', 'node 18', '18.2'],
    ])('finds %s', async ([text = '', ...questions], { store }) => {
      await say(store, 'C and another language entirely');
      const { id } = await say(store, text);
      for (const question of questions) expect([question, await found(store, question)]).toEqual([question, [id]]);
    });

    it('knows C, C# and C++ apart', async ({ store }) => {
      const [plain, sharp, plus] = [await say(store, 'in C'), await say(store, 'in C#'), await say(store, 'in C++')];
      for (const [question, unit] of [
        ['C', plain],
        ['C#', sharp],
        ['c++', plus],
      ] as const)
        expect([question, await found(store, question)]).toEqual([question, [unit.id]]);
    });

    it('finds nothing by what is no word', async ({ store }) => {
      await say(store, "I can't say ❤️ t");
      for (const question of ["don't", '\ufe0f', '\u200b', '👍️'])
        expect([question, await found(store, question)]).toEqual([question, []]);
    });

    it('counts a name no more than twice what the same name without capitals counts', async ({ store }) => {
      const { id } = await say(store, 'sort a dataframe');
      const other = await say(store, 'data in a frame of a window');
      for (let count = 0; count < 5; count++) await say(store, 'data', 'of a frame');
      expect((await found(store, 'sort DataFrame'))[0]).toBe(id);
      expect(await found(store, 'DataFrame')).toContain(other.id);
    });

    it('weighs a word of the summary more than one of the rest', async ({ store }) => {
      // each is the other turned round, so that neither is longer
      const walrus = await say(store, 'walrus', 'tusk');
      const tusk = await say(store, 'tusk', 'walrus');
      expect(await found(store, 'walrus')).toEqual([walrus.id, tusk.id]);
      expect(await found(store, 'tusk')).toEqual([tusk.id, walrus.id]);
    });

    it('prefers rare words, more of them, and the more trusted of equals', async ({ store }) => {
      for (let count = 0; count < 5; count++) await say(store, 'common lesson');
      const rare = await say(store, 'uncommon zebra');
      expect((await found(store, 'common zebra'))[0]).toBe(rare.id);
      const trusted = await putConfident(store, 0.9, { insight: { summary: 'uncommon zebra' } });
      expect((await found(store, 'zebra'))[0]).toBe(trusted.id);
      await store.units.flag(aFlag(trusted.id), confidence.flagged);
      await store.units.flag(aFlag(trusted.id), confidence.flagged);
      await store.units.flag(aFlag(trusted.id), confidence.flagged);
      expect((await found(store, 'zebra'))[0]).toBe(rare.id);
    });

    it('gives ties to the higher id', async ({ store }) => {
      const units = [];
      for (let count = 0; count < 5; count++) units.push(await say(store, 'equal words'));
      expect(await found(store, 'equal')).toEqual(idsOf(units.toReversed()));
    });

    it('searches the whole lesson, its domains and its context', async ({ store }) => {
      const unit = await put(store, {
        domains: ['kubernetes'],
        insight: { summary: 'alpha', detail: 'beta', action: 'gamma' },
        context: { languages: ['elixir'], frameworks: ['phoenix'], pattern: 'circuit-breaker' },
      });
      await put(store, { domains: ['kubernetes'], status: 'pending' });
      for (const text of ['kubernetes', 'alpha', 'beta', 'gamma', 'elixir', 'phoenix', 'circuit-breaker', 'breaker'])
        expect([text, await found(store, text)]).toEqual([text, [unit.id]]);
    });

    it('finds only what the filter lets through', async ({ store }) => {
      const one = await putConfident(store, 0.9, { tier: 'public', createdAt: later(1), createdBy: 'zoe' });
      const two = await putConfident(store, 0.6, { domains: ['api', 'only'], createdAt: later(2) });
      const waiting = await putConfident(store, 0.5, { status: 'pending', createdAt: later(3) });
      await store.units.flag(aFlag(two.id), confidence.flagged);
      expect(await found(store, 'lesson')).toEqual([one.id, two.id]);
      expect(await found(store, 'lesson', { tiers: ['public'] })).toEqual([one.id]);
      expect(await found(store, 'lesson', { confidence: { max: 0.5 } })).toEqual([two.id]);
      expect(await found(store, 'lesson', { createdAt: { from: later(2) } })).toEqual([two.id]);
      expect(await found(store, 'lesson', { hasFlags: true })).toEqual([two.id]);
      expect(await found(store, 'lesson', { createdBy: 'zoe' })).toEqual([one.id]);
      expect(await found(store, 'lesson', { within: ['only', 'x'] })).toEqual([two.id]);
      expect(await found(store, 'lesson', { statuses: ['pending'] })).toEqual([waiting.id]);
    });

    it('lets languages, frameworks and pattern exclude nothing', async ({ store }) => {
      const [one, two] = [await say(store, 'walrus'), await say(store, 'walrus')];
      const filter = { languages: ['go'], frameworks: ['gin'], pattern: 'retry' };
      expect(await found(store, 'walrus', filter)).toEqual([two.id, one.id]);
    });

    it.for([{ languages: ['go'] }, { frameworks: ['gin'] }, { pattern: 'RETRY' }])(
      'raises the rank of a unit that has %o',
      async (filter, { store }) => {
        // each has as many words as the other, so that words alone say nothing
        const context = (language: string, framework: string, pattern: string) => ({
          insight: { summary: 'walrus' },
          context: { languages: [language], frameworks: [framework], pattern },
        });
        const has = await put(store, context('go', 'gin', 'retry'));
        const hasNot = await put(store, context('c', 'vue', 'cache'));
        expect(await found(store, 'walrus', filter)).toEqual([has.id, hasNot.id]);
      },
    );

    it('follows decisions', async ({ store }) => {
      const { id } = await put(store, { status: 'pending', insight: { summary: 'walrus' } });
      expect(await found(store, 'walrus')).toEqual([]);
      await store.reviews.decide(id, {
        status: 'approved',
        reviewedBy: 'rob',
        reviewedAt: later(1),
        note: null,
        internalNote: null,
      });
      expect(await found(store, 'walrus')).toEqual([id]);
    });

    it('says how well each unit matches, relative to the best', async ({ store }) => {
      await say(store, 'walrus walrus', 'walrus');
      await say(store, 'something else entirely that is long', 'and a walrus at its end');
      const { hits } = await search(store, 'walrus');
      expect(hits.map(({ signals }) => signals.keyword)).toEqual([1, expect.any(Number)]);
      expect(hits[1]?.signals.keyword).toBeGreaterThan(0);
      expect(hits[1]?.signals.keyword).toBeLessThan(1);
      for (const { rank, signals, unit } of hits)
        expect(rank).toBe((signals.keyword ?? Number.NaN) * unit.evidence.confidence);
    });

    it('pages to the same list as one long page, with and without domains', async ({ store }) => {
      for (let count = 0; count < 14; count++)
        await putConfident(store, 0.5 + (count % 3) / 10, {
          domains: ['a', `b${count % 2}`],
          insight: { summary: `walrus ${'and more '.repeat(count % 4)}`, detail: count % 5 ? '' : 'walrus' },
        });
      for (const filter of [{}, { domains: ['a', 'b1'] }]) {
        const all = (await store.units.search({ text: 'walrus', filter, limit: 50 })).hits;
        expect(all).toHaveLength(14);
        for (const limit of [1, 5, 14]) expect(await searchAll(store, { text: 'walrus', filter, limit })).toEqual(all);
      }
    });
  });

  describe('searching by words within domains', () => {
    it('narrows to the domains, and lets the words rank', async ({ store }) => {
      const silent = await put(store, { domains: ['a'] });
      const inside = await put(store, { domains: ['a', 'b'], insight: { summary: 'a walrus' } });
      const last = await put(store, { domains: ['a', 'b', 'c'] });
      await put(store, { domains: ['c'], insight: { summary: 'walrus walrus' } });
      expect(await found(store, 'walrus', { domains: ['a'] })).toEqual([inside.id, silent.id, last.id]);
      expect(await found(store, 'walrus', { domains: ['a', 'b'], domainMatch: 'all' })).toEqual([inside.id, last.id]);
      expect(await found(store, 'walrus', { domains: ['none'] })).toEqual([]);
    });

    it('finds only what the filter lets through', async ({ store }) => {
      const domains = ['a', 'b'];
      const one = await putConfident(store, 0.9, { domains: ['a'], tier: 'public', createdAt: later(1) });
      const two = await putConfident(store, 0.6, { domains: ['a', 'only'], createdAt: later(2), createdBy: 'zoe' });
      const waiting = await putConfident(store, 0.5, { domains: ['a'], status: 'pending', createdAt: later(3) });
      await store.units.flag(aFlag(two.id), confidence.flagged);
      expect(await found(store, 'lesson', { domains })).toEqual([one.id, two.id]);
      expect(await found(store, 'lesson', { domains, tiers: ['public'] })).toEqual([one.id]);
      expect(await found(store, 'lesson', { domains, confidence: { max: 0.5 } })).toEqual([two.id]);
      expect(await found(store, 'lesson', { domains, createdAt: { from: later(2) } })).toEqual([two.id]);
      expect(await found(store, 'lesson', { domains, hasFlags: true })).toEqual([two.id]);
      expect(await found(store, 'lesson', { domains, createdBy: 'zoe' })).toEqual([two.id]);
      expect(await found(store, 'lesson', { domains, within: ['only'] })).toEqual([two.id]);
      expect(await found(store, 'lesson', { domains, statuses: ['pending'] })).toEqual([waiting.id]);
    });

    it('is searching by domain when the text holds no word', async ({ store }) => {
      await put(store, { domains: ['a'] });
      await put(store, { domains: ['a', 'b'] });
      const filter = { domains: ['a'] };
      const byDomain = (await store.units.search({ filter, limit: 9 })).hits;
      expect(byDomain).toHaveLength(2);
      for (const text of ['', ' ', 'of the and', '?!'])
        expect((await store.units.search({ text, filter, limit: 9 })).hits).toEqual(byDomain);
    });
  });
}
