import {
  type AttentionPlace,
  type AttentionReason,
  attentionReasons,
  countAttention,
  listAttention,
} from '../domain/attention.ts';
import { BadUserInputError } from '../errors.ts';
import type { Context } from './context.ts';
import { decodeCursor, encodeCursor, isDatePosition, isIntegerPosition, listHash } from './cursor.ts';
import { pageSize } from './page-size.ts';
import type { QueryAttentionArgs, Resolvers } from './types.generated.ts';

const unused = { answers: 0, lastAnsweredAt: null, requests: 0, lastRequestedAt: null };

/** Resolvers of schema/freshness.graphql. */
export const freshnessResolvers = {
  Query: {
    attention: (_root, args, context) => attention(args, context),
  },

  KnowledgeUnit: {
    // a unit that was proposed a moment ago may not be on a replica yet
    usage: async ({ id }, _args, { loaders }) => (await loaders.usage.load(id)) ?? unused,
  },
} satisfies Resolvers;

async function attention({ first, after, reasons: asked }: QueryAttentionArgs, { store, settings }: Context) {
  if (asked && asked.length > attentionReasons.length)
    throw new BadUserInputError(`reasons must have at most ${attentionReasons.length} items, got ${asked.length}.`);
  const reasons = attentionReasons.filter((reason) => !asked?.length || asked.includes(reason));
  const question = { reasons, staleAfterDays: settings.staleAfterDays };
  const list = listHash(['attention', reasons]);
  const from = after == null ? undefined : toPlace(decodeCursor('after', after, list, isPlace));
  const { items, hasMore } = await listAttention(store, question, pageSize('first', first, 20), from);
  const edges = items.map(({ reason, unit, key }) => ({
    cursor: encodeCursor(list, [reason, Number(key), unit.id]),
    reason,
    node: unit,
  }));
  return {
    edges,
    nodes: items.map(({ unit }) => unit),
    pageInfo: {
      hasNextPage: hasMore,
      hasPreviousPage: after != null,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: () => countAttention(store, question),
  };
}

type Place = [reason: AttentionReason, key: number, id: string];

const positionsBy = {
  flagged: isIntegerPosition,
  unconfirmed: isDatePosition,
  superseded_in_use: isDatePosition,
  held: isDatePosition,
};

const isPlace = (position: readonly unknown[]): position is Place =>
  attentionReasons.some((reason) => reason === position[0] && positionsBy[reason](position.slice(1)));

const toPlace = ([reason, key, id]: Place): AttentionPlace => ({
  reason,
  key: positionsBy[reason] === isDatePosition ? new Date(key) : key,
  id,
});
