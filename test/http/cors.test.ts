import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../../src/http/server.ts';
import { createLog } from '../../src/log.ts';
import { startServer, type TestServer } from '../harness.ts';
import { limits } from './limits.ts';

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
    expect(headers.get('access-control-allow-methods')).toBe('GET, HEAD, POST, OPTIONS');
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

describe('whatever the answer is', () => {
  // pages of this machine, which MCP lets in too
  const page = 'http://localhost:5173';
  const headers = { origin: page, ...json };
  const rpc = (method: string) => JSON.stringify({ jsonrpc: '2.0', id: 1, method });
  const large = JSON.stringify({ query: `{ __typename } #${'x'.repeat(3000)}` });
  let small: TestServer;
  beforeAll(async () => {
    small = await startServer({ CQ_MAX_BODY_BYTES: '2048', CQ_RATE_LIMIT: '1000' });
  });
  afterAll(() => small[Symbol.asyncDispose]());

  const post = (body: string, more = {}): RequestInit => ({ method: 'POST', body, headers: { ...headers, ...more } });
  const get = (more = {}): RequestInit => ({ headers: { ...headers, ...more } });
  const wrong = { authorization: 'Bearer void' };

  it.for<[string, RequestInit, number]>([
    ['/graphql', post(body), 200],
    ['/graphql', post('{'), 400],
    ['/graphql', post(body, wrong), 401],
    ['/graphql', post(large), 413],
    ['/graphql', post(body, { 'content-type': 'text/plain' }), 415],
    ['/graphql', { method: 'PUT', body, headers }, 405],
    ['/graphql?query={__typename}', { method: 'HEAD', headers }, 200],
    ['/graphql', get({ accept: 'text/html' }), 200],
    ['/graphql', get({ accept: 'image/png' }), 406],
    ['/api/v1/health', get(), 200],
    ['/api/v1/nothing', get(), 404],
    ['/api/v1/users/me', get(wrong), 401],
    ['/api/v1/auth/login', post('{}'), 422],
    ['/api/v1/auth/login', post(large), 413],
    ['/api/v1/knowledge', { method: 'PUT', headers }, 405],
    ['/mcp', post(rpc('tools/list')), 200],
    ['/mcp', post('{'), 400],
    ['/mcp', post(rpc('tools/list'), wrong), 403],
    ['/mcp', post(large), 413],
    ['/mcp', get(), 405],
    ['/schema.graphql', get(), 200],
    ['/schema.graphql', get({ 'if-none-match': '*' }), 304],
    ['/schema.graphql', post('x'), 405],
    ['/livez', get(), 200],
    ['/readyz', get(), 200],
    ['/', { redirect: 'manual', ...get() }, 302],
    ['/nothing', get(), 404],
  ])('a page may read it: %s, %j, %i', async ([path, init, status]) => {
    const answer = await fetch(small.url + path, init);
    await answer.arrayBuffer();
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([status, page]);
    const exposed = answer.headers.get('access-control-expose-headers')?.split(', ');
    expect(exposed).toEqual(
      expect.arrayContaining(['X-Request-Id', 'Retry-After', 'WWW-Authenticate', 'traceresponse']),
    );
    expect(answer.headers.get('vary')).toMatch(/\bOrigin\b/);
  });

  it.for<[string, RequestInit, number]>([
    ['/graphql', post('{"query":"{ knowledgeUnits(first: 100) { nodes { id } totalCount } }"}'), 429],
    ['/api/v1/knowledge?domains=a&limit=50', get(), 503],
    ['/mcp', post(rpc('tools/list')), 429],
  ])('also when the points are spent: %s, %j, %i', async ([path, init, status]) => {
    await using poor = await startServer({ CQ_RATE_LIMIT: '3' });
    const ask = async () => {
      const answer = await fetch(poor.url + path, init);
      await answer.arrayBuffer();
      return answer;
    };
    let answer = await ask();
    for (let count = 0; count < 10 && answer.status !== status; count++) answer = await ask();
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([status, page]);
    expect(answer.headers.get('access-control-expose-headers')).toContain('Retry-After');
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
  });

  it('also of a server that is starting', async () => {
    const starting = await listen({
      host: '127.0.0.1',
      port: 0,
      trustProxy: 0,
      log: createLog('silent'),
      ...limits(),
    });
    try {
      const allowed = { headers: { origin } };
      for (const path of ['/graphql', '/readyz', '/api/v1/health']) {
        const answer = await fetch(starting.url + path, allowed);
        expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([503, origin]);
        const asked = await fetch(starting.url + path, { method: 'OPTIONS', ...allowed });
        expect([asked.status, asked.headers.get('access-control-allow-methods')]).toEqual([
          204,
          'GET, HEAD, POST, OPTIONS',
        ]);
      }
    } finally {
      await starting.close(0, 0);
    }
  });

  it.for([
    ['/graphql', 'GET, HEAD, POST, OPTIONS'],
    ['/graphql/', 'GET, HEAD, POST, OPTIONS'],
    ['/api/v1/knowledge', 'GET, HEAD, POST, OPTIONS'],
    ['/api/v1/auth/login', 'POST, OPTIONS'],
    ['/api/v1/nothing', 'OPTIONS'],
    ['/mcp', 'POST, OPTIONS'],
    ['/mcp/', 'POST, OPTIONS'],
    ['/schema.graphql', 'GET, HEAD, OPTIONS'],
    ['/livez', 'GET, HEAD, OPTIONS'],
    ['/', 'GET, HEAD, OPTIONS'],
  ])('a page may ask first, and remember the answer: %s', async ([path, methods]) => {
    const asked = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' };
    const answer = await fetch(small.url + path, { method: 'OPTIONS', headers: { origin: page, ...asked } });
    expect([answer.status, await answer.text()]).toEqual([204, '']);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': page,
      'access-control-allow-methods': methods,
      'access-control-allow-headers': 'authorization',
      'access-control-max-age': '86400',
    });
  });

  it('of MCP only a page of this machine may read, of a server for this machine', async () => {
    const from = async (method: string) => {
      const answer = await fetch(`${small.url}/mcp`, { method, headers: { ...json, origin: 'https://evil.example' } });
      return [answer.status, answer.headers.get('access-control-allow-origin')];
    };
    expect([await from('OPTIONS'), await from('POST')]).toEqual([
      [403, null],
      [403, null],
    ]);
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
      ['GET', 'HEAD', 'OPTIONS', 'POST'],
      'authorization, content-type',
    ]);
  });
});
