import { type ActivityPlace, activityOf, maxTold } from '../domain/activity.ts';
import { isInstant } from '../domain/rules.ts';
import { domainsOf, type KnownViewer } from '../domain/viewer.ts';
import { BadUserInputError } from '../errors.ts';
import type { UnitFilter } from '../store/store.ts';
import type { Context } from './context.ts';
import { afterTime, decodeCursor, encodeCursor, isInteger, listHash } from './cursor.ts';
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
  const list = listHash(['activity', 'marked', viewer.user.id]);
  const from = after == null ? null : toPlace(decodeCursor('after', after, list, isPlace));
  const { events, end, hasMore } = await activityOf(store, viewer, from, pageSize('first', first, 20));
  const all = events.map(({ event }) => event);
  const nodes = namesUnits ? await withUnits(loaders, all) : all;
  const edges = events
    .filter(({ event }) => nodes.includes(event))
    .map(({ event, place }) => ({ cursor: encodeCursor(list, toPosition(place)), node: event }));
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: from !== null && hasMore,
      hasPreviousPage: from !== null || hasMore,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: encodeCursor(list, toPosition(end)),
    },
  };
}

/** The numbers of a place. Those of what was told stand as differences: that keeps a cursor of a hundred short. */
const toPosition = ({ after, at, mark, told }: ActivityPlace): number[] => [
  ...[after, at, mark.last, mark.next, mark.at],
  ...told.map((id, index) => id - (told[index - 1] ?? after)),
];

function toPlace([after, at, last, next, markedAt, ...steps]: PlaceNumbers): ActivityPlace {
  const told: number[] = [];
  for (const step of steps) told.push((told.at(-1) ?? after) + step);
  return { after, at, mark: { last, next, at: markedAt }, told };
}

type PlaceNumbers = [number, number, number, number, number, ...number[]];

const isPlace = (position: readonly unknown[]): position is PlaceNumbers => {
  const [after, at, last, next, markedAt, ...steps] = position;
  return (
    [after, last, ...steps].every((part) => isInteger(part) && part >= 0) &&
    steps.length <= maxTold &&
    isInteger(steps.reduce<number>((sum, step) => sum + Number(step), Number(after))) &&
    Number.isSafeInteger(next) &&
    isTime(at) &&
    isTime(markedAt)
  );
};

const isTime = (part: unknown) => Number.isInteger(part) && isInstant(new Date(Number(part)));
