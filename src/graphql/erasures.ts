import { eraseUnit } from '../domain/erasure.ts';
import { afterTime, listHash } from './cursor.ts';
import { pageSize } from './page-size.ts';
import { toConnection } from './relay-connections.ts';
import type { Resolvers } from './types.generated.ts';
import { mutationPayload } from './user-errors.ts';

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
  },

  Mutation: {
    eraseKnowledgeUnit: (_root, { input }, { store, viewer }) =>
      mutationPayload(['erasure', 'backups'], async () => {
        const { erasure, backups } = await eraseUnit(store, viewer, input);
        return { erasure, backups: [...backups] };
      }),
  },

  Erasure: {
    unitId: ({ id }) => id,
    erasedBy: ({ erasedBy }, _args, { loaders }) => (erasedBy === null ? null : loaders.userById.load(erasedBy)),
    status: ({ doneAt }) => (doneAt === null ? 'pending' : 'done'),
  },
} satisfies Resolvers;
