import type { z } from 'zod';
import { totalOf } from '../domain/counts.ts';
import { dayMs, utcDay } from '../domain/days.ts';
import { countedDomains, ownDomains } from '../domain/key-limits.ts';
import type { Viewer } from '../domain/viewer.ts';
import type { Figures, KnowledgeUnit, ReviewStatus } from '../store/store.ts';
import { type activity, knowledgeStats, reviewStats } from './response-schemas.ts';
import { base, route } from './route.ts';
import { instant } from './wire-format.ts';

/** Bucket edges of the confidence distributions; those of the two responses have always differed. */
const knowledgeEdges = [0, 0.3, 0.5, 0.7, 1];
const reviewEdges = [0, 0.3, 0.6, 0.8, 1];
const maxDomains = countedDomains;
const shownActivity = 20;
const trendDays = 30;

/** Routes of statistics. They come before the routes with a path parameter, which would match them too. */
export const statsRoutes = [
  route({
    method: 'GET',
    path: `${base}/knowledge/stats`,
    operation: 'getKnowledgeStats',
    summary: `Counts: all units, and the approved ones by tier, domain (the ${maxDomains} largest) and confidence.`,
    caller: 'reader',
    status: 200,
    response: knowledgeStats,
    cost: () => 30,
    async handle({ store, viewer }) {
      const { recent: stats } = store.stats;
      return {
        total_count: totalOf(await stats.statusCounts()),
        tier_counts: await stats.tierCounts(),
        domain_counts: await domainCounts(stats, viewer),
        confidence_distribution: await buckets(stats, knowledgeEdges),
      };
    },
  }),
  route({
    method: 'GET',
    path: `${base}/review/stats`,
    operation: 'getReviewStats',
    summary: `Counts, what happened to the last ${shownActivity} units, and ${trendDays} days of proposals and decisions.`,
    caller: 'person',
    scope: 'REVIEWER',
    status: 200,
    response: reviewStats,
    cost: () => 50,
    async handle({ store, viewer }) {
      const { recent: stats } = store.stats;
      return {
        counts: wireCounts(await stats.statusCounts()),
        domains: await domainCounts(stats, viewer),
        confidence_distribution: await buckets(stats, reviewEdges),
        recent_activity: (await store.reviews.latest(shownActivity)).map(event),
        trends: { daily: await trends(stats, store.now()) },
      };
    },
  }),
];

/** Units by status; what was superseded was approved, and what was retired is not told. */
const wireCounts = ({
  pending = 0,
  approved = 0,
  rejected = 0,
  superseded = 0,
}: Partial<Record<ReviewStatus, number>>) => ({
  pending,
  approved: approved + superseded,
  rejected,
});

async function domainCounts(stats: Figures, viewer: Viewer): Promise<Record<string, number>> {
  const counts = ownDomains(viewer, await stats.domainCounts(maxDomains));
  return Object.fromEntries(counts.map(({ domain, count }) => [domain, count]));
}

async function buckets(stats: Figures, edges: readonly number[]): Promise<Record<string, number>> {
  const counts = await stats.confidenceCounts(edges);
  const label = (index: number) => `${edges[index]?.toFixed(1)}-${edges[index + 1]?.toFixed(1)}`;
  return Object.fromEntries(counts.map((count, index) => [label(index), count]));
}

/** The latest activity of a unit: its review, or its proposal while it is pending. */
function event({ id, insight, review, evidence, createdAt }: KnowledgeUnit): z.infer<typeof activity> {
  const unit = { unit_id: id, summary: insight.summary };
  if (!review) return { type: 'proposed', ...unit, timestamp: instant(evidence.firstObservedAt ?? createdAt) };
  return { type: review.status, ...unit, reviewed_by: review.reviewedBy, timestamp: instant(review.reviewedAt) };
}

/** Counts by day, from the first day with any to today. */
async function trends(stats: Figures, now: Date) {
  const days = Array.from({ length: trendDays + 1 }, (_, index) => utcDay(now.getTime() - (trendDays - index) * dayMs));
  const counts = await stats.trends(days.at(0) ?? '', days.at(-1) ?? '');
  const first = days.findIndex((day) => counts.has(day));
  const nothing = { proposed: 0, approved: 0, rejected: 0 };
  return first < 0 ? [] : days.slice(first).map((date) => ({ date, ...(counts.get(date) ?? nothing) }));
}
