import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';
import { expect, it } from 'vitest';
import { startServer } from '../harness.ts';

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

it('Apollo Client pages, mutates, and keeps units by their ids', async () => {
  await using server = await startServer();
  for (let count = 0; count < 3; count++) await server.unit();
  const client = new ApolloClient({
    link: new HttpLink({
      uri: `${server.url}/graphql`,
      headers: { authorization: `Bearer ${server.people.member.key}` },
    }),
    cache: new InMemoryCache({ typePolicies: { Query: { fields: { knowledgeUnits: relayStylePagination() } } } }),
  });

  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  const watched = client.watchQuery<any>({ query: list, variables: { first: 2 } });
  const subscription = watched.subscribe({});
  const first = (await watched.refetch()).data.knowledgeUnits;
  expect(first.edges).toHaveLength(2);
  expect(first.pageInfo.hasNextPage).toBe(true);
  await watched.fetchMore({ variables: { after: first.pageInfo.endCursor } });
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  const both = client.readQuery<any>({ query: list, variables: { first: 2 } }).knowledgeUnits;
  expect(both.edges).toHaveLength(3);
  expect(both.pageInfo.hasNextPage).toBe(false);
  subscription.unsubscribe();

  const { id } = both.edges[0].node;
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  const { data } = await client.mutate<any>({ mutation: confirm, variables: { id } });
  expect(data.confirmKnowledgeUnit.userErrors).toEqual([]);
  const cached = client.cache.readFragment({
    id: `KnowledgeUnit:${id}`,
    fragment: gql`fragment F on KnowledgeUnit { evidence { confirmations } }`,
  });
  expect(cached).toMatchObject({ evidence: { confirmations: 2 } });

  const unknown = await client.mutate({ mutation: confirm, variables: { id: 'ku_none' } });
  expect(unknown.data).toMatchObject({
    confirmKnowledgeUnit: { knowledgeUnit: null, userErrors: [{ code: 'NOT_FOUND' }] },
  });
  client.stop();
});
