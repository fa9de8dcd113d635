import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { campaign } from '../campaign.ts';
import { startServer, type TestServer } from '../harness.ts';
import { call } from './client.ts';

let server: TestServer;
let unit: string;
beforeAll(async () => {
  server = await startServer();
  unit = (await server.unit()).id;
});
afterAll(() => server[Symbol.asyncDispose]());

const odd = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '',
    '\0',
    '\ud83d',
    '-1',
    '1e400',
    'NaN',
    '9'.repeat(400),
    '%',
    '😀'.repeat(600),
    'ku_',
    "' or 1=1 --",
  ),
  fc.integer(),
  fc.double(),
  fc.constantFrom(null, true, [], {}, [[]], [null], ['a'], { 'a:b': 1 }),
);
/** What a route knows, with odd values; and what no route knows. */
const bodyOf = (fields: readonly string[]) =>
  fc.oneof(
    fc.record(Object.fromEntries(fields.map((field) => [field, odd])), { requiredKeys: [] }),
    fc.record({ domains: fc.array(odd), insight: fc.record({ summary: odd, detail: odd, action: odd }), context: odd }),
    fc.jsonValue(),
  );

const bodies: Record<string, readonly string[]> = {
  '/knowledge': ['id', 'domains', 'insight', 'context', 'extensions', 'created_by'],
  '/knowledge/{}/flags': ['reason', 'detail', 'duplicate_of'],
  '/auth/login': ['username', 'password'],
  '/users/me/api-keys': ['name', 'ttl', 'labels', 'access', 'domains'],
};

const queries: Record<string, readonly string[]> = {
  '/knowledge': ['domains', 'languages', 'frameworks', 'pattern', 'limit'],
  '/review/queue': ['limit', 'offset'],
  '/review/units': ['domain', 'confidence_min', 'confidence_max', 'status', 'limit'],
};

describe('odd input', () => {
  it.for(Object.entries(bodies))('in the body of %s is the client’s fault or none', async ([path, fields]) => {
    const { key, token } = server.people.member;
    await fc.assert(
      fc.asyncProperty(bodyOf(fields), async (body) => {
        const credential = path.startsWith('/knowledge') ? key : token;
        const sent = JSON.stringify(body) ?? '';
        const answer = await call(server, { method: 'POST', path: path.replace('{}', unit), credential, body: sent });
        expect(answer.status).toBeLessThan(500);
        expect(answer.headers.get('content-type')).toBe('application/json');
      }),
      // a sign-in that fails takes its time
      { numRuns: path === '/auth/login' ? campaign(8, 50) : campaign(100, 1000) },
    );
  });

  it.for(Object.entries(queries))('in the query of %s is the client’s fault or none', async ([path, fields]) => {
    const query = fc.array(fc.tuple(fc.constantFrom(...fields), odd), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(query, async (given) => {
        const search = new URLSearchParams(given.map(([name, value]) => [name, String(value).slice(0, 1000)]));
        const answer = await call(server, { path: `${path}?${search}`, credential: server.people.reviewer.token });
        expect(answer.status).toBeLessThan(500);
      }),
      { numRuns: campaign(80, 1000) },
    );
  });

  it('in a path is the client’s fault or none', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1 }), async (text) => {
        const id = encodeURIComponent(text.toWellFormed());
        for (const path of [`/review/${id}`, `/knowledge/${id}/confirmations`, `/users/me/api-keys/${id}/revoke`])
          for (const method of ['GET', 'POST'])
            for (const credential of [server.people.reviewer.token, server.people.member.key]) {
              const { status } = await call(server, { method, path, credential });
              expect(status).toBeLessThan(500);
            }
      }),
      { numRuns: campaign(25, 200) },
    );
  });
});
