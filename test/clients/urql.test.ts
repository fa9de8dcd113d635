import { cacheExchange, createClient, fetchExchange } from '@urql/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../harness.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

// without a value it sends short queries by GET
const connect = (preferGetMethod?: boolean) =>
  createClient({
    url: `${server.url}/graphql`,
    exchanges: [cacheExchange, fetchExchange],
    preferGetMethod,
    fetchOptions: { headers: { authorization: `Bearer ${server.people.member.key}` } },
  });

describe('urql', () => {
  it.for([undefined, true, false])('searches, with preferGetMethod %s', async (preferGetMethod) => {
    const domain = `http-${preferGetMethod}`;
    const { id } = await server.unit({ domains: [domain] });
    const search =
      'query ($domain: String!) { viewer { scopes } search(filter: { domains: [$domain] }) { nodes { id } } }';
    const found = await connect(preferGetMethod).query(search, { domain }).toPromise();
    expect(found.error).toBeUndefined();
    expect(found.data.search.nodes).toMatchObject([{ id }]);
    // the key went along
    expect(found.data.viewer.scopes).toContain('KNOWLEDGE_WRITE');
  });

  it('proposes, and is told what is wrong', async () => {
    const client = connect();
    const propose = `mutation ($input: ProposeKnowledgeUnitInput!) {
      proposeKnowledgeUnit(input: $input) { knowledgeUnit { id status } userErrors { path message } }
    }`;
    const insight = { summary: 's', detail: 'd', action: 'a' };
    const proposed = await client.mutation(propose, { input: { domains: ['http'], insight } }).toPromise();
    expect(proposed.data.proposeKnowledgeUnit).toMatchObject({ knowledgeUnit: { status: 'PENDING' }, userErrors: [] });
    const refused = await client.mutation(propose, { input: { domains: [], insight } }).toPromise();
    expect(refused.data.proposeKnowledgeUnit).toMatchObject({
      knowledgeUnit: null,
      userErrors: [{ path: ['domains'] }],
    });
  });

  it('sees the code of an error', async () => {
    const { error } = await connect().query('{ users { nodes { id } } }', {}).toPromise();
    expect(error?.graphQLErrors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
  });
});
