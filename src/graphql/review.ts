import { checkFilter } from '../domain/filter.ts';
import { approveInPlaceOf } from '../domain/lifecycle.ts';
import { releaseUnit, reviewUnit } from '../domain/review.ts';
import type { TrustPolicy } from '../domain/trust.ts';
import type { Viewer } from '../domain/viewer.ts';
import { BadUserInputError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import type { Context } from './context.ts';
import { afterTime, listHash } from './cursor.ts';
import { pageSize } from './page-size.ts';
import { toConnection } from './relay-connections.ts';
import type { ApproveKnowledgeUnitInput, QueryReviewQueueArgs, Resolvers } from './types.generated.ts';
import { mutationPayload } from './user-errors.ts';

/** Resolvers of schema/review.graphql. */
export const reviewResolvers = {
  Query: {
    reviewQueue: (_root, args, context) => listQueue(args, context),
  },

  Mutation: {
    approveKnowledgeUnit: (_root, { input }, { store, viewer, settings }) =>
      mutationPayload(['knowledgeUnit'], async () => ({
        knowledgeUnit: await approve(store, viewer, input, settings.trust),
      })),
    releaseKnowledgeUnit: (_root, { input }, { store, viewer, settings }) =>
      mutationPayload(['knowledgeUnit'], async () => {
        const knowledgeUnit = await releaseUnit(store, viewer, input, settings.trust);
        settings.embedSoon();
        return { knowledgeUnit };
      }),
    rejectKnowledgeUnit: (_root, { input }, { store, viewer, settings }) =>
      mutationPayload(['knowledgeUnit'], async () => ({
        knowledgeUnit: await reviewUnit(store, viewer, input, 'rejected', settings.trust),
      })),
  },

  Review: {
    reviewedBy: ({ reviewedBy }, _args, { loaders }) => loaders.userByName.load(reviewedBy),
  },
} satisfies Resolvers;

async function approve(
  store: Store,
  viewer: Viewer,
  { supersedesId, ...decision }: ApproveKnowledgeUnitInput,
  policy: TrustPolicy,
) {
  if (supersedesId == null) return reviewUnit(store, viewer, decision, 'approved', policy);
  return (await approveInPlaceOf(store, viewer, { ...decision, supersedesId }, policy)).successor;
}

const oldestFirst = { field: 'createdAt', direction: 'asc' } as const;

async function listQueue({ first, after, filter: filterInput }: QueryReviewQueueArgs, { store }: Context) {
  if (filterInput?.statuses?.length)
    throw new BadUserInputError('filter.statuses: the review queue holds pending units only.');
  const filter = { ...checkFilter(filterInput), statuses: ['pending'] as const };
  const list = listHash(['reviewQueue', filter]);
  return toConnection({
    page: await store.units.list(filter, oldestFirst, {
      limit: pageSize('first', first, 20),
      from: afterTime(after, list),
    }),
    list,
    positionOf: (unit) => [unit.createdAt.getTime(), unit.id],
    from: after,
    totalCount: () => store.units.count(filter),
  });
}
