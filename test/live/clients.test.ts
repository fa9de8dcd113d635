import { ApolloClient, gql, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { subscriptionExchange, Client as UrqlClient } from '@urql/core';
import { createClient as createSseClient } from 'graphql-sse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { confidence } from '../../src/domain/rules.ts';
import { startServer, type TestServer } from '../harness.ts';
import { socketClient } from './clients.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const query = 'subscription ($after: String) { knowledgeEvents(after: $after) { cursor activity { id type } } }';

/** What is told of one confirmation by what `listen` calls with each answer's data. */
async function toldBy(listen: (after: string, told: (data: unknown) => void) => () => void): Promise<unknown> {
  const { id } = await server.unit();
  const { eventCursor } = await server.query('{ eventCursor }');
  const first = Promise.withResolvers<unknown>();
  const stop = listen(eventCursor, first.resolve);
  await server.store.units.confirm(id, 'mia', new Date(), confidence.confirmed);
  try {
    return await first.promise;
  } finally {
    stop();
  }
}

const aConfirmation = { knowledgeEvents: { activity: { type: 'CONFIRMED' } } };

describe('subscriptions of', () => {
  it('Apollo Client over a WebSocket', async () => {
    const socket = socketClient(server.url, server.people.reviewer.token);
    const client = new ApolloClient({ link: new GraphQLWsLink(socket), cache: new InMemoryCache() });
    const told = await toldBy((after, next) => {
      const subscription = client
        .subscribe({ query: gql(query), variables: { after } })
        .subscribe({ next: ({ data }) => next(data), error: next });
      return () => subscription.unsubscribe();
    });
    expect(told).toMatchObject(aConfirmation);
    client.stop();
    await socket.dispose();
  });

  it.each(['server-sent events', 'WebSocket'])('urql over %s', async (transport) => {
    const sse = createSseClient({ url: `${server.url}/graphql` });
    const socket = socketClient(server.url);
    const client = new UrqlClient({
      url: `${server.url}/graphql`,
      preferGetMethod: false,
      exchanges: [
        subscriptionExchange({
          forwardSubscription: ({ query = '', variables }) => ({
            subscribe: (sink) => ({
              unsubscribe: (transport === 'WebSocket' ? socket : sse).subscribe(
                { query, variables: variables as Record<string, unknown> },
                sink as never,
              ),
            }),
          }),
        }),
      ],
    });
    const told = await toldBy((after, next) => {
      const { unsubscribe } = client.subscription(query, { after }).subscribe(({ data, error }) => next(data ?? error));
      return unsubscribe;
    });
    expect(told).toMatchObject(aConfirmation);
    sse.dispose();
    await socket.dispose();
  });
});
