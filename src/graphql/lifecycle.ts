import { mergeUnit, reinstateUnit, reopenUnit, retireUnit, supersedeUnit } from '../domain/lifecycle.ts';
import type { Resolvers } from './types.generated.ts';
import { mutationPayload } from './user-errors.ts';

/** Resolvers of schema/lifecycle.graphql. */
export const lifecycleResolvers = {
  Mutation: {
    retireKnowledgeUnit: (_root, { input }, { store, viewer }) =>
      mutationPayload(['knowledgeUnit'], async () => ({ knowledgeUnit: await retireUnit(store, viewer, input) })),
    reinstateKnowledgeUnit: (_root, { input }, { store, viewer, settings }) =>
      mutationPayload(['knowledgeUnit'], async () => ({
        knowledgeUnit: await reinstateUnit(store, viewer, input, settings.trust),
      })),
    reopenKnowledgeUnit: (_root, { input }, { store, viewer }) =>
      mutationPayload(['knowledgeUnit'], async () => ({ knowledgeUnit: await reopenUnit(store, viewer, input) })),
    supersedeKnowledgeUnit: (_root, { input }, { store, viewer }) =>
      mutationPayload(['knowledgeUnit', 'successor'], async () => {
        const { unit: knowledgeUnit, successor } = await supersedeUnit(store, viewer, input);
        return { knowledgeUnit, successor };
      }),
    mergeKnowledgeUnit: (_root, { input }, { store, viewer, settings }) =>
      mutationPayload(['knowledgeUnit', 'successor'], async () => {
        const { unit: knowledgeUnit, successor } = await mergeUnit(store, viewer, input, settings.trust);
        return { knowledgeUnit, successor };
      }),
  },

  Withdrawal: {
    withdrawnBy: ({ withdrawnBy }, _args, { loaders }) => loaders.userByName.load(withdrawnBy),
  },
} satisfies Resolvers;
