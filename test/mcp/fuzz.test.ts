import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { campaign } from '../campaign.ts';
import { startServer, type TestServer } from '../harness.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const maybe = (good: fc.Arbitrary<unknown>) => fc.oneof({ weight: 3, arbitrary: good }, fc.jsonValue());
const text = fc.string({ unit: 'binary' });
const parameters = fc.constantFrom('domains', 'text', 'limit', 'unit_id', 'reason', 'summary', 'detail', '__proto__');
const asText = (values: fc.Arbitrary<unknown>) => values.map((value) => JSON.stringify(value));
const value = fc.oneof(
  text,
  fc.array(text),
  fc.constantFrom('stale', 'duplicate', 0, 1e99, null),
  fc.jsonValue(),
  asText(fc.oneof(fc.array(text), fc.jsonValue())),
);
const args = fc.dictionary(parameters, value);
const envelope = fc.record({
  'io.modelcontextprotocol/protocolVersion': maybe(fc.constant('2026-07-28')),
  'io.modelcontextprotocol/clientInfo': maybe(fc.constant({ name: 'test', version: '1' })),
  'io.modelcontextprotocol/clientCapabilities': maybe(fc.constant({})),
});
const message = fc.record(
  {
    jsonrpc: fc.constant('2.0'),
    id: maybe(fc.integer()),
    method: maybe(fc.constantFrom('initialize', 'tools/call', 'tools/list', 'prompts/get', 'server/discover', 'ping')),
    params: maybe(
      fc.record(
        {
          name: maybe(fc.constantFrom('query', 'propose', 'confirm', 'flag', 'status', 'consult', 'toString')),
          arguments: maybe(fc.oneof({ weight: 3, arbitrary: args }, { weight: 1, arbitrary: asText(args) })),
          _meta: maybe(envelope),
        },
        { requiredKeys: [] },
      ),
    ),
  },
  { requiredKeys: ['jsonrpc', 'method'] },
);
const headers = fc.dictionary(
  fc.constantFrom('mcp-protocol-version', 'mcp-method', 'mcp-name', 'mcp-session-id', 'last-event-id', 'accept'),
  fc.constantFrom('2026-07-28', '2025-11-25', '2025-06-18', 'tools/call', 'query', 'text/html', 'é'),
);

// one that is answered, or every message might be refused before it is parsed
const answerable: [object, Record<string, string>] = [{ jsonrpc: '2.0', id: 1, method: 'tools/list' }, {}];

it('answers any message, and never with a fault of its own', async () => {
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(message, headers, async (sent, extra) => {
      const response = await fetch(`${server.url}/mcp`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${server.people.member.key}`,
          ...extra,
        },
        body: JSON.stringify(sent),
      });
      const body = await response.text();
      expect(response.status).toBeLessThan(500);
      expect(body).not.toContain('INTERNAL_SERVER_ERROR');
      if (body.includes('"result"')) answered++;
    }),
    { numRuns: campaign(100, 1000), examples: [answerable] },
  );
  expect(answered).toBeGreaterThan(0);
});
