import { dismissNearRepeat } from '../domain/near-repeats.ts';
import type { NearRepeat } from '../store/store.ts';
import type { Context } from './context.ts';
import { afterKey, isNumberPosition, listHash } from './cursor.ts';
import type { Loaders } from './loaders.ts';
import { pageSize } from './page-size.ts';
import { toConnection } from './relay-connections.ts';
import type { QueryNearRepeatsArgs, Resolvers } from './types.generated.ts';
import { mutationPayload } from './user-errors.ts';

/** Resolvers of schema/near-repeats.graphql. */
export const nearRepeatResolvers = {
  Query: {
    nearRepeats: (_root, args, context) => listNearRepeats(args, context),
  },

  Mutation: {
    dismissNearRepeat: (_root, { input }, { store, viewer }) =>
      mutationPayload(['id'], async () => ({ id: await dismissNearRepeat(store, viewer, input.id) })),
  },

  NearRepeat: {
    unit: ({ unitId }, _args, { loaders }) => unitOf(unitId, loaders),
    other: ({ otherId }, _args, { loaders }) => unitOf(otherId, loaders),
  },
} satisfies Resolvers;

async function listNearRepeats({ first, after }: QueryNearRepeatsArgs, { store, loaders }: Context) {
  const list = listHash(['nearRepeats']);
  const page = await store.nearRepeats.list({
    limit: pageSize('first', first, 20),
    from: afterKey(after, list, isNumberPosition),
  });
  const { edges, ...connection } = toConnection({
    page,
    list,
    positionOf: ({ similarity, id }) => [similarity, id],
    from: after,
    totalCount: () => store.nearRepeats.count(),
  });
  // one may be erased after the pair was read, and a replica may not have it yet
  const areThere = await Promise.all(edges.map(({ node }) => hasBoth(node, loaders)));
  const left = edges.filter((_, at) => areThere[at]);
  return { ...connection, edges: left, nodes: left.map(({ node }) => node) };
}

const hasBoth = async ({ unitId, otherId }: NearRepeat, { unit }: Loaders) =>
  (await Promise.all([unit.load(unitId), unit.load(otherId)])).every((one) => one !== null);

async function unitOf(id: string, { unit }: Loaders) {
  const found = await unit.load(id);
  if (!found) throw new Error('unreachable: pairs of units that are gone are left out');
  return found;
}
