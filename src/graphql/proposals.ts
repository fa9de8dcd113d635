import { type ActivityPlace, activityOf } from '../domain/activity.ts';
import { isInstant } from '../domain/rules.ts';
import { domainsOf, type KnownViewer } from '../domain/viewer.ts';
import { BadUserInputError } from '../errors.ts';
import type { UnitFilter } from '../store/store.ts';
import type { Context } from './context.ts';
import { afterTime, decodeCursor, encodeCursor, isInteger, listHash } from './cursor.ts';
import { maxPageSize, pageSize } from './page-size.ts';
import { toConnection } from './relay-connections.ts';
import { withUnits } from './stats.ts';
import type { Resolvers, ViewerActivityArgs, ViewerProposalsArgs } from './types.generated.ts';

/** Resolvers of the proposer's side in schema/account.graphql: what the caller proposed, and what became of it. */
export const proposalResolvers = {
  Viewer: {
    proposals: (viewer, args, context) => listProposals(viewer, args, context),
    activity: (viewer, args, context) => listActivity(viewer, args, context),
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

async function listActivity(viewer: KnownViewer, { first, after }: ViewerActivityArgs, { store, loaders }: Context) {
  const list = listHash(['activity', viewer.user.id]);
  const from = after == null ? null : toPlace(decodeCursor('after', after, list, isPlace));
  const { events, end, hasMore } = await activityOf(store, viewer, from, pageSize('first', first, 20));
  const nodes = await withUnits(
    loaders,
    events.map(({ event }) => event),
  );
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

/** The numbers of a place: the last event and its instant, then the same of each that was told after it. */
const toPosition = ({ after, at, told }: ActivityPlace): number[] => [
  after,
  at,
  ...told.flatMap((event) => [event.id, event.at]),
];

function toPlace([after, at, ...rest]: readonly [number, number, ...number[]]): ActivityPlace {
  const told = rest.flatMap((id, index) => (index % 2 === 0 ? [{ id, at: rest[index + 1] ?? 0 }] : []));
  return { after, at, told };
}

const isPlace = (position: readonly unknown[]): position is [number, number, ...number[]] =>
  position.length >= 2 &&
  position.length % 2 === 0 &&
  position.every((part, index) => (index % 2 === 0 ? isInteger(part) : isTime(part)));

const isTime = (part: unknown) => Number.isInteger(part) && isInstant(new Date(Number(part)));
