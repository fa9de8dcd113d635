import { invitationNodeId } from '../domain/ids.ts';
import { acceptInvitation, findInvitation, inviteUser, revokeInvitation } from '../domain/invitations.ts';
import type { KnownViewer } from '../domain/viewer.ts';
import { given } from './account.ts';
import type { Context } from './context.ts';
import { afterTime, listHash } from './cursor.ts';
import { pageSize } from './page-size.ts';
import { toConnection } from './relay-connections.ts';
import type { MutationAcceptInvitationArgs, Resolvers } from './types.generated.ts';
import { mutationPayload } from './user-errors.ts';

/** Resolvers of schema/invitations.graphql. */
export const invitationResolvers = {
  Query: {
    invitations: async (_root, { first, after }, { store }) => {
      const list = listHash('invitations');
      const now = store.now();
      return toConnection({
        page: await store.invitations.list(now, { limit: pageSize('first', first, 20), from: afterTime(after, list) }),
        list,
        positionOf: ({ createdAt, id }) => [createdAt.getTime(), id],
        from: after,
        totalCount: () => store.invitations.count(now),
      });
    },
    invitation: (_root, { token }, { store }) => findInvitation(store, token),
  },

  Mutation: {
    inviteUser: (_root, { input: { role = 'member', ttl = '7d', username } }, { store, viewer }) =>
      mutationPayload(['invitation', 'token'], () => inviteUser(store, { role, ttl, username }, { by: viewer })),
    revokeInvitation: (_root, { input }, { store, viewer }) =>
      mutationPayload(['invitation'], async () => ({
        invitation: await revokeInvitation(store, input.id, { by: viewer }),
      })),
    acceptInvitation: (_root, { input }, context) =>
      mutationPayload(['token', 'expiresAt', 'viewer'], () =>
        context.signInLimit.attemptToken(context.address, () => accept(input, context)),
      ),
  },

  Invitation: {
    id: ({ id }) => invitationNodeId(id),
    invitedBy: ({ userId }, _args, { loaders }) => (userId === null ? null : loaders.userById.load(userId)),
  },
} satisfies Resolvers;

async function accept(input: MutationAcceptInvitationArgs['input'], context: Context) {
  const { store, secrets, releaseSlot, signal, address, userAgent } = context;
  const { passwords } = context.settings;
  // the password waits in the bulkhead of domain/passwords.ts
  releaseSlot();
  const origin = { address, userAgent };
  const { user, token, session } = await acceptInvitation(store, secrets, input, { ...origin, signal, passwords });
  const viewer: KnownViewer = { kind: 'person', user, sessionId: session.id, address };
  return { ...given(token, context), viewer };
}
