import { describe, expect, it, vi } from 'vitest';
import { UnavailableError } from '../../src/errors.ts';
import { listen } from '../../src/http/server.ts';
import { createLog } from '../../src/log.ts';
import { startServer, type TestServer } from '../harness.ts';
import { limits } from './limits.ts';

type Send = (url: string, server?: TestServer) => Promise<Response>;

const json = { 'content-type': 'application/json' };
const graphql = (query: string): Send => {
  return (url) => fetch(`${url}/graphql`, { method: 'POST', headers: json, body: JSON.stringify({ query }) });
};
const rest = (path: string, body?: object): Send => {
  const init = body && { method: 'POST', headers: json, body: JSON.stringify(body) };
  return (url) => fetch(`${url}${path}`, init);
};
const mcp: Send = (url, server) =>
  fetch(`${url}/mcp`, {
    method: 'POST',
    headers: { ...json, authorization: `Bearer ${server?.people.member.key}` },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'status', arguments: {} } }),
  });
const apis: readonly (readonly [name: string, send: Send])[] = [
  ['GraphQL', graphql('{ knowledgeUnits { totalCount } }')],
  ['REST', rest('/api/v1/knowledge/stats')],
  ['MCP', mcp],
];
const wrong = { username: 'mia', password: 'wrong' };

/** What is answered, and the header as a number. */
async function look(send: Send, url: string, server?: TestServer) {
  const response = await send(url, server);
  await response.text();
  return { status: response.status, retryAfter: Number(response.headers.get('retry-after') ?? Number.NaN) };
}

/** Asks until it is answered with something else than 200. */
async function untilRefused(send: Send, server: TestServer) {
  for (let count = 0; count < 200; count++) {
    const seen = await look(send, server.url, server);
    if (seen.status === 429 || seen.status === 503) return seen;
  }
  throw new Error('was never refused');
}

const soon = (status: number) => ({ status, retryAfter: expect.toSatisfy((s: number) => s >= 1 && s <= 300) });

describe('when to come back is said', () => {
  it.for([...apis, ['/readyz', rest('/readyz')] as const, ['a page', rest('/schema.graphql')] as const])(
    'by %s while the server starts',
    async ([, send]) => {
      const server = await listen({ host: '127.0.0.1', port: 0, trustProxy: 0, log: createLog('silent'), ...limits() });
      try {
        expect(await look(send, server.url)).toEqual(soon(503));
      } finally {
        await server.close(0, 0);
      }
    },
  );

  it.for([...apis, ['/readyz', rest('/readyz')] as const])('by %s while the database is away', async ([, send]) => {
    await using server = await startServer();
    const away = () => Promise.reject(new UnavailableError(new Error('away')));
    for (const method of ['statusCounts', 'tierCounts', 'domainCounts', 'confidenceCounts'] as const)
      vi.spyOn(server.store.stats.recent, method).mockImplementation(away);
    vi.spyOn(server.store.units, 'count').mockImplementation(away);
    vi.spyOn(server.store.units, 'list').mockImplementation(away);
    vi.spyOn(server.store.apiKeys, 'findActive').mockImplementation(away);
    vi.spyOn(server.store, 'ping').mockImplementation(away);
    expect(await look(send, server.url, server)).toEqual(soon(503));
  });

  it.for([
    ['GraphQL', graphql('{ knowledgeUnits { totalCount } }'), 429],
    ['REST', rest('/api/v1/knowledge/stats'), 503],
    ['REST, to who signs in', rest('/api/v1/auth/login', wrong), 429],
    [
      'GraphQL, to who signs in',
      graphql('mutation { signIn(input: { username: "mia", password: "wrong" }) { token } }'),
      429,
    ],
  ] as const)('by %s when the budget is spent', async ([, send, status]) => {
    await using server = await startServer({ CQ_RATE_LIMIT: '200' });
    expect(await untilRefused(send, server)).toEqual(soon(status));
  });

  it('by a tool of MCP when the budget is spent, in its result', async () => {
    await using server = await startServer({ CQ_RATE_LIMIT: '20' });
    for (let count = 0; ; count++) {
      const response = await mcp(server.url, server);
      const { result } = await response.json();
      if (!result.isError) {
        expect(count).toBeLessThan(50);
        continue;
      }
      expect(result.structuredContent.errors[0]).toMatchObject({
        code: 'RATE_LIMITED',
        retryAfterSeconds: expect.toSatisfy((s: number) => s >= 1 && s <= 60),
      });
      return;
    }
  });

  it('in the OpenAPI document, for every route that may be answered so', async () => {
    await using server = await startServer();
    const document = await (await fetch(`${server.url}/api/v1/openapi.json`)).json();
    const operations = Object.values(document.paths as Record<string, Record<string, { responses: object }>>).flatMap(
      (methods) => Object.values(methods),
    );
    expect(operations.length).toBeGreaterThan(10);
    for (const { responses } of operations) {
      expect(Object.keys(responses)).toContain('503');
      for (const [status, response] of Object.entries(responses))
        expect([status, 'Retry-After' in (response.headers ?? {})]).toEqual([status, ['429', '503'].includes(status)]);
    }
  });
});
