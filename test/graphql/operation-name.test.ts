import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../harness.ts';

/** An empty name of an operation, which some clients send where they have none. */
let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const one = '{ serverInfo { version } }';
const two = 'query A { serverInfo { version } } query B { serverInfo { nodeName } }';

async function byGet(query: string, operationName: string) {
  const response = await fetch(`${server.url}/graphql?${new URLSearchParams({ query, operationName })}`, {
    headers: { accept: 'application/json' },
  });
  return response.json();
}

describe('an empty operation name', () => {
  it.for([one, 'query Named { serverInfo { version } }'])('is none, by POST and by GET: %s', async (query) => {
    const data = { serverInfo: { version: expect.any(String) } };
    expect((await server.send({ query, operationName: '' })).body).toEqual({ data });
    expect(await byGet(query, '')).toEqual({ data });
  });

  it('is none beside extensions too, whose numbers are read exactly', async () => {
    const query = `mutation ($e: JSONObject) {
      proposeKnowledgeUnit(input: {
        domains: ["api"], insight: { summary: "s", detail: "d", action: "a" }, extensions: $e
      }) { knowledgeUnit { extensions } userErrors { message } }
    }`;
    const operation = { query, operationName: '', variables: { e: { 'a:extensions': 1.5 } } };
    const { body } = await server.send(operation, server.people.member.key);
    expect(body.data.proposeKnowledgeUnit.knowledgeUnit.extensions).toEqual({ 'a:extensions': 1.5 });
  });

  it('names no operation of several', async () => {
    const { body } = await server.send({ query: two, operationName: '' });
    expect(body.errors).toMatchObject([{ message: 'Could not determine what operation to execute.' }]);
  });
});
