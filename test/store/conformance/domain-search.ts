import { describe, expect } from 'vitest';
import { confidence } from '../../../src/domain/rules.ts';
import type { KnowledgeUnit, SearchHit, SearchQuestion, Store, UnitFilter } from '../../../src/store/store.ts';
import { aUnit } from '../../harness.ts';
import {
  aFlag,
  aReview,
  drawing,
  later,
  put,
  putConfident,
  putMany,
  random,
  type StoreTest,
  withConfidence,
} from './fixture.ts';

const approved = ['approved'] as const;

/** cq's ranking, written down a second time and without SQL. */
function expectedRanking(units: readonly KnowledgeUnit[], filter: UnitFilter) {
  const { domains = [], languages = [], frameworks = [], pattern, statuses = approved, tiers, domainMatch } = filter;
  const matches = (unit: KnowledgeUnit) =>
    domainMatch === 'all'
      ? domains.every((domain) => unit.domains.includes(domain))
      : unit.domains.some((domain) => domains.includes(domain));
  return units
    .filter((unit) => statuses.includes(unit.status) && matches(unit) && (tiers?.includes(unit.tier) ?? true))
    .map((unit) => {
      const shared = unit.domains.filter((domain) => domains.includes(domain)).length;
      const domain = shared / new Set([...unit.domains, ...domains]).size;
      const language = unit.context.languages.some((one) => languages.includes(one)) ? 1 : 0;
      const framework = unit.context.frameworks.some((one) => frameworks.includes(one)) ? 1 : 0;
      const same = pattern && unit.context.pattern.toLowerCase() === pattern.toLowerCase() ? 1 : 0;
      const relevance = Math.min(0.55 * domain + 0.15 * language + 0.15 * framework + 0.15 * same, 1);
      const words = { keyword: null, semantic: null, coverage: null, similarity: null };
      const signals = { ...words, domain, language, framework, pattern: same };
      return { id: unit.id, score: relevance * unit.evidence.confidence, signals };
    })
    .sort((a, b) => b.score - a.score || (a.id < b.id ? 1 : -1));
}

/** All hits of a question, `limit` at a time. */
export async function searchAll(store: Store, question: SearchQuestion): Promise<SearchHit[]> {
  const hits: SearchHit[] = [];
  for (let more = true; more; ) {
    const last = hits.at(-1);
    const page = await store.units.search({ ...question, after: last && { rank: last.rank, id: last.unit.id } });
    hits.push(...page.hits);
    if (hits.length > 1000) throw new Error('the pages never end');
    more = page.hasMore;
  }
  return hits;
}

/** Units with few tags, contexts and confidences, so that many scores are equal. */
async function putDrawn(store: Store, next: () => number, tags: readonly string[]): Promise<KnowledgeUnit[]> {
  const { one, some } = drawing(next);
  const units = Array.from({ length: 300 }, () =>
    aUnit({
      ...withConfidence(one([0.5, 0.6, 0.7999999999999999, 0.35, 0, 1])),
      domains: some(tags, 6),
      context: {
        languages: some(['go', 'c', 'rust', ''], 2),
        frameworks: some(['vue', 'gin'], 1),
        pattern: one(['', 'Retry', 'rEtry']),
      },
      status: one(['approved', 'approved', 'approved', 'pending', 'rejected']),
    }),
  );
  await putMany(store, units);
  return units;
}

export function domainSearchConformance(it: StoreTest) {
  describe('searching by domain', () => {
    const found = async (store: Store, filter: UnitFilter) =>
      (await store.units.search({ filter: { statuses: approved, ...filter }, limit: 10 })).hits.map(
        ({ unit }) => unit.id,
      );

    it('ranks as cq does, to the last bit, ties to the higher id', async ({ store }) => {
      const next = random(7);
      const { some } = drawing(next);
      const tags = Array.from({ length: 25 }, (_, index) => `tag${index}`);
      const units = await putDrawn(store, next, tags);
      let ties = 0;
      for (let count = 0; count < 60; count++) {
        const filter = {
          statuses: approved,
          domains: some(tags, 5),
          ...(next() < 0.5 && { languages: some(['go', 'rust', 'Go'], 2) }),
          ...(next() < 0.5 && { frameworks: some(['vue', 'gin'], 2) }),
          ...(next() < 0.3 && { pattern: 'RETRY' }),
        };
        const limit = 1 + Math.floor(next() * 40);
        const expected = expectedRanking(units, filter);
        const { hits, hasMore, words } = await store.units.search({ filter, limit });
        expect(hits.map(({ unit, score, signals }) => ({ id: unit.id, score, signals }))).toEqual(
          expected.slice(0, limit),
        );
        expect(hasMore).toBe(expected.length > limit);
        expect(words).toEqual({ used: 0, given: 0 });
        expect(hits.map(({ unit }) => unit)).toEqual(await store.units.findMany(hits.map(({ unit }) => unit.id)));
        ties += expected.filter(({ score }, index) => score === expected[index + 1]?.score).length;
      }
      expect(ties).toBeGreaterThan(100);
    });

    it('ranks as cq does in domains of many units, page by page', async ({ store }) => {
      const next = random(23);
      const { one, some } = drawing(next);
      const confidences = [0.5, 0.5, 0.6, 0.7999999999999999, 0.8, 1, 0.35, 0];
      const units = Array.from({ length: 2400 }, (_, index) =>
        aUnit({
          ...withConfidence(one(confidences)),
          // two large domains hardly meet, others often do, and some are small or in between
          domains: [
            ...(index % 2 === 0 ? ['even', ...some(['a', 'b', 'c'], 2)] : ['odd', ...some(['b', 'c', 'd'], 3)]),
            ...(index % 97 === 0 ? ['even', 'odd'] : []),
            ...(index % 40 === 0 ? ['rare'] : []),
            ...(index % 7 === 0 ? ['middle'] : []),
          ].filter((domain, place, all) => all.indexOf(domain) === place),
          context: { languages: some(['go', 'c'], 2), frameworks: index % 300 === 0 ? ['gin'] : [], pattern: '' },
          status: one(['approved', 'approved', 'approved', 'approved', 'pending']),
          tier: index % 50 === 0 ? 'public' : 'private',
        }),
      );
      await putMany(store, units);
      for (let count = 0; count < 60; count++) {
        const filter: UnitFilter = {
          statuses: next() < 0.8 ? approved : ['approved', 'pending'],
          domains: ['even', 'odd', ...some(['a', 'b', 'c', 'd', 'rare', 'middle', 'none'], 7)],
          ...(next() < 0.3 && { domains: ['even', 'odd', 'b', 'c'], domainMatch: 'all' }),
          ...(next() < 0.3 && { languages: ['go'] }),
          ...(next() < 0.2 && { frameworks: ['gin'] }),
          ...(next() < 0.2 && { tiers: ['public'] }),
        };
        const limit = 1 + Math.floor(next() * (next() < 0.2 ? 300 : 20));
        const expected = expectedRanking(units, filter).map(({ id, score }) => ({ id, score }));
        let from = 0;
        for (let turn = 0; turn < 3; turn++) {
          const last = expected[from - 1];
          const after = last && { rank: last.score, id: last.id };
          const { hits, hasMore } = await store.units.search({ filter, limit, after });
          expect(hits.map(({ unit, score }) => ({ id: unit.id, score }))).toEqual(expected.slice(from, from + limit));
          expect(hasMore).toBe(expected.length > from + limit);
          from = Math.min(from + limit, expected.length);
          if (turn === 1) from = Math.max(from, Math.floor(next() * expected.length));
        }
      }
    });

    it('gives 1 at most, and the confidence itself to a unit that has everything', async ({ store }) => {
      const context = { languages: ['go'], frameworks: ['gin'], pattern: 'retry' };
      await putConfident(store, 0.7999999999999999, { domains: ['a'], context });
      const filter = { domains: ['a'], languages: ['go'], frameworks: ['gin'], pattern: 'RETRY' };
      const [hit] = (await store.units.search({ filter, limit: 1 })).hits;
      expect(hit?.score).toBe(Math.min(0.55 + 0.15 + 0.15 + 0.15, 1) * 0.7999999999999999);
    });

    it('pages to the same list as one long page, ties and all', async ({ store }) => {
      for (let count = 0; count < 12; count++)
        await putConfident(store, (count % 4) / 4, { domains: ['a', `b${count % 2}`] });
      const filter = { statuses: approved, domains: ['a', 'b1'] };
      const all = (await store.units.search({ filter, limit: 50 })).hits;
      expect(all).toHaveLength(12);
      for (const limit of [1, 5, 12]) expect(await searchAll(store, { filter, limit })).toEqual(all);
    });

    it('wants every domain when asked to', async ({ store }) => {
      const both = await put(store, { domains: ['a', 'b', 'c'] });
      const one = await put(store, { domains: ['a'] });
      expect(await found(store, { domains: ['a', 'b'], domainMatch: 'all' })).toEqual([both.id]);
      expect(await found(store, { domains: ['a', 'b'], domainMatch: 'any' })).toEqual([both.id, one.id]);
      expect(await found(store, { domains: ['a', 'z'], domainMatch: 'all' })).toEqual([]);
    });

    it('narrows by status, tier, confidence, time and flags', async ({ store }) => {
      const domains = ['a'];
      const one = await putConfident(store, 0.9, { domains, tier: 'public', createdAt: later(1), createdBy: 'zoe' });
      const two = await putConfident(store, 0.8, { domains: ['a', 'only'], createdAt: later(2) });
      const waiting = await putConfident(store, 0.7, { domains, status: 'pending', createdAt: later(3) });
      await store.units.flag(aFlag(one.id), confidence.flagged);
      expect(await found(store, { domains, tiers: ['public'] })).toEqual([one.id]);
      expect(await found(store, { domains, confidence: { min: 0.76 } })).toEqual([two.id]);
      expect(await found(store, { domains, createdAt: { to: later(2) } })).toEqual([one.id]);
      expect(await found(store, { domains, hasFlags: false })).toEqual([two.id]);
      expect(await found(store, { domains, createdBy: 'zoe' })).toEqual([one.id]);
      expect(await found(store, { domains, within: ['only', 'a'] })).toEqual([one.id, two.id]);
      expect(await found(store, { domains, within: ['only'] })).toEqual([two.id]);
      expect(await found(store, { domains, statuses: ['pending'] })).toEqual([waiting.id]);
      expect(await found(store, { domains, statuses: ['pending', 'approved'] })).toHaveLength(3);
    });

    it('follows decisions, confirmations and flags at once', async ({ store }) => {
      const [one, two] = [await put(store, { domains: ['a'] }), await put(store, { domains: ['a'] })];
      const waiting = await put(store, { domains: ['a'], status: 'pending' });
      expect(await found(store, { domains: ['a'] })).toEqual([two.id, one.id]);
      await store.units.confirm(one.id, 'mia', later(1), confidence.confirmed);
      expect(await found(store, { domains: ['a'] })).toEqual([one.id, two.id]);
      await store.units.flag(aFlag(one.id), confidence.flagged);
      expect(await found(store, { domains: ['a'] })).toEqual([two.id, one.id]);
      await store.reviews.decide(waiting.id, aReview('approved'));
      expect(await found(store, { domains: ['a'] })).toEqual([waiting.id, two.id, one.id]);
    });

    it('counts a domain that a unit has twice once', async ({ store }) => {
      await put(store, { domains: ['a', 'b', 'a'] });
      const [hit] = (await store.units.search({ filter: { domains: ['a'] }, limit: 1 })).hits;
      expect(hit?.signals.domain).toBe(0.5);
    });

    it('counts a domain that is asked for twice once', async ({ store }) => {
      await put(store, { domains: ['a', 'b'] });
      for (const domainMatch of ['any', 'all'] as const) {
        const { hits } = await store.units.search({ filter: { domains: ['a', 'a'], domainMatch }, limit: 1 });
        expect([domainMatch, hits[0]?.signals.domain]).toEqual([domainMatch, 0.5]);
      }
    });

    it('finds nothing when nothing is asked for', async ({ store }) => {
      await put(store);
      const nothing = { hits: [], hasMore: false, words: { used: 0, given: 0 }, neighbours: 0, respelt: [] };
      expect(await store.units.search({ filter: { statuses: approved }, limit: 5 })).toEqual(nothing);
      expect(await store.units.search({ filter: { domains: ['none'] }, limit: 5 })).toEqual(nothing);
    });
  });
}
