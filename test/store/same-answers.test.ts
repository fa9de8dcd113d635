import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateUnits, load } from '../../bench/generate.ts';
import { frameworks, languages, patterns } from '../../bench/words.ts';
import { sqliteDatabase } from '../../src/config/sqlite-url.ts';
import { confidence } from '../../src/domain/rules.ts';
import { openStore } from '../../src/store/open.ts';
import type { Position, SearchQuestion, Store, UnitFilter, UnitOrder } from '../../src/store/store.ts';
import { configOf, createDatabase, type TestDatabase } from '../postgres/databases.ts';
import { aFlag, aReview, drawing, later, random } from './conformance/fixture.ts';

/** The same collection in both databases, and the same questions: the same units, in the same order, with the same numbers. */
const units = [...generateUnits(2000)].map(({ unit }) => unit);
const tags = byFrequency(units.flatMap(({ domains }) => domains));
const words = byFrequency(
  units.flatMap(({ insight }) =>
    `${insight.summary} ${insight.detail} ${insight.action}`.split(/[\s.`]+/).filter(Boolean),
  ),
);
const identifiers = words.filter((word) => /_|\p{Ll}\p{Lu}/u.test(word));

let database: TestDatabase;
let stores: readonly Store[] = [];
beforeAll(async () => {
  database = await createDatabase();
  stores = [
    await openStore(sqliteDatabase(':memory:'), { migrate: true }),
    await openStore(configOf(database.url), { migrate: false }),
  ];
  const ids = Array.from({ length: 90 }, (_, index) => aFlag('').id.replace('flg_0', `flg_${index % 10}`));
  for (const store of stores) {
    await load(store, units.length);
    await use(store, ids);
  }
});
afterAll(async () => {
  for (const store of stores) await store.close();
  await database?.[Symbol.asyncDispose]();
});

/** What people and agents do with a collection: the same for each store. */
async function use(store: Store, flagIds: readonly string[]) {
  const { one } = drawing(random(11));
  for (const [index, id] of flagIds.entries()) {
    const at = later(index * 1000);
    const unit = one(units);
    await store.units.confirm(one(units).id, one(['mia', 'rob', 'ann']), at, confidence.confirmed);
    await store.units.flag(
      aFlag(unit.id, { id, reason: one(['stale', 'incorrect']), createdAt: at, createdBy: 'mia' }),
      confidence.flagged,
    );
    await store.reviews.decide(unit.id, { ...aReview(one(['approved', 'rejected'])), reviewedAt: at });
    const { createdAt, ...proposal } = one(units);
    const taken = { ...proposal, id: unit.id.replace(/^ku_..../, 'ku_0000'), confidence: confidence.initial };
    await store.units.propose(taken, createdAt);
    store.usage.record([unit.id, one(units).id], at);
  }
  await store.usage.save();
}

/** Values, the most frequent ones first. */
function byFrequency(values: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((one, other) => other[1] - one[1]).map(([value]) => value);
}

type Draw = ReturnType<typeof drawing> & { readonly chance: () => number };
/** A question, and how it is put to a store. */
type Asked = readonly [question: unknown, ask: (store: Store) => Promise<unknown>];

function contextOf({ some, one, chance }: Draw): UnitFilter {
  return {
    ...(chance() < 0.4 && { languages: some(languages, 2) }),
    ...(chance() < 0.3 && { frameworks: some(frameworks, 2) }),
    ...(chance() < 0.3 && { pattern: one(patterns) }),
  };
}

function narrowing({ some, chance }: Draw): UnitFilter {
  const [low, high] = [chance(), chance()].sort();
  const [from, to] = [chance(), chance()]
    .sort()
    .map((share) => new Date(Date.UTC(2025, 0, 1) + share * 600 * 86_400_000));
  return {
    ...(chance() < 0.7 && { statuses: some(['approved', 'pending', 'rejected'], 2) }),
    ...(chance() < 0.2 && { tiers: some(['private', 'public', 'local'], 2) }),
    ...(chance() < 0.2 && {
      confidence: { ...(chance() < 0.7 && { min: low }), ...(chance() < 0.7 && { max: high }) },
    }),
    ...(chance() < 0.2 && { createdAt: { ...(chance() < 0.7 && { from }), ...(chance() < 0.7 && { to }) } }),
    ...(chance() < 0.2 && { reviewedAt: { ...(chance() < 0.7 && { from }), ...(chance() < 0.7 && { to }) } }),
    ...(chance() < 0.2 && { hasFlags: chance() < 0.5 }),
    ...(chance() < 0.2 && { within: some(tags, 4) }),
  };
}

const someDomains = ({ some, chance }: Draw): UnitFilter => ({
  domains: some(tags, 4),
  ...(chance() < 0.5 && { domainMatch: chance() < 0.5 ? 'all' : 'any' }),
});

/** Texts of one word or many, from the most frequent words to ones that no unit has. */
function text({ some, one, chance }: Draw): string {
  const picked = some(chance() < 0.5 ? words : words.slice(0, 300), 1 + Math.floor(chance() * 12));
  if (chance() < 0.4) picked.push(one(identifiers));
  if (chance() < 0.2) picked.push('unheardofword');
  return picked.join(chance() < 0.9 ? ' ' : ' AND "');
}

/** Up to four pages, each behind the last. */
function search(draw: Draw, question: Omit<SearchQuestion, 'limit'>): Asked {
  const limit = 1 + Math.floor(draw.chance() * 30);
  const ask = async (store: Store) => {
    const answers = [];
    let after: SearchQuestion['after'];
    do {
      const answer = await store.units.search({ ...question, limit, after });
      answers.push(answer);
      const last = answer.hits.at(-1);
      after = answer.hasMore && last ? { rank: last.rank, id: last.unit.id } : undefined;
    } while (after && answers.length < 4);
    return answers;
  };
  return [{ ...question, limit }, ask];
}

/** Up to four pages from one end of a list, and how many units it has. */
function list(draw: Draw): Asked {
  const { one, chance } = draw;
  const filter = {
    ...(chance() < 0.5 && someDomains(draw)),
    ...(chance() < 0.4 && contextOf(draw)),
    ...narrowing(draw),
  };
  const order: UnitOrder = {
    field: one([
      ...(['createdAt', 'updatedAt', 'confidence', 'confirmations'] as const),
      ...(['lastConfirmedAt', 'lastAnsweredAt', 'flags', 'confirmers'] as const),
    ]),
    direction: chance() < 0.5 ? 'asc' : 'desc',
  };
  const [limit, backward] = [1 + Math.floor(chance() * 30), chance() < 0.5];
  const skip = chance() < 0.2 ? Math.floor(chance() * 20) : 0;
  const ask = async (store: Store) => {
    const pages = [];
    let from: Position<Date | number> | undefined;
    do {
      const page = await store.units.list(filter, order, { limit, backward, skip, from });
      pages.push(page);
      const edge = backward ? 0 : page.items.length - 1;
      from = page.hasMore ? { key: page.keys[edge] as Date | number, id: page.items[edge]?.id ?? '' } : undefined;
    } while (from && pages.length < 4);
    return { pages, count: await store.units.count(filter) };
  };
  return [{ filter, order, limit, backward, skip }, ask];
}

function statistics({ some, chance }: Draw): Asked {
  const edges = [...new Set([0, Math.floor(chance() * 10) / 10, Math.floor(chance() * 10) / 10, 0.5, 1])].sort();
  const day = (from: number) => new Date(Date.UTC(2025, 0, 1) + from * 86_400_000).toISOString().slice(0, 10);
  const from = Math.floor(chance() * 600);
  const days = [day(from), day(from + Math.floor(chance() * 90))] as const;
  const limit = 1 + Math.floor(chance() * 100);
  const ids = some(units, 20).map(({ id }) => id);
  const ask = async (store: Store) => ({
    statuses: await store.stats.statusCounts(),
    tiers: await store.stats.tierCounts(),
    domains: await store.stats.domainCounts(limit),
    confidence: await store.stats.confidenceCounts(edges),
    trends: [...(await store.stats.trends(...days))].sort(([one], [other]) => (one < other ? -1 : 1)),
    events: await store.events.latest(limit),
    last: await store.events.lastOf('mia'),
    acted: [...(await store.events.unitsActedOn('confirmed', 'mia', ids))].sort(),
    reviewed: await store.reviews.latest(limit),
    flags: await store.flags.counts(ids),
    latest: await store.flags.latest(ids, 3),
  });
  return [{ edges, days, limit }, ask];
}

const kinds: readonly (readonly [name: string, questions: number, make: (draw: Draw) => Asked])[] = [
  ['domains', 40, (draw) => search(draw, { filter: { ...someDomains(draw), ...narrowing(draw) } })],
  [
    'domains and context',
    30,
    (draw) => search(draw, { filter: { ...someDomains(draw), ...contextOf(draw), ...narrowing(draw) } }),
  ],
  [
    'words',
    50,
    (draw) =>
      search(draw, { text: text(draw), filter: { ...(draw.chance() < 0.3 && contextOf(draw)), ...narrowing(draw) } }),
  ],
  [
    'words and domains',
    30,
    (draw) =>
      search(draw, { text: text(draw), filter: { ...someDomains(draw), ...contextOf(draw), ...narrowing(draw) } }),
  ],
  ['lists and counts', 40, list],
  ['statistics', 10, statistics],
];

describe.for(kinds)('questions about %s', ([name, questions, make]) => {
  const asked = Array.from({ length: questions }, (_, index) => {
    const chance = random(1000 * name.length + index);
    return make({ ...drawing(chance), chance });
  });

  it.for(asked)('are answered alike: %j', async ([, ask]) => {
    const [sqlite, postgres] = await Promise.all(stores.map(ask));
    expect(postgres).toEqual(sqlite);
  });

  it('find something, many of them', async () => {
    const [store] = stores;
    const answers = store ? await Promise.all(asked.map(([, ask]) => ask(store))) : [];
    const found = answers.filter((answer) => JSON.stringify(answer).includes('"id":"ku_'));
    expect(found.length).toBeGreaterThan(questions / 3);
  });
});
