import { totalOf } from '../domain/counts.ts';
import { dayMs, utcDay } from '../domain/days.ts';
import { eventNodeId } from '../domain/ids.ts';
import { countedDomains, ownDomains } from '../domain/key-limits.ts';
import { maySeeActor } from '../domain/knowledge.ts';
import { domainsOf, hasScope } from '../domain/viewer.ts';
import { BadUserInputError } from '../errors.ts';
import type { ReviewStatus, Store, Tier, UnitEvent } from '../store/store.ts';
import type { Loaders } from './loaders.ts';
import { pageSize } from './page-size.ts';
import { selects } from './selects.ts';
import type { Resolvers } from './types.generated.ts';

const statuses: readonly ReviewStatus[] = ['pending', 'approved', 'rejected', 'retired', 'superseded'];
const tiers: readonly Tier[] = ['local', 'private', 'public'];
/** Bucket edges of the confidence distribution, as cq has them. */
const edges = [0, 0.3, 0.5, 0.7, 1];
const tenths = Array.from({ length: 11 }, (_, index) => index / 10);
const maxContributors = 50;
const maxDays = 366;

/** Resolvers of schema/stats.graphql. */
export const statsResolvers = {
  Query: {
    stats: (_root, _args, { store }) => ({ computedAt: store.stats.recent.computedAt() }),
  },

  KnowledgeStats: {
    totalCount: async (_root, _args, { store }) => totalOf(await store.stats.recent.statusCounts()),
    statusCounts: async (_root, _args, { store }) => {
      const counts = await store.stats.recent.statusCounts();
      return statuses.map((status) => ({ status, count: counts[status] ?? 0 }));
    },
    tierCounts: async (_root, _args, { store }) => {
      const counts = await store.stats.recent.tierCounts();
      return tiers.map((tier) => ({ tier, count: counts[tier] ?? 0 }));
    },
    domainCounts: async (_root, { first }, { store, viewer }) => {
      const limit = pageSize('first', first, 20);
      return domainsOf(viewer) === null
        ? store.stats.recent.domainCounts(limit)
        : ownDomains(viewer, await store.stats.recent.domainCounts(countedDomains)).slice(0, limit);
    },
    confidenceDistribution: (_root, _args, { store }) => bucketsOf(store, edges),
    confidenceHistogram: (_root, _args, { store }) => bucketsOf(store, tenths),
    neverAnsweredCount: (_root, _args, { store }) => store.stats.recent.neverAnswered(),
    topContributors: async (_root, { first }, { store, loaders }) => {
      const limit = pageSize('first', first, 10, maxContributors);
      // more than are asked for, in place of those whose accounts are gone
      const top = await store.stats.recent.contributors(2 * maxContributors);
      const users = await Promise.all(top.map(({ username }) => loaders.userByName.load(username)));
      return top.flatMap(({ approved }, at) => (users[at] ? [{ user: users[at], approved }] : [])).slice(0, limit);
    },
    trends: async (_root, args, { store }) => {
      const to = args.to ?? utcDay(store.now());
      const from = args.from ?? utcDay(Date.parse(to) - 29 * dayMs);
      const days = daysBetween(from, to);
      const counts = await store.stats.recent.trends(from, to);
      return days.map((date) => ({ date, ...(counts.get(date) ?? { proposed: 0, approved: 0, rejected: 0 }) }));
    },
    recentActivity: async (_root, { first }, { store, loaders }, info) => {
      const events = await store.events.latest(pageSize('first', first, 20));
      return selects(info, 'knowledgeUnit') ? withUnits(loaders, events) : events;
    },
  },

  Activity: {
    id: ({ id }) => eventNodeId(id),
    version: ({ unitVersion }) => unitVersion,
    knowledgeUnit: async ({ unitId }, _args, { loaders }) => {
      const unit = await loaders.unit.load(unitId);
      if (!unit) throw new Error('unreachable: events of units that are gone are left out');
      return unit;
    },
    note: ({ note }, _args, { viewer }) => (hasScope(viewer, 'REVIEWER') ? note : null),
    actor: async (event, _args, { loaders, viewer }) =>
      (await maySeeActor(viewer, event, () => loaders.unit.load(event.unitId)))
        ? loaders.userByName.load(event.actor)
        : null,
  },
} satisfies Resolvers;

/** Those of the events whose units are there: one may be erased, and its events with it, after they were read. */
export async function withUnits(loaders: Loaders, events: readonly UnitEvent[]): Promise<UnitEvent[]> {
  const units = await Promise.all(events.map(({ unitId }) => loaders.unit.load(unitId)));
  return events.filter((_, at) => units[at] !== null);
}

async function bucketsOf(store: Store, edges: readonly number[]) {
  const counts = await store.stats.recent.confidenceCounts(edges);
  return counts.map((count, index) => ({ lower: edges[index] ?? 0, upper: edges[index + 1] ?? 1, count }));
}

function daysBetween(from: string, to: string): string[] {
  const count = Math.round((Date.parse(to) - Date.parse(from)) / dayMs) + 1;
  if (count < 1) throw new BadUserInputError(`trends: from must not be after to, got ${from} and ${to}.`);
  if (count > maxDays) throw new BadUserInputError(`trends: at most ${maxDays} days, got ${count}.`);
  return Array.from({ length: count }, (_, index) => utcDay(Date.parse(from) + index * dayMs));
}
