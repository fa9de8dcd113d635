import { UnauthenticatedError, UnavailableError } from '../errors.ts';
import type { ApiKey, Store, User } from '../store/store.ts';
import { isApiKey, type PresentedApiKey, parseApiKey } from './api-key.ts';
import { audit } from './audit.ts';
import { apiKeyNodeId } from './ids.ts';
import { isTokenOf, type TokenClaims, verifyToken } from './jwt.ts';
import type { KnownCallers, Verified, Way } from './known-callers.ts';
import type { Secrets } from './secrets.ts';
import { anonymous, inactivityOf, type Viewer } from './viewer.ts';

/** What callers are told by. */
export interface Authority {
  readonly store: Store;
  readonly secrets: Secrets;
  /** Who was verified a moment ago; without it everybody is verified anew. */
  readonly known?: KnownCallers;
}

interface Circumstances {
  readonly now?: Date;
  /** The caller's network address, which the viewer gets. */
  readonly address?: string;
}

/**
 * Authenticates an `Authorization` header: a JWT or an API key as bearer token. Without a header the caller is anonymous. Throws
 * `UnauthenticatedError` for a header that is not valid.
 */
export async function authenticate(
  authority: Authority,
  header: string | null,
  { now = authority.store.now(), address }: Circumstances = {},
): Promise<Viewer> {
  if (header === null) return { ...anonymous, ...from(address) };
  const credential = credentialOf(header);
  if (credential === null)
    throw new UnauthenticatedError('The Authorization header must be "Bearer" and a token or an API key.');
  const verify = isApiKey(credential) ? agent : person;
  const found = await find(authority, 'bearer', credential, now, () => verify(authority, credential, now, address));
  if (!found) throw new UnauthenticatedError('Invalid or expired token.');
  return seen(authority, found, now, address);
}

/**
 * The token or API key of an `Authorization` header; null if it is of another form. The scheme is in any case, with any number of
 * spaces and tabs after it (RFC 9110).
 */
export const credentialOf = (header: string | null): string | null =>
  /^[ \t]*bearer[ \t]+([^ \t]+)[ \t]*$/i.exec(header ?? '')?.[1] ?? null;

/**
 * Authenticates the token that the web page's cookie holds. One that this server did not issue, or that has expired, counts as none: a
 * browser also sends the cookies of other servers of the same host. Throws `UnauthenticatedError` for one whose session was ended.
 */
export async function authenticateSession(
  authority: Authority,
  credential: string,
  { now = authority.store.now(), address }: Circumstances = {},
): Promise<Viewer> {
  const found = await find(authority, 'cookie', credential, now, () => person(authority, credential, now));
  return found ? seen(authority, found, now, address) : { ...anonymous, ...from(address) };
}

const from = (address: string | undefined) => (address === undefined ? {} : { address });

type Verify = () => Promise<Verified | null>;

const find = ({ known }: Authority, way: Way, credential: string, now: Date, verify: Verify) =>
  known ? known.find(way, credential, now, verify) : verify();

/** Notes the use of a credential, and of the account, and names where the request is from. */
function seen({ store }: Authority, { viewer }: Verified, now: Date, address: string | undefined): Viewer {
  if (viewer.kind === 'agent') store.apiKeys.touch(viewer.keyId, now);
  else if (viewer.sessionId !== undefined) store.sessions.touch(viewer.sessionId, now);
  store.users.touch(viewer.user.id, now);
  return { ...viewer, ...from(address) };
}

/** The person of a token; null for what is no token of this server, or has expired. Throws `UnauthenticatedError` for one that is void. */
async function person({ store, secrets }: Authority, credential: string, now: Date): Promise<Verified | null> {
  const token = await verifyToken(secrets, credential, now);
  if (!token) return null;
  const user = await ownerOf(store, token);
  if (!user) throw new UnauthenticatedError('Invalid or expired token.');
  requireActive(user);
  if (!isTokenOf(token, user)) throw new UnauthenticatedError('Invalid or expired token.');
  const { sessionId, expiresAt } = token;
  const viewer = { kind: 'person', user, ...(sessionId !== null && { sessionId }) } as const;
  return { viewer, expiresAt, isSettled: true };
}

/** The user that a token names, unless its session has been ended: in one statement, since it may run for each request. */
const ownerOf = (store: Store, { username, sessionId }: TokenClaims): Promise<User | null> =>
  sessionId === null ? store.users.findByName(username) : store.sessions.findUser(username, sessionId);

async function agent(
  { store, secrets }: Authority,
  credential: string,
  now: Date,
  address: string | undefined,
): Promise<Verified> {
  const presented = parseApiKey(secrets, credential);
  const found = presented && (await store.apiKeys.findActive(presented.id, now));
  if (!presented || !found || !presented.matches(found.key)) throw new UnauthenticatedError('Invalid API key.');
  requireActive(found.user);
  const { id: keyId, access, domains, expiresAt } = found.key;
  const viewer = { kind: 'agent', user: found.user, keyId, limits: { access, domains } } as const;
  const isSettled = await noteFirstUse(store, { ...viewer, ...from(address) }, found.key, presented, now);
  return { viewer, expiresAt, isSettled };
}

/**
 * Records that a key is used for the first time, and hashes it with the current pepper where it was hashed with another one. Once for
 * each key, so that later requests wait for no write: answers whether that had been done before. A database that takes no writes now is
 * no reason to refuse the key.
 */
async function noteFirstUse(
  store: Store,
  viewer: Viewer,
  { lastUsedAt, ...key }: ApiKey,
  presented: PresentedApiKey,
  now: Date,
): Promise<boolean> {
  const { id } = key;
  const current = presented.current(key);
  const isRehashed = key.pepper !== current.pepper;
  if (!isRehashed && lastUsedAt !== null) return true;
  try {
    await store.transaction(async (tx) => {
      if (isRehashed) await tx.apiKeys.rehash(id, key.hash, current);
      if (lastUsedAt === null && (await tx.apiKeys.noteFirstUse(id, now)))
        await audit(tx, viewer, 'apiKey.firstUsed', { target: apiKeyNodeId(id), at: now });
    });
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
  }
  return false;
}

/** Throws `UnauthenticatedError` for a credential of an account that is suspended or closed: who has one may know. */
function requireActive(user: User) {
  const reason = inactivityOf(user);
  if (reason !== null) throw new UnauthenticatedError(reason);
}
