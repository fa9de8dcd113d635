import { checkFilter } from '../domain/filter.ts';
import { reviewUnit } from '../domain/review.ts';
import { BadUserInputError } from '../errors.ts';
import { connection } from './connections.ts';
import type { Context } from './context.ts';
import { afterTime, listHash } from './cursor.ts';
import { orderKey } from './knowledge.ts';
import { pageSize } from './page-size.ts';
import type { QueryReviewQueueArgs, Resolvers } from './types.generated.ts';
import { payload } from './user-errors.ts';

/** Resolvers of schema/review.graphql. */
export const reviewResolvers = {
  Query: {
    reviewQueue: (_root, args, context) => listQueue(args, context),
  },

  Mutation: {
    approveKnowledgeUnit: (_root, { input }, { store, viewer }) =>
      payload(['knowledgeUnit'], async () => ({ knowledgeUnit: await reviewUnit(store, viewer, input, 'approved') })),
    rejectKnowledgeUnit: (_root, { input }, { store, viewer }) =>
      payload(['knowledgeUnit'], async () => ({ knowledgeUnit: await reviewUnit(store, viewer, input, 'rejected') })),
  },

  Review: {
    reviewedBy: ({ reviewedBy }, _args, { loaders }) => loaders.userByName.load(reviewedBy),
  },
} satisfies Resolvers;

const oldestFirst = { field: 'createdAt', direction: 'asc' } as const;

async function listQueue({ first, after, filter: asked }: QueryReviewQueueArgs, { store }: Context) {
  if (asked?.statuses?.length)
    throw new BadUserInputError('filter.statuses: the review queue holds pending units only.');
  const filter = { ...checkFilter(asked), statuses: ['pending'] as const };
  const list = listHash(['reviewQueue', filter]);
  return connection({
    page: await store.units.list(filter, oldestFirst, {
      limit: pageSize('first', first, 20),
      from: afterTime(after, list),
    }),
    list,
    positionOf: (unit) => [orderKey(unit, oldestFirst), unit.id],
    from: after,
    totalCount: () => store.units.count(filter),
  });
}
