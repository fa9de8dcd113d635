import { sql } from 'kysely';
import type { DayCounts, Figures, ReviewStatus, StatsStore, Tier } from '../store.ts';
import type { Database } from './database.ts';
import { createRecentFigures } from './recent-stats.ts';

export function createStats(db: Database, writing: Database): StatsStore {
  const figures = createFigures(db);
  return { ...figures, recent: createRecentFigures(figures), fold: () => writing.foldCounts() };
}

/** Each reads `unit_counts`, which triggers keep (migration 14), and no unit. */
function createFigures({ search }: Database): Figures {
  /** The sum over all entries, for each key. */
  const countsOf = (kind: string) =>
    search
      .selectFrom('unit_counts')
      .select(['key', sql<number>`sum(count)`.as('count')])
      .where('kind', '=', kind)
      .groupBy('key')
      .having(sql`sum(count)`, '<>', 0)
      .execute();

  return {
    statusCounts: async () => byKey<ReviewStatus>(await countsOf('status')),
    tierCounts: async () => byKey<Tier>(await countsOf('tier')),

    async domainCounts(limit) {
      // of those that have one entry the index knows the commonest; all the others are added up
      const { rows } = await sql<{ key: string; count: number }>`
        with apart as (select key, count from unit_counts where kind = 'domain' and entry > 0)
        select key, sum(count) as count from (
          select key, count from (
            select key, count from unit_counts
             where kind = 'domain' and entry = 0 and key not in (select key from apart)
             order by count desc, key limit ${limit}) best
          union all
          select key, count from apart
          union all
          select key, count from unit_counts
           where kind = 'domain' and entry = 0 and key in (select key from apart)) every_one
         group by key having sum(count) <> 0 order by count desc, key limit ${limit}`.execute(search);
      return rows.map(({ key, count }) => ({ domain: key, count: Number(count) }));
    },

    async confidenceCounts(edges) {
      const tenths = edges.map(tenthOf);
      const counts = byKey(await countsOf('confidence'));
      return tenths.slice(0, -1).map((lower, index) => {
        let sum = 0;
        for (let tenth = lower; tenth < (tenths[index + 1] ?? 0); tenth++) sum += counts[tenth] ?? 0;
        return sum;
      });
    },

    async trends(from, to) {
      const of = (kind: keyof DayCounts) => sql<number>`sum(case when kind = ${sql.lit(kind)} then count else 0 end)`;
      const rows = await search
        .selectFrom('unit_counts')
        .select(['key', of('proposed').as('proposed'), of('approved').as('approved'), of('rejected').as('rejected')])
        .where('kind', 'in', ['proposed', 'approved', 'rejected'])
        .where('key', '>=', from)
        .where('key', '<=', to)
        .groupBy('key')
        .execute();
      const days = rows.map(({ key, proposed, approved, rejected }): [string, DayCounts] => [
        key,
        { proposed: Number(proposed), approved: Number(approved), rejected: Number(rejected) },
      ]);
      return new Map(days.filter(([, counts]) => Object.values(counts).some((count) => count > 0)));
    },
  };
}

/** The number of a confidence in tenths; throws a `RangeError` where it is not a whole one of 0 to 10. */
function tenthOf(edge: number): number {
  const tenth = Math.round(edge * 10);
  if (tenth < 0 || tenth > 10 || tenth / 10 !== edge)
    throw new RangeError(`Confidence is counted by tenths, not ${edge}.`);
  return tenth;
}

function byKey<Key extends string>(rows: readonly { key: string; count: number }[]): Partial<Record<Key, number>> {
  return Object.fromEntries(rows.map(({ key, count }) => [key, Number(count)])) as Partial<Record<Key, number>>;
}
