import { type BulkResult, decideOverMany } from '../domain/bulk-review.ts';
import type { Resolvers } from './types.generated.ts';
import { mutationPayload, toUserErrors } from './user-errors.ts';

/** Resolvers of schema/bulk-review.graphql. */
export const bulkReviewResolvers = {
  Mutation: {
    reviewKnowledgeUnits: (_root, { input }, { store, viewer, settings, signal }) =>
      mutationPayload(['results'], async () => ({
        results: (await decideOverMany(store, viewer, input, settings.trust, signal)).map(toResult),
      })),
  },
} satisfies Resolvers;

const toResult = (result: BulkResult) =>
  'unit' in result
    ? { id: result.id, knowledgeUnit: result.unit, userErrors: [] }
    : { id: result.id, knowledgeUnit: null, userErrors: toUserErrors(result.error) };
