import { describe, expect } from 'vitest';
import type { KnowledgeUnit, SearchQuestion, Store, UnitFilter } from '../../../src/store/store.ts';
import { campaign } from '../../campaign.ts';
import { aUnit } from '../../harness.ts';
import { searchAll } from './domain-search.ts';
import { aReview, drawing, idsOf, noon, put, putMany, random, type StoreTest, withConfidence } from './fixture.ts';
import { aModel, aVector, cosine, expectedNearest, near, rounded, useModel, work } from './vectors.ts';

const approved = ['approved'] as const;
const subjects = ['retry', 'cache', 'token', 'socket', 'schema', 'index', 'lock', 'queue'];

/** Units about a few subjects, and questions: vectors lean towards a subject's, as those of a good model do. */
export async function putSubjects(store: Store, count: number, dimensions: number, seed = 11) {
  const next = random(seed);
  const { one, some } = drawing(next);
  const centres = new Map(subjects.map((subject) => [subject, aVector(next, dimensions)]));
  const about = (subject: string) => near(next, centres.get(subject) as Float32Array);
  const questions = Array.from({ length: 6 }, () => one(subjects)).map((subject) => ({
    subject,
    vector: about(subject),
  }));
  // two databases add up in different orders: no cosine may stand where they could round to different sides
  const isClear = (vector: Float32Array) =>
    questions.every((question) => rounded(cosine(vector, question.vector)) !== null);
  const clear = (subject: string): Float32Array => {
    const vector = about(subject);
    return isClear(vector) ? vector : clear(subject);
  };
  const vectors = new Map<string, Float32Array>();
  const units: KnowledgeUnit[] = [];
  for (let index = 0; index < count; index++) {
    const subject = one(subjects);
    const unit = aUnit({
      ...withConfidence(one([0.5, 0.8, 0.7999999999999999, 0.35, 1])),
      id: `ku_${(seed * 100_000 + index).toString(16).padStart(32, '0')}`,
      domains: some(['api', 'db', 'ui', 'ops'], 2),
      context: { languages: some(['go', 'rust'], 1), frameworks: [], pattern: '' },
      insight: { summary: `${subject} ${one(subjects)} ${one(subjects)}`, detail: some(subjects, 6).join(' ') },
      status: one(['approved', 'approved', 'approved', 'pending']),
    });
    units.push(unit);
    // some stand in the same place
    vectors.set(unit.id, (next() < 0.1 && vectors.get(units[index - 1]?.id ?? '')) || clear(subject));
  }
  await putMany(store, units);
  return { units, vectors, questions, make: ({ id }: KnowledgeUnit) => vectors.get(id) as Float32Array };
}

/** The vectors of the units that `passes` lets through. */
const only = (
  units: readonly KnowledgeUnit[],
  vectors: ReadonlyMap<string, Float32Array>,
  passes: (unit: KnowledgeUnit) => boolean,
) => new Map(units.filter(passes).map(({ id }) => [id, vectors.get(id) as Float32Array]));

/** The ranking as documented, written down a second time and without SQL; keywords as the store itself finds them. */
async function expectedRanking(
  store: Store,
  { text, filter, meaning }: SearchQuestion,
  units: readonly KnowledgeUnit[],
  vectors: ReadonlyMap<string, Float32Array>,
) {
  if (!meaning) throw new Error('there is nothing to compare');
  const { domains = [], languages = [] } = filter;
  const byWords = text ? await searchAll(store, { text, filter, limit: 50 }) : [];
  const keywords = new Map(byWords.map(({ unit, signals }) => [unit.id, signals]));
  const passing = units.filter(
    (unit) => unit.status === 'approved' && (domains.length === 0 || unit.domains.some((one) => domains.includes(one))),
  );
  const nearest = expectedNearest(
    only(passing, vectors, () => true),
    meaning.vector,
    100,
  ).map(({ unitId, similarity }) => [unitId, Math.round(similarity * 10_000)] as const);
  const [best = 0, worst = 0] = [nearest.at(0)?.[1], nearest.at(-1)?.[1]];
  const semantics = new Map(nearest.map(([id, value]) => [id, best === worst ? 1 : (value - worst) / (best - worst)]));
  // of words alone the first one's score is their strength
  const strengths = [
    ...(text ? [[0.6, byWords[0]?.score ?? 0] as const] : []),
    [meaning.weight, Math.max(0, best / 10_000)],
  ] as const;
  const [single] = strengths;
  const strength =
    strengths.length === 1
      ? (single?.[1] ?? 0)
      : strengths.reduce((sum, [share, value]) => sum + share * value, 0) /
        strengths.reduce((sum, [share]) => sum + share, 0);
  const similarities = new Map(nearest.map(([id, value]) => [id, Math.max(0, value / 10_000)]));
  const ranked = passing
    .filter(({ id }) => domains.length > 0 || keywords.has(id) || semantics.has(id))
    .map((unit) => {
      const shared = unit.domains.filter((one) => domains.includes(one)).length;
      const domain = shared / new Set([...unit.domains, ...domains]).size;
      const language = unit.context.languages.some((one) => languages.includes(one)) ? 1 : 0;
      const keyword = text ? (keywords.get(unit.id)?.keyword ?? 0) : null;
      const coverage = text ? (keywords.get(unit.id)?.coverage ?? 0) : null;
      const similarity = similarities.get(unit.id) ?? null;
      const semantic = semantics.get(unit.id) ?? 0;
      const related = domains.length > 0 || languages.length > 0;
      const relevance = languages.length > 0 ? 0.55 * domain + 0.15 * language : 0.55 * domain;
      let [sum, weight] = [0, 0];
      for (const [share, signal] of [
        [0.6, keyword],
        [meaning.weight, semantic],
        [0.2, related ? relevance : null],
      ] as const)
        if (signal !== null) [sum, weight] = [sum + share * signal, weight + share];
      const alone = keyword === null && !related;
      const rank = (alone ? semantic : sum / weight) * unit.evidence.confidence;
      return {
        id: unit.id,
        rank,
        signals: { keyword, semantic, coverage, similarity, domain, language, framework: 0, pattern: 0 },
      };
    })
    .sort((a, b) => b.rank - a.rank || (a.id < b.id ? 1 : -1));
  const highest = ranked[0]?.rank || 1;
  return ranked.map((each) => ({ ...each, score: strength * Math.sqrt(each.rank / highest) }));
}

/** Search by meaning. Mount it where the database can hold vectors. */
export function semanticSearchConformance(it: StoreTest) {
  describe('the nearest units', () => {
    it('are the same, in the same order, as every cosine says', async ({ store }) => {
      const { vectors, questions, make } = await putSubjects(store, 300, 24);
      const model = await store.embeddings.register(aModel(24), noon);
      await work(store, model.id, make);
      for (const state of ['building', 'active']) {
        expect((await store.embeddings.models()).map((one) => one.state)).toEqual([state]);
        for (const { vector } of questions)
          for (const limit of [1, 10, 200])
            expect(await store.embeddings.nearest(model.id, vector, {}, limit)).toEqual(
              expectedNearest(vectors, vector, limit),
            );
        await store.embeddings.activate(model.id);
      }
    });

    it('are those that the filter lets through', async ({ store }) => {
      const { units, vectors, questions, make } = await putSubjects(store, 150, 24);
      const model = await useModel(store, 24, make);
      const filters: [UnitFilter, (unit: KnowledgeUnit) => boolean][] = [
        [{ statuses: ['pending'] }, ({ status }) => status === 'pending'],
        [{ domains: ['api'] }, ({ domains }) => domains.includes('api')],
        [
          { domains: ['api', 'db'], domainMatch: 'all' },
          ({ domains }) => domains.includes('api') && domains.includes('db'),
        ],
        [
          { domains: ['ui', 'ops'], statuses: approved },
          ({ domains, status }) => status === 'approved' && domains.some((one) => one === 'ui' || one === 'ops'),
        ],
        [{ languages: ['rust'] }, ({ context }) => context.languages.includes('rust')],
        [{ confidence: { min: 0.8 } }, ({ evidence }) => evidence.confidence >= 0.8],
        [{ hasFlags: true }, () => false],
        [{ within: ['api', 'x'] }, ({ domains }) => domains.includes('api')],
      ];
      for (const [filter, passes] of filters)
        for (const { vector } of questions)
          expect(await store.embeddings.nearest(model.id, vector, filter, 20)).toEqual(
            expectedNearest(only(units, vectors, passes), vector, 20),
          );
    });

    it('are found among more than the index is asked for, also where the filter leaves out most', async ({ store }) => {
      const { units, vectors, questions, make } = await putSubjects(store, 900, 64);
      const model = await useModel(store, 64, make);
      const rare = new Set<string>();
      for (const { id, status } of units)
        if (status === 'pending' && rare.size < 12) {
          await store.reviews.decide(id, aReview('rejected'));
          rare.add(id);
        }
      const rejected = only(units, vectors, ({ id }) => rare.has(id));
      for (const { vector } of questions) {
        expect(await store.embeddings.nearest(model.id, vector, {}, 10)).toEqual(expectedNearest(vectors, vector, 10));
        expect(await store.embeddings.nearest(model.id, vector, { statuses: ['rejected'] }, 10)).toEqual(
          expectedNearest(rejected, vector, 10),
        );
      }
    });
  });

  describe('searching by meaning', () => {
    const question = (modelId: number, vector: Float32Array, rest: Partial<SearchQuestion> = {}): SearchQuestion => ({
      filter: { statuses: approved },
      meaning: { modelId, vector, meanCosine: null, weight: 0.2 },
      limit: 50,
      ...rest,
    });

    it('ranks by the formula, and pages to the same list as one long page', async ({ store }) => {
      const { units, vectors, questions, make } = await putSubjects(store, 150, 24);
      const model = await useModel(store, 24, make);
      for (const { subject, vector } of questions.slice(0, campaign(3, questions.length)))
        for (const text of [undefined, `${subject} cache`, 'unheard'])
          for (const filter of [
            {},
            { domains: ['api', 'db'] },
            { languages: ['go'] },
            { domains: ['ui'], languages: ['go'] },
          ])
            for (const weight of [0.2, 0.5]) {
              const asked = question(model.id, vector, {
                text,
                filter: { statuses: approved, ...filter },
                meaning: { modelId: model.id, vector, meanCosine: null, weight },
              });
              const expected = await expectedRanking(store, asked, units, vectors);
              const hits = await searchAll(store, asked);
              expect(hits.map(({ unit, rank, score, signals }) => ({ id: unit.id, rank, score, signals }))).toEqual(
                expected,
              );
              expect(await searchAll(store, { ...asked, limit: 23 })).toEqual(hits);
            }
    });

    it('finds units without any of the words', async ({ store }) => {
      const next = random(12);
      const there = await put(store, { insight: { summary: 'Back off when a gateway is busy' } });
      const far = await put(store, { insight: { summary: 'Name the columns' } });
      const vector = aVector(next, 24);
      const model = await useModel(store, 24, ({ id }) => (id === there.id ? vector : aVector(next, 24)));
      const { hits, words } = await store.units.search(question(model.id, vector, { text: 'exponential retries' }));
      expect(idsOf(hits.map(({ unit }) => unit))).toEqual([there.id, far.id]);
      expect(hits[0]?.signals).toMatchObject({ keyword: 0, semantic: 1 });
      expect(words).toEqual({ used: 2, given: 2 });
      // a text without words
      const alone = await store.units.search(question(model.id, vector, { text: '?!' }));
      expect(idsOf(alone.hits.map(({ unit }) => unit))).toEqual([there.id, far.id]);
      expect(alone.hits[0]?.signals).toMatchObject({ keyword: null, semantic: 1 });
      expect(alone.hits[0]?.rank).toBe(there.evidence.confidence);
      expect(alone.hits[0]).toMatchObject({ score: 1, signals: { coverage: null, similarity: 1 } });
      // 0.6 for words, of which there are none, and 0.2 for meaning
      expect(hits[0]?.score).toBeCloseTo(0.2 / 0.8, 10);
      const least = (minScore: number) => store.units.search(question(model.id, vector, { text: '?!', minScore }));
      expect(idsOf((await least(0.9)).hits.map(({ unit }) => unit))).toEqual([there.id]);
      expect(await least(1)).toMatchObject({ neighbours: 2 });
    });

    it('follows decisions at once', async ({ store }) => {
      const next = random(13);
      const waiting = await put(store, { status: 'pending' });
      const vector = aVector(next, 24);
      const model = await useModel(store, 24, () => vector);
      expect((await store.units.search(question(model.id, vector))).hits).toEqual([]);
      await store.reviews.decide(waiting.id, aReview('approved'));
      const { hits } = await store.units.search(question(model.id, vector));
      expect(hits.map(({ unit, signals }) => [unit.id, signals.semantic])).toEqual([[waiting.id, 1]]);
    });

    it('never comes back empty or fails while the model is replaced by one of another size', async ({ store }) => {
      const next = random(14);
      const vectors = new Map<string, Float32Array>();
      const make = (dimensions: number) => (unit: KnowledgeUnit) => {
        const key = `${dimensions} ${unit.id}`;
        vectors.set(key, vectors.get(key) ?? aVector(next, dimensions));
        return vectors.get(key) as Float32Array;
      };
      for (let index = 0; index < 40; index++) await put(store, { insight: { summary: `lesson ${index}` } });
      await useModel(store, 384, make(384));
      const aims = new Map([384, 512].map((size) => [size, aVector(next, size)]));
      let changing = true;
      const searched = new Set<number>();
      const search = async () => {
        while (changing) {
          // a database in this process answers without ever letting timers run
          await new Promise((resolve) => setImmediate(resolve));
          const active = (await store.embeddings.models()).find(({ state }) => state === 'active');
          if (!active) throw new Error('no model is active');
          const vector = aims.get(active.dimensions) as Float32Array;
          const { hits } = await store.units.search(question(active.id, vector, { text: 'lesson', limit: 5 }));
          expect(hits).toHaveLength(5);
          // also by the model that has just been retired
          expect(hits[0]?.signals.semantic).toBeGreaterThan(0);
          searched.add(active.dimensions);
        }
      };
      const searching = Promise.all([search(), search()]);
      const until = async (seen: number) => {
        while (!searched.has(seen)) await new Promise((resolve) => setTimeout(resolve, 5));
      };
      const change = async () => {
        await until(384);
        await useModel(store, 512, make(512));
        await until(512);
      };
      await Promise.race([change(), searching]).finally(() => {
        changing = false;
      });
      await searching;
      expect([...searched]).toEqual([384, 512]);
      expect((await store.embeddings.models()).map(({ state }) => state)).toEqual(['retired', 'active']);
    });
  });
}
