import { authenticate } from '../domain/authenticate.ts';
import { isKey, readToken } from '../domain/jwt.ts';
import { anonymous, requireScope, type Viewer } from '../domain/viewer.ts';
import { UnauthenticatedError } from '../errors.ts';
import { RestError, unauthenticated } from './refusals.ts';
import type { RestContext, Route } from './route.ts';

const noHeader = 'Missing or invalid authorization header';
const voidToken = 'Invalid or expired token';
const voidKey = 'Invalid API key';

/** Who sends this `Authorization` header, as far as the route wants to know; refuses whom the route is not for. */
export async function identify(
  { caller, scope }: Route,
  context: RestContext & { readonly publicRead: boolean },
  header: string | null,
): Promise<Viewer> {
  if (caller === 'anyone') return anonymous;
  const viewer = await known(context, header);
  if (caller === 'reader') {
    // agents send their key with every request, and read on when it has expired
    if (viewer === null && !context.publicRead) throw unauthenticated(voidCredential(header));
    return viewer ?? anonymous;
  }
  if (viewer?.kind !== caller)
    throw caller === 'agent' ? unauthenticated(voidKey) : await noPerson(context, header, scope === 'AUTHENTICATED');
  return scope ? requireScope(viewer, scope) : viewer;
}

async function known({ store, secrets }: RestContext, header: string | null): Promise<Viewer | null> {
  try {
    const viewer = await authenticate(store, secrets, header);
    return viewer.kind === 'anonymous' ? null : viewer;
  } catch (error) {
    if (!(error instanceof UnauthenticatedError)) throw error;
    return null;
  }
}

function voidCredential(header: string | null): string {
  const credential = credentialOf(header);
  if (credential === null) return noHeader;
  return isKey(credential) ? voidKey : voidToken;
}

/** What a route for people answers to nobody; where it is about the account itself, also that there is none. */
async function noPerson({ store, secrets }: RestContext, header: string | null, account: boolean): Promise<RestError> {
  const credential = credentialOf(header);
  if (credential === null) return unauthenticated(noHeader);
  const token = account ? await readToken(secrets, credential) : null;
  if (token && !(await store.users.findByName(token.username))) return new RestError(404, 'User not found');
  return unauthenticated(voidToken);
}

const credentialOf = (header: string | null) => (header?.startsWith('Bearer ') ? header.slice('Bearer '.length) : null);
