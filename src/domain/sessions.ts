import { ConflictError, NotFoundError } from '../errors.ts';
import type { Session, Store, User } from '../store/store.ts';
import type { By } from './account.ts';
import { audit, operator } from './audit.ts';
import { newHexId, parseNodeId, sessionNodeId, userIdOf, userNodeId } from './ids.ts';
import { tokenExpiry } from './jwt.ts';
import { hasScope, type KnownViewer } from './viewer.ts';

/**
 * Sessions: what a token stands for that was given for a password. One that is ended is void from the next request on, and
 * in other processes within a second (`known-callers.ts`). A release before takes such a token until it expires.
 */

/** Sessions of a person; of more the one that was not used the longest goes. */
export const maxSessions = 100;

/** Characters that are kept of what a program says that it is. */
const maxUserAgent = 200;

/** From where a session is opened. */
export interface SessionOrigin {
  /** The caller's network address. */
  readonly address?: string;
  /** The header `User-Agent`. */
  readonly userAgent?: string | undefined;
}

/** A session of a token that is issued now; `openSession` adds it. */
export const newSession = (user: User, { address, userAgent = '' }: SessionOrigin, now: Date): Session => ({
  id: newHexId(),
  userId: user.id,
  credentialsVersion: user.credentialsVersion,
  createdAt: now,
  lastUsedAt: now,
  expiresAt: tokenExpiry(now),
  address: address ?? null,
  userAgent: asciiOf(userAgent.slice(0, maxUserAgent)) || null,
});

/** Only characters that no terminal and no page takes for anything but text. */
const asciiOf = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, '?').trim();

/** Adds a session in a transaction. Throws `ConflictError` when the credentials have changed since they were checked: no failed attempt. */
export async function openSession(tx: Store, session: Session): Promise<void> {
  if (!(await tx.sessions.insert(session, maxSessions)))
    throw new ConflictError('The credentials of this account were changed meanwhile. Sign in again.', []);
}

/** Whether a session is in force. */
export const isOpen = ({ credentialsVersion, expiresAt }: Session, owner: User, now: Date): boolean =>
  credentialsVersion === owner.credentialsVersion && expiresAt > now;

/**
 * Ends a session of the caller, for administrators also anybody's. Throws `NotFoundError` for any other, and for one that has been
 * ended already.
 */
export async function endSession(
  store: Store,
  viewer: KnownViewer,
  nodeId: string,
  { now = store.now() }: { readonly now?: Date } = {},
): Promise<Session> {
  const id = parseNodeId(nodeId);
  const ended = id?.type === 'Session' ? await end(store, viewer, id.rest, now) : null;
  if (!ended) throw new NotFoundError('session', nodeId);
  return ended;
}

/** Ends the session of the caller's token. Throws `ConflictError` where the token has none, and `NotFoundError` where it was ended meanwhile. */
export async function signOut(
  store: Store,
  viewer: KnownViewer,
  { now = store.now() }: { readonly now?: Date } = {},
): Promise<Session> {
  const id = currentOf(viewer);
  if (id === undefined)
    throw new ConflictError(
      'This token was issued by a release without sessions: it is valid until it expires or the password is changed.',
      [],
    );
  return endSession(store, viewer, sessionNodeId(id), { now });
}

/** Ends all sessions of the caller but that of the token; answers how many. Tokens of releases without sessions stay valid. */
export const endOtherSessions = (store: Store, viewer: KnownViewer, options: By = {}): Promise<number> =>
  endAll(store, viewer.user, currentOf(viewer), { ...options, by: viewer });

/** Ends all sessions of an account; answers it, and how many. Throws `NotFoundError`. */
export async function endUserSessions(
  store: Store,
  nodeId: string,
  by: By = {},
): Promise<{ readonly user: User; readonly ended: number }> {
  const id = userIdOf(nodeId);
  const [user] = id === null ? [] : await store.users.findMany([id]);
  if (!user) throw new NotFoundError('user', nodeId);
  return { user, ended: await endAll(store, user, undefined, by) };
}

const currentOf = (viewer: KnownViewer): string | undefined =>
  viewer.kind === 'person' ? viewer.sessionId : undefined;

function end(store: Store, viewer: KnownViewer, id: string, now: Date): Promise<Session | null> {
  return store.transaction(async (tx) => {
    const [session] = hasScope(viewer, 'ADMIN') ? await tx.sessions.findMany([id]) : [];
    const owner = session?.userId ?? viewer.user.id;
    const ended = await tx.sessions.end(id, owner);
    const details = { owner: userNodeId(owner) };
    if (ended) await audit(tx, viewer, 'session.ended', { target: sessionNodeId(id), details, at: now });
    return ended;
  });
}

function endAll(
  store: Store,
  user: User,
  except: string | undefined,
  { by = operator, now = store.now() }: By,
): Promise<number> {
  return store.transaction(async (tx) => {
    const ended = await tx.sessions.endAll(user, now, except);
    const target = userNodeId(user.id);
    if (ended > 0) await audit(tx, by, 'sessions.ended', { target, details: { count: ended }, at: now });
    return ended;
  });
}
