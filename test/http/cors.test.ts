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
    expect(headers.get('access-control-allow-origin')).not.toBe('https://evil.example');
    expect(headers.get('access-control-allow-origin')).not.toBe('*');
  });
});
