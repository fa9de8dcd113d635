import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../harness.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const origin = 'https://app.example';
const json = { 'content-type': 'application/json' };
const body = '{"query":"{ __typename }"}';

const preflight = (url: string, from: string) =>
  fetch(`${url}/graphql`, {
    method: 'OPTIONS',
    headers: {
      origin: from,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type, authorization',
    },
  });

describe('a page of another origin', () => {
  it('may ask whether it may', async () => {
    const { status, headers } = await preflight(server.url, origin);
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(origin);
    expect(headers.get('access-control-allow-methods')).toBe('GET, POST, OPTIONS');
    expect(headers.get('access-control-allow-headers')).toMatch(/content-type.*authorization/i);
  });

  it.for([
    ['GET', '?query=%7B__typename%7D', undefined],
    ['POST', '', body],
  ] as const)('may read the answer to its %s', async ([method, search, sent]) => {
    const response = await fetch(`${server.url}/graphql${search}`, {
      method,
      body: sent,
      headers: { origin, ...json },
    });
    expect(response.headers.get('access-control-allow-origin')).toBe(origin);
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  });

  it('may read a refusal', async () => {
    const headers = { origin, 'content-type': 'text/plain' };
    const response = await fetch(`${server.url}/graphql`, { method: 'POST', body, headers });
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([415, origin]);
  });

  it('never sends credentials of its visitor by itself', async () => {
    const posted = await fetch(`${server.url}/graphql`, { method: 'POST', body, headers: { origin, ...json } });
    for (const { headers } of [await preflight(server.url, origin), posted])
      expect(headers.get('access-control-allow-credentials')).not.toBe('true');
  });

  it('gets an answer that caches keep apart by origin and by caller', async () => {
    const { headers } = await fetch(`${server.url}/graphql?query=%7B__typename%7D`, { headers: { origin } });
    const vary = (headers.get('vary') ?? '').toLowerCase().split(/\s*,\s*/);
    expect(vary).toEqual(expect.arrayContaining(['origin', 'authorization']));
  });

  it('is kept out where another one is set', async () => {
    await using closed = await startServer({ CQ_CORS_ORIGIN: origin });
    const allowed = async (from: string) =>
      (await preflight(closed.url, from)).headers.get('access-control-allow-origin');
    expect(await allowed(origin)).toBe(origin);
    expect([null, 'null', origin]).toContain(await allowed('https://evil.example'));
    const { headers } = await fetch(`${closed.url}/graphql`, {
      method: 'POST',
      body,
      headers: { origin: 'https://evil.example', ...json },
    });
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('several origins', () => {
  const allowed = ['https://app.example', 'http://localhost:5173'];
  const others = ['https://evil.example', 'https://app.example:8443', 'http://app.example', 'null'];
  let several: TestServer;
  beforeAll(async () => {
    several = await startServer({ CQ_CORS_ORIGIN: `${allowed[0]}, ${allowed[1]}` });
  });
  afterAll(() => several[Symbol.asyncDispose]());

  /** What an answer says to the page of an origin, and to caches. */
  async function answerTo(from: string | null, path: string, method: string) {
    const headers = {
      accept: 'application/json',
      ...(from !== null && { origin: from }),
      ...(method === 'OPTIONS' && {
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization, content-type',
      }),
    };
    const answer = await fetch(`${several.url}${path}`, { method, headers });
    await answer.arrayBuffer();
    const vary = (answer.headers.get('vary') ?? '').toLowerCase();
    return {
      status: answer.status,
      origin: answer.headers.get('access-control-allow-origin'),
      methods: answer.headers.get('access-control-allow-methods'),
      asked: answer.headers.get('access-control-allow-headers'),
      byOrigin: /\borigin\b/.test(vary),
    };
  }

  it.for([
    ['/graphql?query=%7B__typename%7D', 'GET', 200],
    ['/api/v1/health', 'GET', 200],
    ['/api/v1/nothing', 'GET', 404],
    ['/api/v1/knowledge', 'PUT', 405],
    ['/graphql', 'OPTIONS', 204],
    ['/api/v1/knowledge', 'OPTIONS', 204],
    ['/mcp', 'OPTIONS', 204],
  ] as const)('are each answered by themselves at %s (%s)', async ([path, method, status]) => {
    for (const from of allowed)
      expect(await answerTo(from, path, method)).toMatchObject({ status, origin: from, byOrigin: true });
    // a server on a loopback address lets pages of its own machine call MCP, and no others
    for (const from of others)
      expect(await answerTo(from, path, method)).toMatchObject({ origin: null, byOrigin: true });
    // else a cache would give this answer to a page, without its headers
    if (method !== 'OPTIONS')
      expect(await answerTo(null, path, method)).toMatchObject({ status, origin: null, byOrigin: true });
  });

  it('may send what they ask for', async () => {
    const { methods, asked } = await answerTo('https://app.example', '/api/v1/knowledge', 'OPTIONS');
    expect([methods?.split(', ').toSorted(), asked]).toEqual([
      ['GET', 'OPTIONS', 'POST'],
      'authorization, content-type',
    ]);
  });
});
