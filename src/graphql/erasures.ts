import { eraseUnit } from '../domain/erasure.ts';
import { eraseUser } from '../domain/user-erasure.ts';
import type { Erasure } from '../store/store.ts';
import { afterTime, listHash } from './cursor.ts';
import { pageSize } from './page-size.ts';
import { toConnection } from './relay-connections.ts';
import type { Resolvers } from './types.generated.ts';
import { mutationPayload } from './user-errors.ts';

const statusOf = ({ doneAt }: Erasure) => (doneAt === null ? 'pending' : 'done');

/** Resolvers of schema/erasures.graphql. */
export const erasureResolvers = {
  Query: {
    erasures: async (_root, { first, after }, { store }) => {
      const list = listHash('erasures');
      return toConnection({
        page: await store.erasures.list({ limit: pageSize('first', first, 20), from: afterTime(after, list) }),
        list,
        positionOf: ({ erasedAt, id }) => [erasedAt.getTime(), id],
        from: after,
        totalCount: () => store.erasures.count(),
      });
    },
    userErasures: async (_root, { first, after }, { store }) => {
      const list = listHash('userErasures');
      return toConnection({
        page: await store.erasures.listUsers({ limit: pageSize('first', first, 20), from: afterTime(after, list) }),
        list,
        positionOf: ({ erasedAt, id }) => [erasedAt.getTime(), id],
        from: after,
        totalCount: () => store.erasures.countUsers(),
      });
    },
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

  Erasure: {
    unitId: ({ id }) => id,
    erasedBy: ({ erasedBy }, _args, { loaders }) => (erasedBy === null ? null : loaders.userById.load(erasedBy)),
    status: statusOf,
  },

  UserErasure: {
    userId: ({ id }) => id,
    erasedBy: ({ erasedBy }, _args, { loaders }) => (erasedBy === null ? null : loaders.userById.load(erasedBy)),
    status: statusOf,
  },
} satisfies Resolvers;
