import { activityOf } from '../domain/activity.ts';
import { domainsOf, type KnownViewer } from '../domain/viewer.ts';
import { BadUserInputError } from '../errors.ts';
import type { UnitFilter } from '../store/store.ts';
import type { Context } from './context.ts';
import { afterTime, listHash } from './cursor.ts';
import { cursorOf, placeOf } from './log-cursors.ts';
import { maxPageSize, pageSize } from './page-size.ts';
import { toConnection } from './relay-connections.ts';
import { selects } from './selects.ts';
import { withUnits } from './stats.ts';
import type { Resolvers, ViewerActivityArgs, ViewerProposalsArgs } from './types.generated.ts';

/** Resolvers of the proposer's side in schema/account.graphql: what the caller proposed, and what became of it. */
export const proposalResolvers = {
  Viewer: {
    proposals: (viewer, args, context) => listProposals(viewer, args, context),
    activity: (viewer, args, context, info) => {
      const namesUnits = selects(info, 'nodes', 'knowledgeUnit') || selects(info, 'edges', 'node', 'knowledgeUnit');
      return listActivity(viewer, args, context, namesUnits);
    },
  },
} satisfies Resolvers;

const newestFirst = { field: 'createdAt', direction: 'desc' } as const;

async function listProposals(viewer: KnownViewer, { first, after, statuses }: ViewerProposalsArgs, { store }: Context) {
  const within = domainsOf(viewer);
  if (statuses && statuses.length > maxPageSize)
    throw new BadUserInputError(`statuses must have at most ${maxPageSize} items, got ${statuses.length}.`);
  const filter: UnitFilter = {
    createdBy: viewer.user.username,
    ...(statuses?.length && { statuses: [...new Set(statuses)] }),
    ...(within && { within }),
  };
  const list = listHash(['proposals', filter]);
  return toConnection({
    page: await store.units.list(filter, newestFirst, {
      limit: pageSize('first', first, 20),
      from: afterTime(after, list),
    }),
    list,
    positionOf: (unit) => [unit.createdAt.getTime(), unit.id],
    from: after,
    totalCount: () => store.units.count(filter),
  });
}

async function listActivity(
  viewer: KnownViewer,
  { first, after }: ViewerActivityArgs,
  { store, loaders }: Context,
  namesUnits: boolean,
) {
  const place = await placeOf('events', store.events.log, after);
  const { entries, end, hasMore } = await activityOf(store, viewer, place, pageSize('first', first, 20));
  const all = entries.map(({ entry }) => entry);
  const nodes = namesUnits ? await withUnits(loaders, all) : all;
  const edges = entries
    .filter(({ entry }) => nodes.includes(entry))
    .map(({ entry, place }) => ({ cursor: cursorOf('events', place), node: entry }));
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: place !== null && hasMore,
      hasPreviousPage: place !== null || hasMore,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: cursorOf('events', end),
    },
  };
}
