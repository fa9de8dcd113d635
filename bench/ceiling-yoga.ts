import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { createSchema, createYoga } from 'graphql-yoga';
import { useRequestParams } from '../src/graphql/request-params.ts';
import { DateTime } from '../src/graphql/scalars.ts';
import { readTypeDefs } from '../src/graphql/schema.ts';
import type { RequestContext } from '../src/transport/request.ts';

/**
 * The first ceiling: Yoga with the settings of `src/graphql/server.ts` and the same SDL, which has every answer at hand
 * before it is asked. No database, no caller to identify, no limits, nothing to log.
 */
export async function serveFromMemory() {
  const answers = new Map<string, Record<string, unknown>>();
  const schema = createSchema<Pick<RequestContext, 'req' | 'body'>>({
    typeDefs: readTypeDefs(),
    resolvers: {
      DateTime,
      Node: { __resolveType: () => 'KnowledgeUnit' },
      Query: {
        search: (_root: unknown, { filter }: { filter: { domains: string[] } }) =>
          answers.get(filter.domains.join())?.search,
        nodes: (_root: unknown, { ids }: { ids: string[] }) => answers.get(ids.join())?.nodes,
      },
    },
  });
  const yoga = createYoga<Pick<RequestContext, 'req' | 'body'>>({
    schema,
    landingPage: false,
    graphiql: false,
    batching: false,
    multipart: false,
    maxRequestBodySize: false,
    logging: false,
    cors: { origin: '*', credentials: false, methods: ['GET', 'POST', 'OPTIONS'] },
    plugins: [useRequestParams()],
  });
  const server = createServer(async (req, res) => {
    const body = await buffer(req);
    await yoga(req, res, { req, body: () => body });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    learn(taught: readonly (readonly [string, string])[]) {
      for (const [terms, text] of taught) answers.set(terms, revive(text));
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The data of an answer as resolvers would return it: instants are `Date`s. */
function revive(text: string): Record<string, unknown> {
  const { data } = JSON.parse(text, (key, value: unknown) =>
    key.endsWith('At') && typeof value === 'string' ? new Date(value) : value,
  ) as { data: Record<string, unknown> };
  return data;
}
