import { UnauthenticatedError } from '../errors.ts';
import type { Store, User } from '../store/store.ts';
import { isApiKey, parseApiKey } from './api-key.ts';
import { isTokenOf, verifyToken } from './jwt.ts';
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
  return { ...(await identify(store, secrets, credential, now)), ...from };
}

/**
 * The token or API key of an `Authorization` header; null if it is of another form. The scheme is in any case, with any number of
 * spaces and tabs after it (RFC 9110).
 */
export const credentialOf = (header: string | null): string | null =>
  /^[ \t]*bearer[ \t]+([^ \t]+)[ \t]*$/i.exec(header ?? '')?.[1] ?? null;

async function person(store: Store, secrets: Secrets, credential: string, now: Date): Promise<Viewer> {
  const token = await verifyToken(secrets, credential, now);
  const user = token && (await store.users.findByName(token.username));
  if (!token || !user) throw new UnauthenticatedError('Invalid or expired token.');
  requireActive(user);
  if (!isTokenOf(token, user)) throw new UnauthenticatedError('Invalid or expired token.');
  return { kind: 'person', user };
}

async function agent(store: Store, secrets: Secrets, credential: string, now: Date): Promise<Viewer> {
  const presented = parseApiKey(secrets, credential);
  const found = presented && (await store.apiKeys.findActive(presented.id, now));
  if (!presented || !found?.user || !presented.matches(found.key)) throw new UnauthenticatedError('Invalid API key.');
  requireActive(found.user);
  store.apiKeys.touch(found.key.id, now);
  const { id: keyId, access, domains } = found.key;
  return { kind: 'agent', user: found.user, keyId, limits: { access, domains } };
}

/** Throws `UnauthenticatedError` for a credential of an account that is suspended or closed: who has one may know. */
function requireActive(user: User) {
  const reason = inactivityOf(user);
  if (reason !== null) throw new UnauthenticatedError(reason);
}
