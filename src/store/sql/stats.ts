import { sql } from 'kysely';
import type { DayCounts, Figures, ReviewStatus, StatsStore, Tier } from '../store.ts';
import type { Database } from './database.ts';
import { createRecentFigures } from './recent-stats.ts';

export function createStats(db: Database, writing: Database): StatsStore {
  const figures = createFigures(db);
  return { ...figures, recent: createRecentFigures(figures), fold: () => writing.foldCounts() };
}

const dayKinds = ['proposed', 'approved', 'rejected'] as const;
const nothing: DayCounts = { proposed: 0, approved: 0, rejected: 0 };

/** Each reads `unit_counts`, which triggers keep (migration 14), and no unit. */
function createFigures({ search }: Database): Figures {
  const total = sql<number>`sum(count)`;
  /** One row for each kind and key. */
  const countsOf = (...kinds: readonly string[]) =>
    search
      .selectFrom('unit_counts')
      .select(['kind', 'key', total.as('count')])
      .where('kind', 'in', kinds)
      .groupBy(['kind', 'key'])
      .having(total, '<>', 0);

  return {
    statusCounts: async () => byKey<ReviewStatus>(await countsOf('status').execute()),
    tierCounts: async () => byKey<Tier>(await countsOf('tier').execute()),

    async domainCounts(limit) {
      const rows = await countsOf('domain').orderBy('count', 'desc').orderBy('key').limit(limit).execute();
      return rows.map(({ key, count }) => ({ domain: key, count: Number(count) }));
    },

    async confidenceCounts(edges) {
      const tenths = edges.map(tenthOf);
      const counts = byKey(await countsOf('confidence').execute());
      return tenths.slice(0, -1).map((lower, index) => {
        let sum = 0;
        for (let tenth = lower; tenth < (tenths[index + 1] ?? 0); tenth++) sum += counts[tenth] ?? 0;
        return sum;
      });
    },

    async trends(from, to) {
      const days = new Map<string, DayCounts>();
      const rows = await countsOf(...dayKinds)
        .where('key', '>=', from)
        .where('key', '<=', to)
        .execute();
      for (const { kind, key, count } of rows) days.set(key, { ...(days.get(key) ?? nothing), [kind]: Number(count) });
      return days;
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
