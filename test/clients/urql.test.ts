import { cacheExchange, createClient, fetchExchange } from '@urql/core';
import { expect, it } from 'vitest';
import { startServer } from '../harness.ts';

it('urql searches and proposes', async () => {
  await using server = await startServer();
  const unit = await server.unit({ domains: ['http'] });
  const client = createClient({
    url: `${server.url}/graphql`,
    exchanges: [cacheExchange, fetchExchange],
    preferGetMethod: false,
    fetchOptions: { headers: { authorization: `Bearer ${server.people.member.key}` } },
  });
  const search = '{ search(filter: { domains: ["http"] }) { nodes { id } } }';
  const found = await client.query(search, {}).toPromise();
  expect(found.error).toBeUndefined();
  expect(found.data.search.nodes).toMatchObject([{ id: unit.id }]);

  const propose = `mutation ($input: ProposeKnowledgeUnitInput!) {
    proposeKnowledgeUnit(input: $input) { knowledgeUnit { id status } userErrors { path message } }
  }`;
  const insight = { summary: 's', detail: 'd', action: 'a' };
  const proposed = await client.mutation(propose, { input: { domains: ['http'], insight } }).toPromise();
  expect(proposed.data.proposeKnowledgeUnit).toMatchObject({ knowledgeUnit: { status: 'PENDING' }, userErrors: [] });
  const refused = await client.mutation(propose, { input: { domains: [], insight } }).toPromise();
  expect(refused.data.proposeKnowledgeUnit).toMatchObject({ knowledgeUnit: null, userErrors: [{ path: ['domains'] }] });
});
