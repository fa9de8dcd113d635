import { isApiKey } from '../domain/api-key.ts';
import { authenticate, credentialOf } from '../domain/authenticate.ts';
import { verifyToken } from '../domain/jwt.ts';
import { anonymous, requireScope, type Viewer } from '../domain/viewer.ts';
import { UnauthenticatedError } from '../errors.ts';
import { RestError, unauthenticated } from './errors.ts';
import type { RestContext, Route } from './route.ts';

const noHeader = 'Missing or invalid authorization header';
const invalidToken = 'Invalid or expired token';
const invalidKey = 'Invalid API key';

/**
 * Authenticates the caller of a route, and authorizes them by its `caller` and `scope`. Throws a `RestError` (401 or 404) in the
 * words of the Python server, or `ForbiddenError`.
 */
export async function authenticateCaller(
  { caller, scope }: Route,
  context: RestContext & { readonly publicRead: boolean },
  header: string | null,
  address: string,
): Promise<Viewer> {
  if (caller === 'anyone') return { ...anonymous, address };
  const viewer = await viewerOf(context, header, address);
  if (caller === 'reader') {
    // cq clients send their key with every request: an expired one may still read what is public
    if (viewer === null && !context.publicRead) throw unauthenticated(invalidCredential(header));
    return viewer ?? { ...anonymous, address };
  }
  if (viewer?.kind !== caller)
    throw caller === 'agent'
      ? unauthenticated(invalidKey)
      : await notSignedIn(context, header, scope === 'AUTHENTICATED');
  return scope ? requireScope(viewer, scope) : viewer;
}

async function viewerOf(authority: RestContext, header: string | null, address: string): Promise<Viewer | null> {
  try {
    const viewer = await authenticate(authority, header, { address });
    return viewer.kind === 'anonymous' ? null : viewer;
  } catch (error) {
    if (!(error instanceof UnauthenticatedError)) throw error;
    return null;
  }
}

function invalidCredential(header: string | null): string {
  const credential = credentialOf(header);
  if (credential === null) return noHeader;
  return isApiKey(credential) ? invalidKey : invalidToken;
}

/** The error for a caller who is no signed-in person: 401, or 404 on a route about an account that does not exist any more. */
async function notSignedIn(
  { store, secrets }: RestContext,
  header: string | null,
  account: boolean,
): Promise<RestError> {
  const credential = credentialOf(header);
  if (credential === null) return unauthenticated(noHeader);
  const token = account ? await verifyToken(secrets, credential, store.now()) : null;
  if (token && !(await store.users.findByName(token.username))) return new RestError(404, 'User not found');
  return unauthenticated(invalidToken);
}
