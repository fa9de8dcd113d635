import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../harness.ts';

/** The `Authorization` header, which every transport reads alike. */
let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

interface Answer {
  readonly status: number;
  readonly challenge: string | undefined;
  readonly text: string;
}

/** As fetch, which trims and normalises the values of headers. */
const send = (path: string, authorization: string, body?: object) =>
  new Promise<Answer>((resolve, reject) => {
    const headers = { 'content-type': 'application/json', authorization };
    const sent = request(`${server.url}${path}`, { method: body ? 'POST' : 'GET', headers }, async (response) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode ?? 0, challenge: response.headers['www-authenticate'], text });
    });
    sent.on('error', reject).end(body && JSON.stringify(body));
  });

const whoAmI = { query: '{ viewer { user { username } } }' };
const status = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'status' } };
const doors = {
  GraphQL: (authorization: string) => send('/graphql', authorization, whoAmI),
  MCP: (authorization: string) => send('/mcp', authorization, status),
};

describe.for(Object.entries(doors))('%s', ([name, ask]) => {
  it.for([
    'Bearer KEY',
    'bearer KEY',
    'BEARER KEY',
    'bEaReR    KEY',
    'Bearer\tKEY',
    'Bearer \t KEY',
    'Bearer KEY  ',
    'Bearer KEY\t',
    '  Bearer KEY',
  ])('knows the caller of %j, with a key and with a token', async (header) => {
    const { key, token } = server.people.member;
    for (const credential of [key, token]) {
      const { status, text } = await ask(header.replace('KEY', credential));
      expect(status).toBe(200);
      expect(text.replaceAll('\\', '')).toContain('"username":"mia"');
    }
  });

  it.for([
    '',
    'Bearer',
    'Bearer ',
    'KEY',
    'BearerKEY',
    'Bearer: KEY',
    'Bearer KEY KEY',
    'Bearer,KEY',
    'Token KEY',
    'Basic eA==',
  ])('refuses %j, and says what it must be', async (header) => {
    const { status, challenge, text } = await ask(header.replaceAll('KEY', server.people.member.key));
    // MCP's clients take a 401 for an invitation to OAuth
    expect([status, challenge]).toEqual(name === 'MCP' ? [403, undefined] : [401, 'Bearer']);
    expect(text).toContain('The Authorization header must be');
    expect(text).not.toContain(server.people.member.key);
  });
});

describe('REST', () => {
  const me = (authorization: string) => send('/api/v1/users/me', authorization);

  it.for(['bearer TOKEN', 'BEARER   TOKEN', 'Bearer\tTOKEN\t'])('knows the caller of %j', async (header) => {
    const { status, text } = await me(header.replace('TOKEN', server.people.member.token));
    expect([status, JSON.parse(text).username]).toEqual([200, 'mia']);
    const proposal = { domains: ['api'], insight: { summary: 's', detail: 'd', action: 'a' } };
    const { key } = server.people.member;
    expect((await send('/api/v1/knowledge', header.replace('TOKEN', key), proposal)).status).toBe(201);
  });

  it.for(['', 'Bearer', 'TOKEN', 'BearerTOKEN', 'Bearer TOKEN TOKEN', 'Basic eA=='])(
    'refuses %j in the words of the Python server',
    async (header) => {
      const { status, challenge, text } = await me(header.replaceAll('TOKEN', server.people.member.token));
      expect([status, challenge]).toEqual([401, 'Bearer']);
      expect(JSON.parse(text)).toEqual({ detail: 'Missing or invalid authorization header' });
    },
  );
});
