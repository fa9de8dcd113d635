import { modelStatuses, retryEmbeddings } from '../domain/embeddings.ts';
import { pageSize } from './page-size.ts';
import type { Resolvers } from './types.generated.ts';
import { mutationPayload } from './user-errors.ts';

/** Resolvers of schema/embeddings.graphql. */
export const embeddingResolvers = {
  Query: {
    embeddingStatus: async (_root, _args, { store, settings }) => {
      // first, since it notices that vectors cannot be used any more
      const models = await modelStatuses(store);
      return {
        vectorEngine: store.vectorEngine,
        problem: store.vectorProblem ?? settings.embeddingProblem(),
        models,
      };
    },
  },

  Mutation: {
    retryEmbeddings: (_root, { input }, { store, settings }) =>
      mutationPayload(['retried'], async () => {
        const retried = await retryEmbeddings(store, input.unitId ?? null);
        settings.embedSoon();
        return { retried };
      }),
  },

  EmbeddingModel: {
    parkedUnits: async ({ id }, { first }, { store, loaders }) => {
      const { items } = await store.embeddings.parked(id, { limit: pageSize('first', first, 20) });
      const units = await loaders.unit.loadMany(items.map(({ unitId }) => unitId));
      return items.flatMap(({ attempts, lastError }, index) => {
        const unit = units[index];
        if (unit instanceof Error) throw unit;
        return unit ? [{ unit, attempts, lastError }] : [];
      });
    },
  },
} satisfies Resolvers;
