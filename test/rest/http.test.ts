import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../harness.ts';
import { startProcess, temporaryFolder } from '../process.ts';
import { call, get, lesson, post } from './client.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ CQ_MAX_BODY_BYTES: '2048' });
});
afterAll(() => server[Symbol.asyncDispose]());

describe('a path', () => {
  it.for([
    ['/knowledge/?domains=a&domains=%2F', 200],
    ['/health///', 200],
    ['/review/ku_x/', 401],
  ] as const)('with a slash at its end is the one without: %s', async ([path, status]) => {
    const [answer, bare] = [await get(server, path), await get(server, path.replace(/\/+(?=\?|$)/, ''))];
    expect([answer.status, answer.text]).toEqual([status, bare.text]);
  });

  it('with a slash at its end takes what is posted', async () => {
    expect((await post(server, '/knowledge/', server.people.member.key, lesson())).status).toBe(201);
  });

  it.for([
    '/',
    '/nothing/',
    '/knowledge/x',
    '/knowledge//flags',
    '//api/',
    '//api/v2/health',
    '//api/v1x',
    '//.well-known/x',
  ])('that is not there is not found: %s', async (path) => {
    for (const method of ['GET', 'POST']) {
      const { status, body } = await call(server, { method, path });
      expect([status, body]).toEqual([404, { detail: 'Not Found' }]);
    }
  });

  it.for([
    ['PUT', '/knowledge', 'GET, HEAD, POST'],
    ['DELETE', '/users/me/api-keys', 'GET, HEAD, POST'],
    ['GET', '/auth/login', 'POST'],
    ['POST', '/knowledge/stats', 'GET, HEAD'],
    ['POST', '/review/queue', 'GET, HEAD'],
    ['PATCH', '/review/ku_x/approve', 'POST'],
    ['OPTIONS', '/knowledge/ku_x/flags', 'POST'],
    ['HEAD', '/auth/login', 'POST'],
  ])('tells %s which methods it has: %s', async ([method = '', path = '', allow]) => {
    const answer = await call(server, { method, path });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow]);
    expect(answer.headers.get('content-length')).toBe('31');
  });
});

describe('a body', () => {
  const key = () => server.people.member.key;

  it('may have as many bytes as the limit, and not one more', async () => {
    const padded = (bytes: number) => JSON.stringify(lesson()).padEnd(bytes);
    const send = (bytes: number) => post(server, '/knowledge', key(), padded(bytes));
    expect((await send(2048)).status).toBe(201);
    const { status, body } = await send(2049);
    expect([status, body.detail]).toEqual([413, 'The body must be at most 2048 bytes.']);
  });

  it('of broken JSON is refused before the credentials are looked at', async () => {
    const send = (body: string) => call(server, { method: 'POST', path: '/knowledge', body });
    for (const text of ['{', '{"a":NaN}', '['.repeat(1000), "{'a':1}"]) {
      const { status, body } = await send(text);
      expect([status, body.detail[0].type]).toEqual([422, 'json_invalid']);
    }
    // nothing at all is not broken
    expect((await send('')).status).toBe(401);
  });

  it('that is no UTF-8 is refused', async () => {
    const response = await fetch(`${server.url}/api/v1/knowledge`, {
      method: 'POST',
      body: new Uint8Array([0x7b, 0xff, 0x7d]),
      headers: { 'content-type': 'application/json' },
    });
    expect(response.status).toBe(400);
  });

  it.for(['application/json; charset=utf-8', 'Application/JSON', 'application/vnd.cq+json'])(
    'of the type %s is read',
    async (type) => {
      const headers = { 'content-type': type };
      const answer = await call(server, {
        method: 'POST',
        path: '/knowledge',
        credential: key(),
        body: lesson(),
        headers,
      });
      expect(answer.status).toBe(201);
    },
  );

  it('that is not declared is ignored', async () => {
    const { id } = await server.unit();
    const { status } = await post(server, `/knowledge/${id}/confirmations`, key(), '{');
    expect(status).toBe(201);
  });

  it('that is deeply nested is refused, and nothing worse', async () => {
    await using large = await startServer();
    const deep = `${'['.repeat(60_000)}${']'.repeat(60_000)}`;
    for (const text of [
      deep,
      `{"domains":${deep}}`,
      `{"extensions":{"a:b":${deep}},${JSON.stringify(lesson()).slice(1)}`,
    ]) {
      const { status } = await post(large, '/knowledge', large.people.member.key, text);
      expect(status).toBe(422);
    }
  });
});

describe('an answer', () => {
  it('has the id of its request', async () => {
    const { headers } = await call(server, { path: '/health', headers: { 'x-request-id': 'mine-1' } });
    expect(headers.get('x-request-id')).toBe('mine-1');
  });

  it('with credentials is private to its caller (caching)', async () => {
    const { headers } = await get(server, '/users/me', server.people.member.token);
    expect([headers.get('cache-control'), headers.get('vary')]).toEqual(['no-store', 'Authorization, Origin']);
  });

  it('is a line of the log', async () => {
    using folder = temporaryFolder();
    const running = await startProcess({ CQ_DB_PATH: folder.file('cq.db') });
    await fetch(`${running.url}/api/v1/knowledge?domains=secret-domain`);
    await fetch(`${running.url}/api/v1/auth/login`, {
      method: 'POST',
      body: '{"username":"a","password":"hush"}',
      headers: { 'content-type': 'application/json', authorization: 'Bearer hush' },
    });
    await running.said('"operation":"signIn"');
    const { stdout } = await running.stop();
    const lines = stdout
      .split('\n')
      .filter((line) => line.includes('"operation"'))
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { operation: 'findKnowledge', path: '/api/v1/knowledge', status: 200, caller: 'anonymous', cost: 35 },
      { operation: 'signIn', path: '/api/v1/auth/login', status: 401, caller: 'anonymous', cost: 50 },
    ]);
    expect(stdout).not.toMatch(/hush|secret-domain/);
  });
});

describe('reading', () => {
  it('needs credentials where it is not public', async () => {
    await using closed = await startServer({ CQ_PUBLIC_READ: 'off' });
    const { member } = closed.people;
    for (const path of ['/knowledge?domains=x', '/knowledge', '/knowledge/stats']) {
      const ask = async (credential?: string) => {
        const { status, body } = await get(closed, path, credential);
        return [status, body.detail];
      };
      expect(await ask()).toEqual([401, 'Missing or invalid authorization header']);
      expect(await ask('x.y.z')).toEqual([401, 'Invalid or expired token']);
      expect(await ask('cqa.v1.x')).toEqual([401, 'Invalid API key']);
      for (const credential of [member.key, member.token])
        expect((await ask(credential))[0]).toBe(path === '/knowledge' ? 422 : 200);
    }
    expect((await get(closed, '/health')).status).toBe(200);
  });
});

describe('too much', () => {
  it('is 503, with which clients keep what they wanted to send, and says when to come back', async () => {
    await using limited = await startServer({ CQ_RATE_LIMIT: '25' });
    const { member, reviewer } = limited.people;
    const propose = (key: string) => post(limited, '/knowledge', key, lesson());
    const statuses = [];
    for (let count = 0; count < 3; count++) statuses.push((await propose(member.key)).status);
    expect(statuses).toEqual([201, 201, 503]);
    const { headers, body } = await propose(member.key);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(body.detail).toMatch(/^This costs more than is left of 25 points a minute\./);
    // another caller has points of its own, and GraphQL takes them from the same limit
    expect((await propose(reviewer.key)).status).toBe(201);
    const { status } = await limited.send({ query: '{ stats { totalCount tierCounts { count } } }' }, member.key);
    expect(status).toBe(429);
    expect((await get(limited, '/knowledge?domains=x&limit=50')).status).toBe(503);
    expect((await get(limited, '/health')).status).toBe(200);
  });
});

describe('without its database', () => {
  it('answers 503, and when to come back', async () => {
    await using away = await startServer();
    const { member, reviewer } = away.people;
    await away.store.close();
    const answers = [
      await get(away, '/knowledge?domains=x'),
      await get(away, '/knowledge/stats'),
      await post(away, '/knowledge', member.key, lesson()),
      await post(away, '/auth/login', undefined, { username: 'mia', password: 'x' }),
      await get(away, '/users/me', reviewer.token),
      await get(away, '/review/queue', reviewer.token),
    ];
    for (const { status, headers, body } of answers) {
      expect([status, headers.get('retry-after')]).toEqual([503, '5']);
      expect(body.detail).toMatch(/^The database cannot be reached/);
    }
    expect((await get(away, '/health')).body).toEqual({ status: 'ok' });
  });
});

describe('the way to the API', () => {
  const path = '//.well-known/cq-node.json';

  it.for([{}, { CQ_NODE_NAME: 'ours' }, { CQ_PUBLIC_URL: 'https://cq.example.com' }])(
    'is the usual one with %j',
    async (environment) => {
      await using other = await startServer(environment as Record<string, string>);
      const { status, headers, text } = await get(other, path);
      expect([status, headers.get('content-type'), text]).toEqual([404, 'application/json', '{"detail":"Not Found"}']);
    },
  );

  it('is told where a name and an address are configured', async () => {
    await using other = await startServer({ CQ_NODE_NAME: 'ours', CQ_PUBLIC_URL: 'https://cq.example.com/team/' });
    const { status, headers, text } = await get(other, path);
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(text).toBe(
      '{"version":1,"api_base_url":"https://cq.example.com/team/api/v1","api_version":"v1","node_name":"ours"}',
    );
  });
});
