import { request } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startServer, type TestServer } from '../harness.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const envelope = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};
const headersOf = {
  legacy: { 'mcp-protocol-version': '2025-11-25' },
  modern: { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'status' },
};

/** Sends a message, always with the same id; null for a client that goes away once it has sent it. */
function send(era: 'legacy' | 'modern', key: string, goesAway: boolean): Promise<string | null> {
  const params = { name: 'status', arguments: {}, ...(era === 'modern' && { _meta: envelope }) };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
  const headers = { ...headersOf[era], 'content-type': 'application/json', authorization: `Bearer ${key}` };
  return new Promise((resolve, reject) => {
    const sent = request(`${server.url}/mcp`, { method: 'POST', headers, agent: false }, async (response) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      resolve(text);
    });
    sent.on('error', (error) => (goesAway ? resolve(null) : reject(error)));
    sent.end(body, () => goesAway && setImmediate(() => sent.destroy(new Error('gone'))));
  });
}

it('answers each caller as who it is, whoever else asks, goes away or cancels', async () => {
  const people = Object.values(server.people);
  const cancels = fetch(`${server.url}/mcp`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${server.people.admin.key}` },
    body: JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } }),
  });
  const asked = Array.from({ length: 90 }, (_one, place) => {
    const person = people[place % people.length] as (typeof people)[number];
    const goesAway = place % 5 === 0;
    return { person, goesAway, answer: send(place % 2 === 0 ? 'legacy' : 'modern', person.key, goesAway) };
  });
  expect((await cancels).status).toBe(202);
  for (const { person, goesAway, answer } of asked) {
    const text = await answer;
    if (goesAway && text === null) continue;
    const { id, result } = JSON.parse(text ?? '');
    expect([id, result.structuredContent.viewer.user.username]).toEqual([1, person.user.username]);
  }
});
