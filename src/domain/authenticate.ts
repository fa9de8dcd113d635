import { UnauthenticatedError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { isKey, isTokenOf, readKey, readToken, type Secrets } from './jwt.ts';
import { anonymous, type Viewer } from './viewer.ts';

/** Who sends this `Authorization` header. Throws `UnauthenticatedError` when it is there and not valid. */
export async function authenticate(
  store: Store,
  secrets: Secrets,
  header: string | null,
  now = new Date(),
): Promise<Viewer> {
  if (header === null) return anonymous;
  if (!header.startsWith('Bearer '))
    throw new UnauthenticatedError('The Authorization header must be "Bearer" and a token or an API key.');
  const credential = header.slice('Bearer '.length);
  return isKey(credential) ? agent(store, secrets, credential, now) : person(store, secrets, credential);
}

async function person(store: Store, secrets: Secrets, credential: string): Promise<Viewer> {
  const token = await readToken(secrets, credential);
  const user = token && (await store.users.findByName(token.username));
  if (!token || !user || !isTokenOf(token, user)) throw new UnauthenticatedError('Invalid or expired token.');
  return { kind: 'person', user };
}

async function agent(store: Store, secrets: Secrets, credential: string, now: Date): Promise<Viewer> {
  const presented = readKey(secrets, credential);
  const found = presented && (await store.apiKeys.findActive(presented.id, now));
  if (!presented || !found?.user || !presented.matches(found.key.hash))
    throw new UnauthenticatedError('Invalid API key.');
  store.apiKeys.touch(found.key.id, now);
  return { kind: 'agent', user: found.user, keyId: found.key.id };
}
