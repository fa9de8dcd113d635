import { UnauthenticatedError, UnavailableError } from '../errors.ts';
import type { ApiKey, Store, User } from '../store/store.ts';
import { isApiKey, type PresentedApiKey, parseApiKey } from './api-key.ts';
import { audit } from './audit.ts';
import { apiKeyNodeId } from './ids.ts';
import { isTokenOf, type TokenClaims, verifyToken } from './jwt.ts';
import type { Secrets } from './secrets.ts';
import { anonymous, inactivityOf, type Viewer } from './viewer.ts';

/**
 * Authenticates an `Authorization` header: a JWT or an API key as bearer token. Without a header the caller is anonymous. `address`
 * is the caller's network address, which the viewer gets. Throws `UnauthenticatedError` for a header that is not valid.
 */
export async function authenticate(
  store: Store,
  secrets: Secrets,
  header: string | null,
  { now = store.now(), address }: { readonly now?: Date; readonly address?: string } = {},
): Promise<Viewer> {
  const from = address === undefined ? {} : { address };
  if (header === null) return { ...anonymous, ...from };
  const credential = credentialOf(header);
  if (credential === null)
    throw new UnauthenticatedError('The Authorization header must be "Bearer" and a token or an API key.');
  const identify = isApiKey(credential) ? agent : person;
  return identify(store, secrets, credential, { now, from });
}

/**
 * The token or API key of an `Authorization` header; null if it is of another form. The scheme is in any case, with any number of
 * spaces and tabs after it (RFC 9110).
 */
export const credentialOf = (header: string | null): string | null =>
  /^[ \t]*bearer[ \t]+([^ \t]+)[ \t]*$/i.exec(header ?? '')?.[1] ?? null;

interface Origin {
  readonly now: Date;
  readonly from: { readonly address?: string };
}

/**
 * Authenticates the token that the web page's cookie holds. One that this server did not issue, or that has expired, counts as none: a
 * browser also sends the cookies of other servers of the same host. Throws `UnauthenticatedError` for one whose session was ended.
 */
export async function authenticateSession(
  store: Store,
  secrets: Secrets,
  credential: string,
  { now = store.now(), address }: { readonly now?: Date; readonly address?: string } = {},
): Promise<Viewer> {
  const from = address === undefined ? {} : { address };
  const token = await verifyToken(secrets, credential, now);
  return token ? owner(store, token, { now, from }) : { ...anonymous, ...from };
}

async function person(store: Store, secrets: Secrets, credential: string, origin: Origin): Promise<Viewer> {
  const token = await verifyToken(secrets, credential, origin.now);
  if (!token) throw new UnauthenticatedError('Invalid or expired token.');
  return owner(store, token, origin);
}

async function owner(store: Store, token: TokenClaims, { now, from }: Origin): Promise<Viewer> {
  const user = await ownerOf(store, token);
  if (!user) throw new UnauthenticatedError('Invalid or expired token.');
  requireActive(user);
  if (!isTokenOf(token, user)) throw new UnauthenticatedError('Invalid or expired token.');
  const { sessionId } = token;
  store.users.touch(user.id, now);
  if (sessionId === null) return { kind: 'person', user, ...from };
  store.sessions.touch(sessionId, now);
  return { kind: 'person', user, sessionId, ...from };
}

/** The user that a token names, unless its session has been ended: in one statement, since it runs for each request. */
const ownerOf = (store: Store, { username, sessionId }: TokenClaims): Promise<User | null> =>
  sessionId === null ? store.users.findByName(username) : store.sessions.findUser(username, sessionId);

async function agent(store: Store, secrets: Secrets, credential: string, { now, from }: Origin): Promise<Viewer> {
  const presented = parseApiKey(secrets, credential);
  const found = presented && (await store.apiKeys.findActive(presented.id, now));
  if (!presented || !found?.user || !presented.matches(found.key)) throw new UnauthenticatedError('Invalid API key.');
  requireActive(found.user);
  const { id: keyId, access, domains } = found.key;
  const viewer: Viewer = { kind: 'agent', user: found.user, keyId, limits: { access, domains }, ...from };
  await noteFirstUse(store, viewer, found.key, presented, now);
  store.apiKeys.touch(keyId, now);
  store.users.touch(found.user.id, now);
  return viewer;
}

/**
 * Records that a key is used for the first time, and hashes it with the current pepper where it was hashed with another one. Once for
 * each key, so that later requests wait for no write. A database that takes no writes now is no reason to refuse the key.
 */
async function noteFirstUse(
  store: Store,
  viewer: Viewer,
  { lastUsedAt, ...key }: ApiKey,
  presented: PresentedApiKey,
  now: Date,
): Promise<void> {
  const { id } = key;
  const current = presented.current(key);
  const isRehashed = key.pepper !== current.pepper;
  if (!isRehashed && lastUsedAt !== null) return;
  try {
    await store.transaction(async (tx) => {
      if (isRehashed) await tx.apiKeys.rehash(id, key.hash, current);
      if (lastUsedAt === null && (await tx.apiKeys.noteFirstUse(id, now)))
        await audit(tx, viewer, 'apiKey.firstUsed', { target: apiKeyNodeId(id), at: now });
    });
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
  }
}

/** Throws `UnauthenticatedError` for a credential of an account that is suspended or closed: who has one may know. */
function requireActive(user: User) {
  const reason = inactivityOf(user);
  if (reason !== null) throw new UnauthenticatedError(reason);
}
