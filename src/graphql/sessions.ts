import { sessionNodeId } from '../domain/ids.ts';
import { endOtherSessions, endSession, endUserSessions, signOut } from '../domain/sessions.ts';
import { requireScope } from '../domain/viewer.ts';
import type { User as UserRecord } from '../store/store.ts';
import type { Context } from './context.ts';
import { afterTime, listHash } from './cursor.ts';
import { pageSize } from './page-size.ts';
import { toConnection } from './relay-connections.ts';
import type { Resolvers, ViewerSessionsArgs } from './types.generated.ts';
import { mutationPayload } from './user-errors.ts';

/** Resolvers of schema/sessions.graphql. */
export const sessionResolvers = {
  Mutation: {
    endSession: (_root, { input }, { store, viewer }) =>
      mutationPayload(['session'], async () => ({
        session: await endSession(store, requireScope(viewer, 'AUTHENTICATED'), input.id),
      })),
    signOut: (_root, _args, { store, viewer }) =>
      mutationPayload(['session'], async () => ({
        session: await signOut(store, requireScope(viewer, 'AUTHENTICATED')),
      })),
    endOtherSessions: (_root, _args, { store, viewer }) =>
      mutationPayload(['ended'], async () => ({
        ended: await endOtherSessions(store, requireScope(viewer, 'AUTHENTICATED')),
      })),
    endUserSessions: (_root, { input }, { store, viewer }) =>
      mutationPayload(['user', 'ended'], () => endUserSessions(store, input.id, { by: viewer })),
  },

  User: {
    sessions: (user, args, context) => listSessions(user, args, context),
  },

  Viewer: {
    sessions: ({ user }, args, context) => listSessions(user, args, context),
  },

  Session: {
    id: ({ id }) => sessionNodeId(id),
    isCurrent: ({ id }, _args, { viewer }) => viewer.kind === 'person' && viewer.sessionId === id,
  },
} satisfies Resolvers;

async function listSessions(user: UserRecord, { first, after }: ViewerSessionsArgs, { store }: Context) {
  const list = listHash(['sessions', user.id]);
  const now = store.now();
  return toConnection({
    page: await store.sessions.list(user, now, { limit: pageSize('first', first, 20), from: afterTime(after, list) }),
    list,
    positionOf: ({ createdAt, id }) => [createdAt.getTime(), id],
    from: after,
    totalCount: () => store.sessions.count(user, now),
  });
}
