import { sql } from 'kysely';
import type { DayCounts, Figures, ReviewStatus, StatsStore, Tier } from '../store.ts';
import type { Database } from './database.ts';
import { createRecentFigures } from './recent-stats.ts';

export function createStats(db: Database): StatsStore {
  const figures = createFigures(db);
  return { ...figures, recent: createRecentFigures(figures) };
}

/** Each reads an index, and no unit: from end to end, for which there are the threads of searches. */
function createFigures(db: Database): Figures {
  return {
    async statusCounts() {
      const rows = await db.search
        .selectFrom('knowledge_units')
        .select(['status as key', ({ fn }) => fn.countAll<number>().as('count')])
        .groupBy('status')
        .execute();
      return counts<ReviewStatus>(rows);
    },

    async tierCounts() {
      const rows = await db.search
        .selectFrom('knowledge_units')
        .select(['tier as key', ({ fn }) => fn.countAll<number>().as('count')])
        .where('status', '=', 'approved')
        .groupBy('tier')
        .execute();
      return counts<Tier>(rows);
    },

    async domainCounts(limit) {
      const rows = await db.search
        .selectFrom('knowledge_unit_domains')
        .select(['domain', ({ fn }) => fn.countAll<number>().as('count')])
        .where('status', '=', 'approved')
        .groupBy('domain')
        .orderBy('count', 'desc')
        .orderBy('domain')
        .limit(limit)
        .execute();
      return rows.map(({ domain, count }) => ({ domain, count: Number(count) }));
    },

    async confidenceCounts(edges) {
      const last = edges.length - 2;
      const buckets = edges.slice(0, -1).map((lower, index) => {
        const below = index === last ? sql`confidence <= ${edges[index + 1]}` : sql`confidence < ${edges[index + 1]}`;
        return sql`(select count(*) from knowledge_units where status = 'approved' and confidence >= ${lower} and ${below})
          as ${sql.ref(`bucket_${index}`)}`;
      });
      const { rows } = await sql<Record<string, number>>`select ${sql.join(buckets)}`.execute(db.search);
      return edges.slice(0, -1).map((_, index) => Number(rows[0]?.[`bucket_${index}`] ?? 0));
    },

    async trends(from, to) {
      const days = new Map<string, DayCounts>();
      const add = (rows: { day: string; kind: string; count: number }[]) => {
        for (const { day, kind, count } of rows.filter(({ kind }) => kind !== 'pending'))
          days.set(day, { ...(days.get(day) ?? { proposed: 0, approved: 0, rejected: 0 }), [kind]: Number(count) });
      };
      const until = nextDay(to);
      const day = (column: string) => sql.raw(db.dayOf(column));
      const proposed = sql<{ day: string; kind: string; count: number }>`
        select ${day('created_at')} as day, 'proposed' as kind, count(*) as count from knowledge_units
         where created_at >= ${midnight(from)} and created_at < ${midnight(until)} group by 1`;
      // of every status: with a condition on it, SQLite would go through all units of it instead of some days
      const decided = sql<{ day: string; kind: string; count: number }>`
        select ${day('reviewed_at')} as day, status as kind, count(*) as count from knowledge_units
         where reviewed_at >= ${midnight(from)} and reviewed_at < ${midnight(until)} group by 1, 2`;
      for (const { rows } of await Promise.all([proposed.execute(db.search), decided.execute(db.search)])) add(rows);
      return days;
    },
  };
}

const midnight = (day: string) => `${day}T00:00:00.000Z`;

function nextDay(day: string): string {
  const date = new Date(midnight(day));
  date.setUTCDate(date.getUTCDate() + 1);
  return date.toISOString().slice(0, 10);
}

function counts<Key extends string>(rows: readonly { key: string; count: number }[]): Partial<Record<Key, number>> {
  return Object.fromEntries(rows.map(({ key, count }) => [key, Number(count)])) as Partial<Record<Key, number>>;
}
