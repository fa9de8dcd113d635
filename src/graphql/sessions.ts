import { sessionNodeId } from '../domain/ids.ts';
import { endOtherSessions, endSession, endUserSessions, signOut } from '../domain/sessions.ts';
import { requireScope, type Viewer } from '../domain/viewer.ts';
import type { Session as SessionRecord, User as UserRecord } from '../store/store.ts';
import type { Context } from './context.ts';
import { afterTime, listHash } from './cursor.ts';
import { pageSize } from './page-size.ts';
import { toConnection } from './relay-connections.ts';
import type { Resolvers, ViewerSessionsArgs } from './types.generated.ts';
import { mutationPayload } from './user-errors.ts';

/** Resolvers of schema/sessions.graphql. */
export const sessionResolvers = {
  Mutation: {
    endSession: (_root, { input }, { store, viewer, web }) =>
      mutationPayload(['session'], async () => {
        const session = await endSession(store, requireScope(viewer, 'AUTHENTICATED'), input.id);
        if (isCurrent(session, viewer)) web?.forget();
        return { session };
      }),
    signOut: (_root, _args, { store, viewer, web }) =>
      mutationPayload(['session'], async () => {
        const session = await signOut(store, requireScope(viewer, 'AUTHENTICATED'));
        web?.forget();
        return { session };
      }),
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
    isCurrent: (session, _args, { viewer }) => isCurrent(session, viewer),
  },
} satisfies Resolvers;

const isCurrent = ({ id }: SessionRecord, viewer: Viewer) => viewer.kind === 'person' && viewer.sessionId === id;

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
