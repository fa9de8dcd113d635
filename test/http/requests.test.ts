import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../harness.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ CQ_MAX_BODY_BYTES: '2048' });
});
afterAll(() => server[Symbol.asyncDispose]());

const query = JSON.stringify({ query: '{ __typename }' });

async function post(body: BodyInit, headers: Record<string, string> = { 'content-type': 'application/json' }) {
  // with this type a refused operation has a status of its own; the older one answers 200 to whatever was understood
  const accept = 'application/graphql-response+json';
  const response = await fetch(`${server.url}/graphql`, { method: 'POST', body, headers: { accept, ...headers } });
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  return { status: response.status, body: (await response.json()) as any };
}

describe('a request body', () => {
  it.for([
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain',
    'application/graphql',
    'application/jsonp',
    'application/json; charset=latin1',
    'application/json; charset=utf-16',
    '',
  ])('of type %j is refused', async (type) => {
    const { status, body } = await post(query, { 'content-type': type });
    expect([status, body.errors[0].extensions.code]).toEqual([415, 'BAD_USER_INPUT']);
  });

  it('of no type is refused', async () => {
    // bytes, for which fetch makes up no type
    const { status, body } = await post(Buffer.from(query), {});
    expect([status, body.errors[0].message]).toEqual([415, 'The content type must be application/json, got none.']);
  });

  it.for([
    'application/json',
    'Application/JSON ; charset=UTF-8',
    'application/json;charset=UTF-8',
    'application/json;charset="utf-8"',
    'application/json; charset=us-ascii',
  ])('of type %s is read', async (type) => {
    expect(await post(query, { 'content-type': type })).toEqual({
      status: 200,
      body: { data: { __typename: 'Query' } },
    });
  });

  it('may have as many bytes as the limit, and not one more', async () => {
    const padded = (bytes: number) => query.replace('{ __', `{${' '.repeat(bytes - query.length + 1)}__`);
    expect(Buffer.byteLength(padded(2048))).toBe(2048);
    expect((await post(padded(2048))).status).toBe(200);
    const { status, body } = await post(padded(2049));
    expect([status, body.errors[0].message]).toEqual([413, 'The body must be at most 2048 bytes.']);
  });

  it.for([
    ['nothing', ''],
    ['broken JSON', '{"query":'],
    ['a list', '[{"query":"{ __typename }"}]'],
    ['text', '"{ __typename }"'],
    ['null', 'null'],
    ['a query that is no text', '{"query":1}'],
    ['no query', '{}'],
    ['variables that are no object', '{"query":"{ __typename }","variables":"x"}'],
    ['an unknown operation', '{"query":"query a { __typename } query b { __typename }"}'],
  ])('of %s is refused', async ([, text]) => {
    const { status, body } = await post(text as string);
    expect(status).toBe(400);
    expect(body.errors[0].message).not.toBe('');
  });

  it('of several operations is refused by name', async () => {
    const { body } = await post(`[${query},${query}]`);
    expect(body.errors[0].message).toMatch(/^Batches are not supported/);
  });

  it('that is no UTF-8 is refused', async () => {
    expect((await post(new Uint8Array([0x7b, 0xff, 0x7d]))).status).toBe(400);
  });

  it('that is deeply nested is refused or read, and nothing worse', async () => {
    await using large = await startServer();
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    for (const name of ['extensions', 'x']) {
      const body = `{"query":"query($v: ID!) { node(id: $v) { id } }","variables":{"v":${deep},"${name}":${deep}}}`;
      const response = await fetch(`${large.url}/graphql`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      });
      expect(response.status).toBeLessThan(500);
      expect(await response.text()).not.toContain('INTERNAL_SERVER_ERROR');
    }
  });
});

describe('the type of the answer', () => {
  const regular = 'application/json; charset=utf-8';
  const response = 'application/graphql-response+json; charset=utf-8';

  it.for([
    // curl, fetch
    [undefined, regular],
    ['*/*', regular],
    // Apollo Client 4 and 3, urql, Relay's examples, graphql-request
    ['application/graphql-response+json,application/json;q=0.9', response],
    ['multipart/mixed;deferSpec=20220824,application/graphql-response+json,application/json;q=0.9', response],
    ['multipart/mixed;deferSpec=20220824, application/json', regular],
    [
      'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
      response,
    ],
    ['application/json', regular],
    ['application/graphql-response+json, application/json', response],
    ['application/json; charset=utf-8', regular],
    ['application/json, text/plain, */*', regular],
  ] as const)('for %j is %s', async ([accept, expected]) => {
    const headers: Record<string, string> = { 'content-type': 'application/json', ...(accept && { accept }) };
    const answer = await fetch(`${server.url}/graphql`, { method: 'POST', body: query, headers });
    expect([answer.headers.get('content-type'), await answer.json()]).toEqual([
      expected,
      { data: { __typename: 'Query' } },
    ]);
  });
});

describe('GET', () => {
  const get = (search: Record<string, string>) =>
    fetch(`${server.url}/graphql?${new URLSearchParams(search)}`, {
      headers: { accept: 'application/graphql-response+json' },
    });

  it('runs queries', async () => {
    const response = await get({ query: 'query($id: ID!) { node(id: $id) { id } }', variables: '{"id":"ku_1"}' });
    expect([response.status, await response.json()]).toEqual([200, { data: { node: null } }]);
  });

  it('never runs mutations', async () => {
    const response = await get({ query: 'mutation { revokeApiKey(input: { id: "x" }) { userErrors { code } } }' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it.for([{ query: '{' }, { query: '{ __typename }', variables: '{' }, {}])('refuses %j', async (search) => {
    expect((await get(search as Record<string, string>)).status).toBe(400);
  });
});

it.for(['PUT', 'DELETE', 'PATCH'])('refuses %s', async (method) => {
  const response = await fetch(`${server.url}/graphql`, {
    method,
    body: '{}',
    headers: { 'content-type': 'application/json' },
  });
  expect(response.status).toBe(405);
});
