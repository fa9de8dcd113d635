import { describe, expect } from 'vitest';
import type { SearchQuestion, Store } from '../../../src/store/store.ts';
import { searchAll } from './domain-search.ts';
import { drawing, idsOf, put, putConfident, random, type StoreTest } from './fixture.ts';

const search = (store: Store, question: Partial<SearchQuestion>) =>
  store.units.search({ filter: { statuses: ['approved'] }, limit: 50, ...question });

/** The score and coverage of the best unit; null for none. */
async function best(store: Store, text: string) {
  const [hit] = (await search(store, { text, limit: 1 })).hits;
  return hit ? { score: hit.score, coverage: hit.signals.coverage ?? Number.NaN } : null;
}

const words = ['walrus', 'tusk', 'harbour', 'lantern', 'copper', 'violin', 'meadow', 'anchor', 'saddle', 'thimble'];

async function fill(store: Store, count = 60) {
  const { some, one } = drawing(random(7));
  for (let index = 0; index < count; index++)
    await putConfident(store, one([0.35, 0.5, 0.9]), {
      domains: [one(['sea', 'land'])],
      insight: { summary: `note ${some(words, 3).join(' ')}`, detail: some(words, 8).join(' '), action: '' },
    });
}

/** What an answer says about how good it is. */
export function knowingConformance(it: StoreTest) {
  describe('a score', () => {
    it('says how well the text is answered at all, not only how well beside the others', async ({ store }) => {
      await fill(store);
      await put(store, {
        insight: { summary: 'The gateway drops idle websocket connections', detail: 'after a minute' },
      });
      const whole = await best(store, 'gateway drops idle websocket');
      const part = await best(store, 'gateway tls certificate rotation expired everywhere');
      const none = await best(store, 'tls certificate rotation expired note');
      expect(whole?.score).toBeGreaterThan(0.6);
      expect(part?.score).toBeLessThan(0.25);
      expect(none?.score).toBeLessThan(part?.score ?? 0);
      expect(whole?.coverage).toBe(1);
      expect(part?.coverage).toBeGreaterThan(0.05);
      expect(part?.coverage).toBeLessThan(0.3);
    });

    it('of one word that stands in a unit is high, however common the word', async ({ store }) => {
      await fill(store);
      for (const text of ['note', 'walrus']) {
        const { score = 0, coverage } = (await best(store, text)) ?? {};
        expect([text, coverage, score > 0.5]).toEqual([text, 1, true]);
      }
    });

    it('of the best does not depend on its confidence', async ({ store }) => {
      const { id } = await putConfident(store, 0.9, { insight: { summary: 'walrus' } });
      const trusted = await best(store, 'walrus tusk');
      expect(trusted?.score).toBeGreaterThan(0);
      await store.units.flag(
        {
          id: `flg_${'1'.repeat(32)}`,
          unitId: id,
          reason: 'stale',
          detail: null,
          duplicateOf: null,
          createdAt: new Date(),
          createdBy: 'mia',
        },
        -0.7,
      );
      expect(await best(store, 'walrus tusk')).toEqual(trusted);
    });

    it('falls with the rank', async ({ store }) => {
      await fill(store);
      for (const question of [
        { text: 'walrus harbour violin' },
        { text: 'walrus lantern', filter: { domains: ['sea'] } },
        { text: 'unheard', filter: { domains: ['sea'], languages: ['go'] } },
      ]) {
        const { hits } = await search(store, question);
        expect(hits.length).toBeGreaterThan(3);
        for (const [place, { rank, score, signals }] of hits.entries()) {
          const before = hits[place - 1];
          expect(score).toBeLessThanOrEqual(before?.score ?? 1);
          expect(rank).toBeLessThanOrEqual(before?.rank ?? 1);
          for (const value of [score, rank, signals.coverage]) {
            expect(value).toBeGreaterThanOrEqual(0);
            expect(value).toBeLessThanOrEqual(1);
          }
        }
      }
    });
  });

  describe('a least score', () => {
    it('leaves out what is below, and pages to the same list', async ({ store }) => {
      await fill(store);
      for (const question of [
        { text: 'walrus harbour violin', filter: {} },
        { text: 'walrus lantern unheard', filter: { domains: ['sea'] } },
        { text: 'copper thimble', filter: { languages: ['go'] } },
      ]) {
        const all = await searchAll(store, { ...question, limit: 50 });
        for (const place of [0, Math.floor(all.length / 3), all.length - 1]) {
          const minScore = all[place]?.score ?? 0;
          const kept = all.filter(({ score }) => score >= minScore);
          for (const limit of [1, 4, 50])
            expect(await searchAll(store, { ...question, limit, minScore })).toEqual(kept);
          const { hits, hasMore } = await search(store, { ...question, limit: kept.length, minScore });
          expect([hits.length, hasMore]).toEqual([kept.length, false]);
        }
        const above = (all[0]?.score ?? 0) + 0.001;
        if (above < 1)
          expect(await search(store, { ...question, minScore: above })).toMatchObject({ hits: [], hasMore: false });
      }
    });

    it('is no matter without words to go by', async ({ store }) => {
      await fill(store);
      const filter = { domains: ['sea'] };
      const { hits } = await search(store, { filter });
      expect(hits.length).toBeGreaterThan(10);
      for (const question of [{ filter }, { filter, text: 'of the' }, { filter, text: '?!' }]) {
        const answer = await search(store, { ...question, minScore: 1 });
        expect(answer.hits).toEqual(hits);
      }
      for (const { score, rank, signals, unit } of hits) {
        expect([rank, signals.coverage]).toEqual([score, null]);
        expect(score).toBe(0.55 * signals.domain * unit.evidence.confidence);
      }
    });

    it('keeps what a common word finds', async ({ store }) => {
      for (let index = 0; index < 700; index++)
        await put(store, { insight: { summary: 'walrus', detail: 'word '.repeat(index % 50), action: '' } });
      expect((await search(store, { text: 'walrus', minScore: 0.3, limit: 5 })).hits).toHaveLength(5);
      expect((await search(store, { text: 'walrus', minScore: 1 })).hits.length).toBeLessThan(50);
      const question = 'walrus tls certificate rotation';
      expect((await search(store, { text: question, minScore: 0.3 })).hits).toEqual([]);
    });
  });

  describe('highlights', () => {
    it.for<[text: string, summary: string, found: string[]]>([
      ['meadow', 'A meadow is a Meadow; meadows, though', ['meadow', 'Meadow', 'meadows']],
      ['connect', 'connections are connected, disconnected', ['connections', 'connected']],
      ['cafe', 'Ｃａｆé au lait', ['Ｃａｆé']],
      ['error module', 'ERR_MODULE_NOT_FOUND', ['MODULE']],
      ['ERR_MODULE_NOT_FOUND', 'see ERR_MODULE_NOT_FOUND.', ['ERR_MODULE_NOT_FOUND']],
      ['state', 'call useState() or (useEffect)', ['State']],
      ['useState', '`useState`, "use" it', ['useState', 'use']],
      ['the of and', 'the end of it', []],
      ['', 'walrus', []],
      ['walrus', 'no such animal', []],
      ['walrus', '🦭 a walrus 🦭🦭 walrus', ['walrus', 'walrus']],
      ['<b>', '<b>bold</b> & "b"', ['b', 'b', 'b']],
    ])('of %o in %o', async ([text, summary, found], { store }) => {
      const { summary: ranges, ...others } = store.units.highlighter(text)({ summary, detail: summary, action: '' });
      const points = [...summary];
      expect(ranges.map(({ start, end }) => points.slice(start, end).join(''))).toEqual(found);
      expect(others).toEqual({ detail: ranges, action: [] });
    });

    it('are few, in a text of any form', async ({ store }) => {
      for (const detail of [
        'walrus '.repeat(1142),
        'walrus'.repeat(1300),
        `${'é-'.repeat(4000)} walrus`,
        '🦭'.repeat(8000),
      ]) {
        const { detail: ranges } = store.units.highlighter('walrus')({ summary: '', detail, action: '' });
        expect(ranges.length).toBeLessThanOrEqual(20);
      }
      expect(
        store.units.highlighter('walrus')({ summary: '', detail: 'walrus '.repeat(99), action: '' }).detail,
      ).toHaveLength(20);
    });

    it('stand in every unit that a word of the text found', async ({ store }) => {
      await fill(store);
      const text = 'walrus harbours VIOLIN';
      const { hits } = await search(store, { text });
      expect(idsOf(hits.map(({ unit }) => unit)).length).toBeGreaterThan(3);
      for (const { unit } of hits)
        expect(Object.values(store.units.highlighter(text)(unit.insight)).flat().length).toBeGreaterThan(0);
    });
  });
}
