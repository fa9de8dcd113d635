import { findDuplicates, findRelated } from '../domain/duplicates.ts';
import { readFilter } from '../domain/filter.ts';
import { confirmUnit, flagUnit, maySee, maySeeAuthor, proposeUnit } from '../domain/knowledge.ts';
import { proposeRevision } from '../domain/suggestions.ts';
import { requireScope } from '../domain/viewer.ts';
import { BadUserInputError } from '../errors.ts';
import type { FlagReason, Position, UnitOrder } from '../store/store.ts';
import type { Context } from './context.ts';
import { afterTime, decodeCursor, isDatePosition, isIntegerPosition, isNumberPosition, listHash } from './cursor.ts';
import type { KnowledgeUnitOrderField } from './enums.ts';
import { pageSize } from './page-size.ts';
import { toConnection } from './relay-connections.ts';
import { unitAskedFor, visibleUnit } from './relay-node.ts';
import type { QueryKnowledgeUnitsArgs, Resolvers } from './types.generated.ts';
import { mutationPayload } from './user-errors.ts';

const maxRelated = 20;

/** Resolvers of schema/knowledge.graphql. */
export const knowledgeResolvers = {
  Query: {
    knowledgeUnit: (_root, { id }, context) => unitAskedFor(id, context),
    knowledgeUnits: (_root, args, context) => listUnits(args, context),
  },

  Mutation: {
    proposeKnowledgeUnit: (_root, { input }, { store, viewer, queryVectors, settings }) =>
      mutationPayload(['knowledgeUnit', 'suggestion'], async () => {
        const proposer = requireScope(viewer, 'KNOWLEDGE_WRITE');
        if (input.revises != null) {
          const suggestion = await proposeRevision(store, proposer, input, input.revises, settings.trust);
          return { knowledgeUnit: null, suggestion };
        }
        const threshold = settings.duplicateThreshold;
        const meaning = threshold === null ? null : { queryVectors, threshold };
        const check = { repeats: settings.trust.repeatCheck, meaning };
        const knowledgeUnit = await proposeUnit(
          store,
          proposer,
          input,
          check,
          settings.trust.secretScan ? 'refuse' : 'ignore',
        );
        settings.embedSoon();
        return { knowledgeUnit, suggestion: null };
      }),
    confirmKnowledgeUnit: (_root, { input }, { store, viewer, settings, signal }) =>
      mutationPayload(['knowledgeUnit'], async () => ({
        knowledgeUnit: await confirmUnit(
          store,
          requireScope(viewer, 'KNOWLEDGE_WRITE'),
          input.id,
          settings.trust,
          signal,
        ),
      })),
    flagKnowledgeUnit: (_root, { input }, { store, viewer, signal }) =>
      mutationPayload(['knowledgeUnit'], async () => ({
        knowledgeUnit: await flagUnit(store, requireScope(viewer, 'KNOWLEDGE_WRITE'), input, signal),
      })),
  },

  KnowledgeUnit: {
    domains: ({ domains }) => [...domains],
    context: ({ context }) => ({
      languages: [...context.languages],
      frameworks: [...context.frameworks],
      pattern: context.pattern === '' ? null : context.pattern,
    }),
    evidence: ({ evidence, confirmers, ownConfirmations }) => ({ ...evidence, confirmers, ownConfirmations }),
    supersededBy: async ({ id, supersededBy }, _args, context) => {
      const end = supersededBy && (await context.loaders.successor.load(id));
      return end ? visibleUnit(end, context) : null;
    },
    proposedBy: (unit, _args, { loaders, viewer }) =>
      maySeeAuthor(viewer, unit) ? loaders.userByName.load(unit.createdBy) : null,
    review: (unit, _args, { viewer }) => (maySeeAuthor(viewer, unit) ? unit.review : null),
    flagCounts: async ({ id }, _args, { loaders }) =>
      Object.entries(await loaders.flagCounts.load(id)).map(([reason, count]) => ({
        reason: reason as FlagReason,
        count,
      })),
    flags: ({ id }, { first, after }, { store }) => listFlags(store, id, first, after),
    related: (unit, { first }, { store, queryVectors, viewer }) =>
      findRelated(store, queryVectors, viewer, unit, pageSize('first', first, 5, maxRelated)),
    heldSecrets: ({ held }) => (held?.findings ?? []).map(({ path, kind }) => ({ path: [...path], kind })),
    secretsReleasedBy: ({ held }, _args, { loaders }) =>
      held?.releasedBy ? loaders.userByName.load(held.releasedBy) : null,
    duplicates: (unit, { first }, { store, queryVectors, settings }) =>
      findDuplicates(store, queryVectors, settings.duplicateThreshold, unit, pageSize('first', first, 3, maxRelated)),
    viewerHasConfirmed: ({ id }, _args, { loaders }) => loaders.confirmed.load(id),
    viewerHasFlagged: ({ id }, _args, { loaders }) => loaders.flagged.load(id),
  },

  DuplicateError: {
    existing: ({ existing }, _args, { viewer }) => (existing && maySee(viewer, existing) ? existing : null),
  },

  Flag: {
    duplicateOf: (flag, _args, context) => (flag.duplicateOf ? visibleUnit(flag.duplicateOf, context) : null),
    flaggedBy: ({ createdBy }, _args, { loaders }) => (createdBy ? loaders.userByName.load(createdBy) : null),
  },
} satisfies Resolvers;

async function listUnits(args: QueryKnowledgeUnitsArgs, { store, viewer }: Context) {
  const { first, after, last, before } = args;
  const backward = last != null || before != null;
  if (backward && (first != null || after != null))
    throw new BadUserInputError('Page forward with first and after, or back with last and before, not both.');
  const filter = readFilter(viewer, args.filter);
  const order: ListOrder = { field: args.orderBy?.field ?? 'createdAt', direction: args.orderBy?.direction ?? 'desc' };
  const list = listHash(['knowledgeUnits', filter, order]);
  const from = backward ? before : after;
  const at = from == null ? undefined : readPosition(backward ? 'before' : 'after', from, list, order);
  const limit = backward ? pageSize('last', last, 20) : pageSize('first', first, 20);
  const page = await store.units.list(filter, order, { limit, from: at, backward });
  return toConnection({
    page,
    list,
    positionOf: ({ id }, index) => [Number(page.keys[index]), id],
    from,
    backward,
    totalCount: () => store.units.count(filter),
  });
}

interface ListOrder extends UnitOrder {
  readonly field: KnowledgeUnitOrderField;
}

const positionsBy = {
  createdAt: isDatePosition,
  updatedAt: isDatePosition,
  confidence: isNumberPosition,
  confirmations: isIntegerPosition,
  lastConfirmedAt: isDatePosition,
  answers: isIntegerPosition,
  lastAnsweredAt: isDatePosition,
  flags: isIntegerPosition,
  confirmers: isIntegerPosition,
};

function readPosition(argument: string, cursor: string, list: string, order: ListOrder): Position<Date | number> {
  const [key, id] = decodeCursor(argument, cursor, list, positionsBy[order.field]);
  return { key: positionsBy[order.field] === isDatePosition ? new Date(key) : key, id };
}

async function listFlags(
  store: Context['store'],
  unitId: string,
  first: number | null | undefined,
  after: string | null | undefined,
) {
  const list = listHash(['flags', unitId]);
  const counts = async () =>
    Object.values((await store.flags.counts([unitId]))[0] ?? {}).reduce((sum, count) => sum + count, 0);
  return toConnection({
    page: await store.flags.list(unitId, {
      limit: pageSize('first', first, 20),
      from: afterTime(after, list),
    }),
    list,
    positionOf: ({ createdAt, id }) => [createdAt.getTime(), id],
    from: after,
    totalCount: counts,
  });
}
