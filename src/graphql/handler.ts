import type { Refusal, RequestHandler } from '../transport/request.ts';
import type { createGraphQLServer } from './server.ts';

/**
 * The GraphQL endpoint. Errors of resolvers are in its answers; what else is thrown, such as by a plugin, rejects, and is
 * not for Yoga to tell the client about.
 */
export function createGraphQLRequestHandler(graphql: ReturnType<typeof createGraphQLServer>): RequestHandler {
  return {
    async handle(req, res, facts) {
      const response = await graphql.handleNodeRequestAndResponse(req, res, { ...facts });
      const body = await response.text();
      if (res.destroyed) return;
      for (const [name, value] of response.headers) res.setHeader(name, value);
      res.writeHead(response.status);
      res.end(body);
      // a body that nobody reads must not hold up the connection
      req.resume();
    },
    refusal: ({ code, message, requestId }: Refusal) => ({ errors: [{ message, extensions: { code, requestId } }] }),
  };
}
