import { confidenceHistory } from '../domain/confidence-history.ts';
import { typesToldOf } from '../domain/knowledge.ts';
import { hasScope } from '../domain/viewer.ts';
import type { KnowledgeUnit } from '../store/store.ts';
import type { Context } from './context.ts';
import { afterKey, isIntegerPosition, isTextPosition, listHash } from './cursor.ts';
import { pageSize } from './page-size.ts';
import { toConnection } from './relay-connections.ts';
import type { Resolvers } from './types.generated.ts';

interface PageArgs {
  readonly first?: number | null;
  readonly after?: string | null;
}

/** Resolvers of schema/evidence.graphql. */
export const evidenceResolvers = {
  KnowledgeUnit: {
    confirmations: (unit, args, context) => listConfirmations(unit, args, context),
    activity: (unit, args, context) => listActivity(unit, args, context),
    confidenceHistory: (unit, _args, { store }) => confidenceHistory(store, unit),
  },

  Confirmation: {
    confirmedBy: ({ username }, _args, { loaders }) => loaders.userByName.load(username),
    confirmedAt: ({ lastAt }) => lastAt,
  },
} satisfies Resolvers;

/** Of everybody for reviewers, of the caller alone for all others. */
async function listConfirmations({ id }: KnowledgeUnit, { first, after }: PageArgs, { store, viewer }: Context) {
  const by = hasScope(viewer, 'REVIEWER') ? null : viewer.kind === 'anonymous' ? '' : viewer.user.username;
  const list = listHash(['confirmations', id, by]);
  return toConnection({
    page: await store.units.confirmations(id, by, {
      limit: pageSize('first', first, 20),
      from: afterKey(after, list, isTextPosition),
    }),
    list,
    positionOf: ({ username }) => [username, username],
    from: after,
    totalCount: () => store.units.countConfirmations(id, by),
  });
}

async function listActivity(unit: KnowledgeUnit, { first, after }: PageArgs, { store, viewer }: Context) {
  const types = typesToldOf(viewer, unit);
  const list = listHash(['unitActivity', unit.id, types]);
  const from = afterKey(after, list, isIntegerPosition);
  const { totalCount: _, ...connection } = toConnection({
    page: await store.events.ofUnit(unit.id, types, {
      limit: pageSize('first', first, 20),
      from: from && { key: from.key, id: from.key },
    }),
    list,
    positionOf: (event) => [event.id, unit.id],
    from: after,
    totalCount: async () => 0,
  });
  return connection;
}
