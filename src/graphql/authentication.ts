import type { Plugin } from 'graphql-yoga';
import { authenticate } from '../domain/authenticate.ts';
import type { Secrets } from '../domain/secrets.ts';
import { nameOf, type Viewer } from '../domain/viewer.ts';
import { UnauthenticatedError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { maskError, toGraphQLError } from './errors.ts';
import type { IdentifiedRequest } from './request.ts';

/**
 * Yoga plugin: authenticates the caller before the operation is parsed. An invalid `Authorization` header fails the whole request
 * with 401: an agent should learn that its key is void, not read on as an anonymous caller.
 */
export function useAuthentication({
  store,
  secrets,
}: {
  readonly store: Store;
  readonly secrets: Secrets;
}): Plugin<object, IdentifiedRequest> {
  return {
    async onParams({ context, setResult }) {
      try {
        context.viewer = await identify(store, secrets, context);
        context.logFields.caller = nameOf(context.viewer);
      } catch (error) {
        setResult({ errors: [maskError(error)] });
      }
    },
  };
}

async function identify(store: Store, secrets: Secrets, { req, address }: IdentifiedRequest): Promise<Viewer> {
  try {
    return await authenticate(store, secrets, req.headers.authorization ?? null, { address });
  } catch (error) {
    if (!(error instanceof UnauthenticatedError)) throw error;
    const unauthenticated = toGraphQLError(error);
    unauthenticated.extensions.http = { status: 401, headers: { 'WWW-Authenticate': 'Bearer' } };
    throw unauthenticated;
  }
}
