import { eraseUnit } from '../domain/erasure.ts';
import { eraseUser } from '../domain/user-erasure.ts';
import type { Erasure, Page, PageRequest, Position } from '../store/store.ts';
import type { Context } from './context.ts';
import { afterTime, listHash } from './cursor.ts';
import { pageSize } from './page-size.ts';
import { toConnection } from './relay-connections.ts';
import type { QueryErasuresArgs, Resolvers } from './types.generated.ts';
import { mutationPayload } from './user-errors.ts';

/** What an erasure of either kind has. */
const erasureFields = {
  erasedBy: ({ erasedBy }: Erasure, _args: object, { loaders }: Context) =>
    erasedBy === null ? null : loaders.userById.load(erasedBy),
  status: ({ doneAt }: Erasure) => (doneAt === null ? 'pending' : 'done'),
} as const;

/** Resolvers of schema/erasures.graphql. */
export const erasureResolvers = {
  Query: {
    erasures: (_root, args, { store: { erasures } }) => listErasures('erasures', args, erasures.list, erasures.count),
    userErasures: (_root, args, { store: { erasures } }) =>
      listErasures('userErasures', args, erasures.listUsers, erasures.countUsers),
  },

  Mutation: {
    eraseKnowledgeUnit: (_root, { input }, { store, viewer }) =>
      mutationPayload(['erasure', 'backups'], async () => {
        const { erasure, backups } = await eraseUnit(store, viewer, input);
        return { erasure, backups: [...backups] };
      }),
    eraseUser: (_root, { input }, { store, viewer }) =>
      mutationPayload(['erasure', 'backups'], async () => {
        const { erasure, backups } = await eraseUser(store, viewer, input);
        return { erasure, backups: [...backups] };
      }),
  },

  Erasure: { unitId: ({ id }) => id, ...erasureFields },

  UserErasure: { userId: ({ id }) => id, ...erasureFields },
} satisfies Resolvers;

async function listErasures<Kind extends Erasure>(
  name: string,
  { first, after }: QueryErasuresArgs,
  read: (page: PageRequest<Position<Date>>) => Promise<Page<Kind>>,
  totalCount: () => Promise<number>,
) {
  const list = listHash(name);
  return toConnection({
    page: await read({ limit: pageSize('first', first, 20), from: afterTime(after, list) }),
    list,
    positionOf: ({ erasedAt, id }) => [erasedAt.getTime(), id],
    from: after,
    totalCount,
  });
}
