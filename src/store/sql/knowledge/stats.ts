import { raw } from '@mikro-orm/core';
import { sql } from 'kysely';
import type { DayCounts, Figures, ReviewStatus, StatsStore, Tier } from '../../store.ts';
import type { Database } from '../database.ts';
import { toColumn } from '../instants.ts';
import { UnitCountEntity } from '../schema/entities.ts';
import { statement } from '../statement.ts';
import { topContributors } from './contributors.ts';
import { cacheFigures } from './stats-cache.ts';
import { never } from './usage.ts';

const contributorsForMs = 90 * 86_400_000;

export function createStats(db: Database, writing: Database): StatsStore {
  const figures = createFigures(db);
  return {
    ...figures,
    recent: cacheFigures(figures, () => db.now().getTime()),
    fold: () => writing.dialect.foldCounts(writing.write),
  };
}

/** For each key of a kind, the sum of its rows (`entry`). */
const sumKeys = statement(UnitCountEntity, (counts, { kind }: { kind: string }) =>
  counts
    .select(['key', raw('sum(count) as count')])
    .where({ kind })
    .groupBy('key')
    .having('sum(count) <> 0'),
).withRowsOf<{ key: string; count: number }>();

const kinds: readonly (keyof DayCounts)[] = ['proposed', 'approved', 'rejected'];

const sumDays = statement(UnitCountEntity, (counts, { from, to }: { from: string; to: string }) =>
  counts
    .select(['key', ...kinds.map((kind) => raw(`sum(case when kind = '${kind}' then count else 0 end) as ${kind}`))])
    .where({ kind: { $in: kinds }, key: { $gte: from, $lte: to } })
    .groupBy('key'),
).withRowsOf<DayCounts & { key: string }>();

/** Reads `unit_counts`, which triggers maintain (migration 14), and no unit but where its interface says so. */
function createFigures(db: Database): Figures {
  const { read, search } = db;
  return {
    // a few rows
    statusCounts: async () => byKey<ReviewStatus>(await sumKeys.all(read, { kind: 'status' })),
    tierCounts: async () => byKey<Tier>(await sumKeys.all(read, { kind: 'tier' })),

    async domainCounts(limit) {
      // from the index by count where a key has one row; what sessions have counted since is added up, and is little
      const { rows } = await sql<{ key: string; count: number }>`
        with apart as (select key from unit_counts where kind = 'domain' and entry > 0)
        select key, count from (
          select key, count from (
            select key, count from unit_counts
             where kind = 'domain' and entry = 0 and count <> 0 and key not in (select key from apart)
             order by count desc, key limit ${limit}) best
          union all
          select key, sum(count) as count from unit_counts
           where kind = 'domain' and key in (select key from apart)
           group by key having sum(count) <> 0) counted
         order by count desc, key limit ${limit}`.execute(search);
      return rows.map(({ key, count }) => ({ domain: key, count: Number(count) }));
    },

    async confidenceCounts(edges) {
      const tenths = edges.map(tenthOf);
      const counts = byKey(await sumKeys.all(search, { kind: 'confidence' }));
      return tenths.slice(0, -1).map((lower, index) => {
        let sum = 0;
        for (let tenth = lower; tenth < (tenths[index + 1] ?? 0); tenth++) sum += counts[tenth] ?? 0;
        return sum;
      });
    },

    async neverAnswered() {
      // raw SQL: the QueryBuilder does not join what are no references
      const { rows } = await sql<{ count: number }>`
        select count(*) as count from unit_usage join knowledge_units unit on unit.id = unit_id
         where last_answered_at = ${toColumn(never)} and status = 'approved'`.execute(search);
      return Number(rows[0]?.count);
    },

    contributors: (limit) => topContributors(search, new Date(db.now().getTime() - contributorsForMs), limit),

    async trends(from, to) {
      const rows = await sumDays.all(search, { from, to });
      const days = rows.map(({ key, ...counts }): [string, DayCounts] => [key, counts]);
      return new Map(days.filter(([, counts]) => Object.values(counts).some((count) => count > 0)));
    },
  };
}

/** A confidence in tenths, from 0 to 10; throws a `RangeError` for another value. */
function tenthOf(edge: number): number {
  const tenth = Math.round(edge * 10);
  if (tenth < 0 || tenth > 10 || tenth / 10 !== edge)
    throw new RangeError(`An edge must be a tenth from 0 to 1, got ${edge}.`);
  return tenth;
}

function byKey<Key extends string>(rows: readonly { key: string; count: number }[]): Partial<Record<Key, number>> {
  return Object.fromEntries(rows.map(({ key, count }) => [key, Number(count)])) as Partial<Record<Key, number>>;
}
