import { type DocumentNode, type FragmentDefinitionNode, getOperationAST, Kind, type SelectionSetNode } from 'graphql';
import {
  changePassword,
  createApiKey,
  createUser,
  revokeAnyApiKey,
  setUserPassword,
  setUserRole,
  signIn,
} from '../domain/account.ts';
import { apiKeyNodeId, userNodeId } from '../domain/ids.ts';
import type { Token } from '../domain/jwt.ts';
import { closeUser, reinstateUser, reopenUser, suspendUser } from '../domain/suspension.ts';
import { type KnownViewer, requireScope, scopesOf } from '../domain/viewer.ts';
import type { User as UserRecord } from '../store/store.ts';
import type { Context } from './context.ts';
import { afterKey, afterTime, isInteger, listHash } from './cursor.ts';
import { pageSize } from './page-size.ts';
import { toConnection } from './relay-connections.ts';
import type { MutationSignInArgs, Resolvers, ViewerApiKeysArgs } from './types.generated.ts';
import { mutationPayload } from './user-errors.ts';

/** Resolvers of schema/account.graphql. */
export const accountResolvers = {
  Query: {
    viewer: (_root, _args, { viewer }) => (viewer.kind === 'anonymous' ? null : viewer),
    users: async (_root, { first, after }, { store }) => {
      const list = listHash('users');
      return toConnection({
        page: await store.users.list({
          limit: pageSize('first', first, 20),
          from: afterKey(after, list, isUserPosition),
        }),
        list,
        positionOf: ({ username, id }) => [username, id],
        from: after,
        totalCount: () => store.users.count(),
      });
    },
  },

  Mutation: {
    signIn: (_root, { input }, context) =>
      mutationPayload(['token', 'expiresAt', 'viewer'], () =>
        context.signInLimit.attempt(input.username, context.address, () => signInAs(input, context)),
      ),
    changePassword: (_root, { input }, context) =>
      mutationPayload(['token', 'expiresAt'], async () => {
        const { store, secrets, settings, signInLimit, releaseSlot, signal, address, userAgent } = context;
        const { passwords } = settings;
        const viewer = requireScope(context.viewer, 'AUTHENTICATED');
        const change = () => {
          releaseSlot();
          return changePassword(store, secrets, viewer, input, { signal, address, userAgent, passwords });
        };
        return given(await signInLimit.attempt(viewer.user.username, address, change), context);
      }),
    createApiKey: (_root, { input }, { store, secrets, viewer }) =>
      mutationPayload(['apiKey', 'secret'], () =>
        createApiKey(store, secrets, requireScope(viewer, 'AUTHENTICATED').user, input, { by: viewer }),
      ),
    revokeApiKey: (_root, { input }, { store, viewer }) =>
      mutationPayload(['apiKey'], async () => ({
        apiKey: await revokeAnyApiKey(store, requireScope(viewer, 'AUTHENTICATED'), input.id),
      })),
    createUser: (_root, { input }, { store, settings: { passwords }, viewer }) =>
      mutationPayload(['user'], async () => ({
        user: await createUser(store, { ...input, role: input.role ?? 'member' }, { by: viewer, passwords }),
      })),
    setUserRole: (_root, { input }, { store, viewer }) =>
      mutationPayload(['user'], async () => ({
        user: await setUserRole(store, input.id, input.role, { by: viewer }),
      })),
    setUserPassword: (_root, { input }, { store, settings: { passwords }, viewer, releaseSlot }) =>
      mutationPayload(['user'], async () => {
        // the password waits in the bulkhead of domain/passwords.ts
        releaseSlot();
        return { user: await setUserPassword(store, input, { by: viewer, passwords }) };
      }),
    suspendUser: (_root, { input }, { store, viewer }) =>
      mutationPayload(['user', 'rejected', 'rejectedSuggestions', 'retired', 'hasMore'], () =>
        suspendUser(store, input, { by: viewer }),
      ),
    reinstateUser: (_root, { input }, { store, viewer }) =>
      mutationPayload(['user', 'restored', 'restoredSuggestions', 'reinstated', 'hasMore'], () =>
        reinstateUser(store, input, { by: viewer }),
      ),
    closeUser: (_root, { input }, { store, viewer }) =>
      mutationPayload(['user'], async () => ({ user: await closeUser(store, input.id, { by: viewer }) })),
    reopenUser: (_root, { input }, { store, viewer }) =>
      mutationPayload(['user'], async () => ({ user: await reopenUser(store, input.id, { by: viewer }) })),
  },

  User: {
    id: ({ id }) => userNodeId(id),
    apiKeys: (user, args, context) => listApiKeys(user, args, context),
    proposalRecord: ({ username }, _args, { loaders }) => loaders.proposalRecord.load(username),
    suspendedBy: ({ suspendedBy }, _args, { loaders }) => (suspendedBy ? loaders.userByName.load(suspendedBy) : null),
  },

  Viewer: {
    role: ({ user }) => user.role,
    scopes: (viewer) => [...scopesOf(viewer)],
    apiKeys: ({ user }, args, context) => listApiKeys(user, args, context),
  },

  ApiKey: {
    id: ({ id }) => apiKeyNodeId(id),
    labels: ({ labels }) => [...labels],
    domains: ({ domains }) => domains && [...domains],
    isActive: ({ revokedAt, expiresAt }, _args, { store }) => revokedAt === null && expiresAt > store.now(),
  },
} satisfies Resolvers;

/** Fields by which somebody signs in who has no credentials. */
const doors = ['signIn', 'acceptInvitation'];

/** Whether a document that is not parsed yet may sign in. */
export const maySignIn = (query: unknown): boolean =>
  typeof query === 'string' && doors.some((door) => query.includes(door));

/** Whether an operation does nothing but sign in: it may use the points that an address has for that purpose. */
export function signsIn(document: DocumentNode, operationName: string | null | undefined): boolean {
  const operation = getOperationAST(document, operationName);
  return (
    operation?.operation === 'mutation' && rootFields(operation.selectionSet).every((name) => doors.includes(name))
  );

  function rootFields({ selections }: SelectionSetNode): string[] {
    return selections.flatMap((selection) => {
      if (selection.kind === Kind.FIELD) return selection.name.value;
      if (selection.kind === Kind.INLINE_FRAGMENT) return rootFields(selection.selectionSet);
      const fragment = document.definitions.find(
        (definition) => definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === selection.name.value,
      ) as FragmentDefinitionNode | undefined;
      return fragment ? rootFields(fragment.selectionSet) : [];
    });
  }
}

async function signInAs(input: MutationSignInArgs['input'], context: Context) {
  const { store, secrets, releaseSlot, signal, address, userAgent } = context;
  const { passwords } = context.settings;
  // the password waits in the bulkhead of domain/passwords.ts
  releaseSlot();
  const { user, token, session } = await signIn(store, secrets, input, { signal, address, userAgent, passwords });
  const viewer: KnownViewer = { kind: 'person', user, sessionId: session.id, address };
  return { ...given(token, context), viewer };
}

/** A token as its payload has it. The web page does not get to see it: its browser keeps it. */
export function given(token: Token, { web }: Context): { token: string | null; expiresAt: Date } {
  web?.keep(token);
  return { token: web ? null : token.text, expiresAt: token.expiresAt };
}

async function listApiKeys(user: UserRecord, { first, after, includeInactive }: ViewerApiKeysArgs, { store }: Context) {
  const list = listHash(['apiKeys', user.id, includeInactive === true]);
  const activeAt = includeInactive ? null : store.now();
  return toConnection({
    page: await store.apiKeys.list(user.id, activeAt, {
      limit: pageSize('first', first, 20),
      from: afterTime(after, list),
    }),
    list,
    positionOf: ({ createdAt, id }) => [createdAt.getTime(), id],
    from: after,
    totalCount: () => store.apiKeys.count(user.id, activeAt),
  });
}

const isUserPosition = (position: readonly unknown[]): position is [string, number] =>
  position.length === 2 &&
  typeof position[0] === 'string' &&
  position[0].isWellFormed() &&
  !position[0].includes('\0') &&
  isInteger(position[1]);
