import { describe, expect, it } from 'vitest';
import { generateUnits } from '../../bench/generate.ts';
import { readConfig } from '../../src/config/config.ts';
import { confidence } from '../../src/domain/rules.ts';
import { openStore } from '../../src/store/open.ts';
import type { DayCounts, KnowledgeUnit, Store } from '../../src/store/store.ts';
import { engines, type StartDatabase } from '../processes/start-databases.ts';
import { aFlag, aProposal, aReview, later, noon, random } from './conformance/fixture.ts';

const edges = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
const days = ['2000-01-01', '2100-01-01'] as const;

const dayOf = (date: Date) => date.toISOString().slice(0, 10);
const tally = (keys: readonly string[]) =>
  Object.fromEntries(keys.map((key) => [key, keys.filter((other) => other === key).length]));

/** What the store says of its units, and what they are when each is looked at. */
async function bothWays({ stats, units }: Store) {
  const counted = {
    status: await stats.statusCounts(),
    tier: await stats.tierCounts(),
    domain: Object.fromEntries((await stats.domainCounts(10_000)).map(({ domain, count }) => [domain, count])),
    confidence: await stats.confidenceCounts(edges),
    days: Object.fromEntries(await stats.trends(...days)),
  };
  const all: KnowledgeUnit[] = [];
  for (let more = true; more; ) {
    const last = all.at(-1);
    const page = await units.list(
      { statuses: ['pending', 'approved', 'rejected'] },
      { field: 'createdAt', direction: 'asc' },
      { limit: 500, from: last && { key: last.createdAt, id: last.id } },
    );
    all.push(...page.items);
    more = page.hasMore;
  }
  const approved = all.filter(({ status }) => status === 'approved');
  const perDay: Record<string, DayCounts> = {};
  const happened = (kind: keyof DayCounts, at: Date) => {
    const day = perDay[dayOf(at)] ?? { proposed: 0, approved: 0, rejected: 0 };
    perDay[dayOf(at)] = { ...day, [kind]: day[kind] + 1 };
  };
  for (const { createdAt, review } of all) {
    happened('proposed', createdAt);
    if (review) happened(review.status, review.reviewedAt);
  }
  const reckoned = {
    status: tally(all.map(({ status }) => status)),
    tier: tally(approved.map(({ tier }) => tier)),
    domain: tally(approved.flatMap(({ domains }) => domains)),
    confidence: edges.slice(0, -1).map((lower, index) => {
      const upper = edges[index + 1] as number;
      const within = (value: number) => value >= lower && (value < upper || (upper === 1 && value === 1));
      return approved.filter(({ evidence }) => within(evidence.confidence)).length;
    }),
    days: perDay,
  };
  return { units: all.length, counted, reckoned };
}

async function expectRight(store: Store, units: number) {
  const both = await bothWays(store);
  expect(both.units).toBe(units);
  expect(both.counted).toEqual(both.reckoned);
}

const generated = [...generateUnits(300)];

/** Writes of every kind to each of some new units, many at once and in an order that differs from unit to unit. */
async function writeAtOnce(store: Store, count: number) {
  const next = random(11);
  const work = async (index: number) => {
    const domains = ['x', 'y', `own ${index}`].sort(() => next() - 0.5);
    const { id } = await store.units.propose(aProposal({ domains }), later(index * 3_600_000));
    if (index % 5 === 0) return;
    await store.reviews.decide(id, aReview(index % 3 === 0 ? 'rejected' : 'approved'));
    await store.units.confirm(id, 'mia', noon, confidence.confirmed);
    await store.units.flag(aFlag(id), confidence.flagged);
    if (index % 7 === 0) await store.stats.fold();
  };
  await Promise.all(Array.from({ length: count }, (_, index) => work(index)));
}

const open = (database: StartDatabase, migrate: boolean) =>
  openStore(readConfig(database.environment).database, { migrate });

describe.for(Object.entries(engines))('counts of units on %s', ([, create]) => {
  it('are those of all units, with concurrent writers', async () => {
    await using database = await create();
    const store = await open(database, true);
    const other = await open(database, false);
    await store.units.restoreMany(generated);
    await expectRight(store, 300);
    await Promise.all([writeAtOnce(store, 40), writeAtOnce(other, 40)]);
    await expectRight(store, 380);
    await Promise.all([store.stats.fold(), other.stats.fold()]);
    await expectRight(store, 380);
    // some of it is added up, and some is not
    await writeAtOnce(other, 10);
    await expectRight(store, 390);
    const all = await store.stats.domainCounts(10_000);
    const ordered = all.toSorted((one, two) => two.count - one.count || (one.domain < two.domain ? -1 : 1));
    for (const limit of [1, 2, 7, 100, 10_000])
      expect(await store.stats.domainCounts(limit)).toEqual(ordered.slice(0, limit));
    await store.stats.fold();
    const [{ entries } = { entries: 0 }] = await database.query(
      'select count(*) as entries from unit_counts where entry <> 0',
    );
    expect(Number(entries)).toBe(0);
    await expect(store.stats.confidenceCounts([0, 0.25, 1])).rejects.toThrow(RangeError);
    await Promise.all([store.close(), other.close()]);
  });

  it('are taken of a filled database, and follow those who know of none', async () => {
    await using database = await create();
    await database.migrateTo('0013-sign-ins');
    const insert = (id: string, status: string) =>
      database.query(`
        insert into knowledge_units (id, version, status, tier, domains, summary, detail, action, languages, frameworks,
          pattern, confidence, confirmations, created_by, created_at, updated_at, reviewed_by, reviewed_at)
        values ('${id}', 1, '${status}', 'public', '["a"]', 's', 'd', 'a', '[]', '[]', '', 0.3, 1, 'mia',
          '2026-01-01T23:59:59.999Z', '2026-01-01T00:00:00.000Z', 'rob', '2026-01-02T00:00:00.000Z')`);
    const tag = (id: string, status: string) =>
      database.query(`insert into knowledge_unit_domains (unit_id, domain, status, confidence, domain_count)
        values ('${id}', 'a', '${status}', 0.3, 1)`);
    await insert('ku_1', 'approved');
    await tag('ku_1', 'approved');
    await insert('ku_2', 'rejected');
    await tag('ku_2', 'rejected');
    const store = await open(database, true);
    await expectRight(store, 2);
    // as a process of the release before does
    await insert('ku_3', 'approved');
    await tag('ku_3', 'approved');
    await database.query(`update knowledge_units set confidence = 0.95, tier = 'private' where id = 'ku_1'`);
    await expectRight(store, 3);
    await database.query(`delete from knowledge_units where id = 'ku_3'`);
    await expectRight(store, 2);
    await store.close();
  });
});
