import { checkAuditFilter } from '../domain/audit-filter.ts';
import { apiKeyNodeId, auditNodeId, userIdOf } from '../domain/ids.ts';
import { isInstant } from '../domain/rules.ts';
import type { Context } from './context.ts';
import { decodeCursor, isInteger, listHash } from './cursor.ts';
import { pageSize } from './page-size.ts';
import { toConnection } from './relay-connections.ts';
import type { QueryAuditLogArgs, Resolvers } from './types.generated.ts';

/** Resolvers of schema/audit.graphql. */
export const auditResolvers = {
  Query: {
    auditLog: (_root, args, context) => listAudit(args, context),
  },

  AuditEntry: {
    id: ({ id }) => auditNodeId(id),
    actor: ({ actorId }, _args, { loaders }) => (actorId === null ? null : loaders.userById.load(actorId)),
    keyId: ({ keyId }) => keyId && apiKeyNodeId(keyId),
    targetUser: ({ target }, _args, { loaders }) => {
      const id = target === null ? null : userIdOf(target);
      return id === null ? null : loaders.userById.load(id);
    },
  },
} satisfies Resolvers;

async function listAudit({ first, after, filter: input }: QueryAuditLogArgs, { store }: Context) {
  const filter = checkAuditFilter(input);
  const list = listHash(['auditLog', filter]);
  const from = after == null ? undefined : decodeCursor('after', after, list, isAuditPosition);
  return toConnection({
    page: await store.audit.list(filter, {
      limit: pageSize('first', first, 20),
      from: from && { key: new Date(from[0]), id: from[1] },
    }),
    list,
    positionOf: ({ at, id }) => [at.getTime(), id],
    from: after,
    totalCount: () => store.audit.count(filter),
  });
}

const isAuditPosition = (position: readonly unknown[]): position is [number, number] =>
  position.length === 2 &&
  typeof position[0] === 'number' &&
  isInstant(new Date(position[0])) &&
  isInteger(position[1]);
