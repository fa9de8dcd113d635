import { hash } from 'node:crypto';
import { ApolloClient, CombinedGraphQLErrors, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { relayStylePagination } from '@apollo/client/utilities';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../harness.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  for (let count = 0; count < 3; count++) await server.unit();
});
afterAll(() => server[Symbol.asyncDispose]());

const list = gql`
  query Units($first: Int, $after: String) {
    knowledgeUnits(first: $first, after: $after) {
      edges { cursor node { id status evidence { confirmations } } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`;

const confirm = gql`
  mutation Confirm($id: ID!) {
    confirmKnowledgeUnit(input: { id: $id }) {
      knowledgeUnit { id evidence { confirmations } }
      userErrors { code message }
    }
  }
`;

const evidence = gql`fragment Confirmations on KnowledgeUnit { evidence { confirmations } }`;

const connect = (credential?: string) =>
  new ApolloClient({
    link: new HttpLink({
      uri: `${server.url}/graphql`,
      headers: credential ? { authorization: `Bearer ${credential}` } : {},
    }),
    cache: new InMemoryCache({ typePolicies: { Query: { fields: { knowledgeUnits: relayStylePagination() } } } }),
  });

// biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
type Data = any;

describe("Apollo Client's link of persisted queries", () => {
  const once = gql`query Once { serverInfo { version } knowledgeUnits(first: 1) { nodes { id } } }`;

  /** A client that hashes, and what it has sent: with the text, or without. */
  function hashing(useGETForHashedQueries: boolean, sha256 = (text: string) => hash('sha256', text)) {
    const sent: string[] = [];
    const counting: typeof fetch = (url, init) => {
      const hasText = `${url}${init?.body}`.includes('query Once') || `${url}`.includes('query%20Once');
      sent.push(`${init?.method} ${hasText ? 'text' : 'hash'}`);
      return fetch(url, init);
    };
    const link = new PersistedQueryLink({ sha256, useGETForHashedQueries }).concat(
      new HttpLink({ uri: `${server.url}/graphql`, fetch: counting }),
    );
    const client = new ApolloClient({ link, cache: new InMemoryCache(), devtools: { enabled: false } });
    return { client, sent, ask: () => client.query<Data>({ query: once, fetchPolicy: 'network-only' }) };
  }

  it.for([
    [false, ['POST hash', 'POST text', 'POST hash']],
    [true, ['GET hash', 'POST text', 'GET hash']],
  ] as const)('registers a document once (by GET: %s)', async ([byGet, expected]) => {
    // a document that no other case has registered
    await using fresh = await startServer();
    const shared = server;
    server = fresh;
    try {
      const { ask, sent, client } = hashing(byGet);
      for (let count = 0; count < 2; count++) expect((await ask()).data?.serverInfo.version).toMatch(/^\d/);
      expect(sent).toEqual(expected);
      // another client finds it registered
      const other = hashing(byGet);
      await other.ask();
      expect(other.sent).toEqual(expected.slice(0, 1));
      client.stop();
      other.client.stop();
    } finally {
      server = shared;
    }
  });

  it('is told of a wrong hash', async () => {
    const { ask, client } = hashing(false, () => 'f'.repeat(64));
    const error = await ask().catch((reason) => reason);
    expect(CombinedGraphQLErrors.is(error) && error.errors[0]?.extensions?.code).toBe('PERSISTED_QUERY_MISMATCH');
    client.stop();
  });
});

describe('Apollo Client', () => {
  it('puts pages together by its own Relay style', async () => {
    const client = connect();
    const watched = client.watchQuery<Data>({ query: list, variables: { first: 2 } });
    const subscription = watched.subscribe({});
    const first = (await watched.refetch()).data.knowledgeUnits;
    expect(first.edges).toHaveLength(2);
    expect(first.pageInfo.hasNextPage).toBe(true);
    await watched.fetchMore({ variables: { after: first.pageInfo.endCursor } });
    const both = client.readQuery<Data>({ query: list, variables: { first: 2 } }).knowledgeUnits;
    expect(new Set(both.edges.map(({ node }: Data) => node.id)).size).toBe(3);
    expect(both.pageInfo.hasNextPage).toBe(false);
    subscription.unsubscribe();
    client.stop();
  });

  it('keeps a unit by its id, so that a mutation changes it in every list', async () => {
    const client = connect(server.people.member.key);
    const before = (await client.query<Data>({ query: list, variables: { first: 1 } })).data.knowledgeUnits;
    const { id } = before.edges[0].node;
    const { data } = await client.mutate<Data>({ mutation: confirm, variables: { id } });
    expect(data.confirmKnowledgeUnit.userErrors).toEqual([]);
    const cached = client.cache.readFragment({ id: `KnowledgeUnit:${id}`, fragment: evidence });
    expect(cached).toMatchObject({ evidence: { confirmations: 2 } });
    const after = client.readQuery<Data>({ query: list, variables: { first: 1 } }).knowledgeUnits;
    expect(after.edges[0].node.evidence.confirmations).toBe(2);
    client.stop();
  });

  it('gets a refusal that it can act on as data', async () => {
    const client = connect(server.people.member.key);
    const { data } = await client.mutate({ mutation: confirm, variables: { id: 'ku_none' } });
    expect(data).toMatchObject({ confirmKnowledgeUnit: { knowledgeUnit: null, userErrors: [{ code: 'NOT_FOUND' }] } });
    client.stop();
  });

  it('gets the code of an error, without credentials and with void ones', async () => {
    for (const credential of [undefined, 'void']) {
      const client = connect(credential);
      const error = await client.mutate({ mutation: confirm, variables: { id: 'ku_none' } }).catch((reason) => reason);
      expect(CombinedGraphQLErrors.is(error) && error.errors.map(({ extensions }) => extensions?.code)).toEqual([
        'UNAUTHENTICATED',
      ]);
      client.stop();
    }
  });
});
