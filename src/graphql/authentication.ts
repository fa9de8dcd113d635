import type { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { type Authority, authenticate, authenticateSession } from '../domain/authenticate.ts';
import { anonymous, nameOf, type Viewer } from '../domain/viewer.ts';
import { type AppError, ForbiddenError, UnauthenticatedError } from '../errors.ts';
import type { Credentials } from '../live/connections.ts';
import { maskError, toGraphQLError } from './errors.ts';
import type { IdentifiedRequest } from './request.ts';

/**
 * Yoga plugin: authenticates the caller before the operation is parsed. An invalid `Authorization` header fails the whole request
 * with 401: an agent should learn that its key is void, not read on as an anonymous caller. So does a session of the web page that
 * was ended, whose cookie the response removes; but signing in, and accepting an invitation, is possible with one. A request that says
 * that it is the web page's, and comes from another site, is refused with 403.
 */
export function useAuthentication(authority: Authority): Plugin<object, IdentifiedRequest> {
  return {
    async onParams({ params, context, setResult }) {
      try {
        // of an operation executed in process, the caller is known
        context.viewer ??= await identify(authority, context, params.query);
        context.logFields.caller = nameOf(context.viewer);
      } catch (error) {
        setResult({ errors: [maskError(error)] });
      }
    },
  };
}

/** What somebody may ask for whose session was ended. */
const withoutCredentials = /\b(?:signIn|invitation|acceptInvitation)\b/;

/** The parts of a request that say who sent it. */
type Presented = Pick<IdentifiedRequest, 'req' | 'address' | 'web'>;

/** Authenticates the caller of a request. Throws `GraphQLError` where that is refused. */
export async function identify(authority: Authority, request: Presented, query: unknown): Promise<Viewer> {
  const { req, address, web } = request;
  if (web && web.problem !== null) throw refusal(new ForbiddenError(web.problem), 403);
  const { authorization } = req.headers;
  const token = authorization === undefined ? (web?.token ?? null) : null;
  try {
    if (token === null) return await authenticate(authority, authorization ?? null, { address });
    return await authenticateSession(authority, token, { address });
  } catch (error) {
    if (!(error instanceof UnauthenticatedError)) throw error;
    if (token === null) throw refusal(error, 401, { 'WWW-Authenticate': 'Bearer' });
    // whatever else it asks for, it may ask for without credentials
    if (typeof query === 'string' && withoutCredentials.test(query)) return { ...anonymous, address };
    web?.forget();
    throw refusal(error, 401);
  }
}

/** How the credentials of a request are looked at again, in the database, for what goes on after it; null where it has none. */
export function recheck(
  { store, secrets }: Authority,
  { req, address, web, viewer }: Presented & { readonly viewer: Viewer },
): Credentials | null {
  if (viewer.kind === 'anonymous') return null;
  const { authorization } = req.headers;
  return {
    key: `${address} ${authorization ?? ''} ${web?.token ?? ''}`,
    identify: () =>
      authorization === undefined && web?.token
        ? authenticateSession({ store, secrets }, web.token, { address })
        : authenticate({ store, secrets }, authorization ?? null, { address }),
  };
}

/** An error that fails the whole request. */
function refusal(error: AppError, status: number, headers: Record<string, string> = {}): GraphQLError {
  const refused = toGraphQLError(error);
  refused.extensions.http = { status, headers };
  return refused;
}
