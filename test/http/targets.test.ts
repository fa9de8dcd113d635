import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Running, startProcess } from '../process.ts';

let server: Running;
beforeAll(async () => {
  server = await startProcess({ CQ_DB_PATH: ':memory:' });
});
afterAll(() => server.stop());

const body = JSON.stringify({ query: '{ __typename }' });
const paths = [
  '/',
  '/graphql',
  '/graphql?query={__typename}',
  '/api/v1/health',
  '/mcp',
  '/schema.graphql',
  '/livez',
  '/readyz',
  '/x',
];

/** What comes back for these bytes, until the server has closed the connection. */
async function exchange(text: string) {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write(text, 'latin1'));
  let all = '';
  socket.setEncoding('utf8').on('data', (part: string) => {
    all += part;
  });
  socket.on('error', () => {});
  await once(socket, 'close');
  const [head = '', answer = ''] = all.split('\r\n\r\n');
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]), head, answer };
}

const ask = (target: string, headers: string, method = 'GET', version = '1.1') =>
  exchange(
    `${method} ${target} HTTP/${version}\r\n${headers}connection: close\r\n${
      method === 'POST' ? `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}` : '\r\n'
    }`,
  );

/** Of an answer: neither where the program lies nor what it is made of. */
const leak = /node_modules|\.[cm]?[jt]s:\d|file:\/\/|\n\s*at |TypeError|ERR_|\/src\/|\/home\/|\/app\//;

const malformed = [
  'host: a b\r\n',
  'host: x:99999\r\n',
  'host: x:-1\r\n',
  'host: x:y\r\n',
  'host: x:1:2\r\n',
  'host: [::1\r\n',
  'host: ::1\r\n',
  'host: [::1]x\r\n',
  'host: [zz]\r\n',
  'host:\r\n',
  'host: :3000\r\n',
  'host: a/b\r\n',
  'host: a?b\r\n',
  'host: a#b\r\n',
  'host: a@b\r\n',
  'host: http://a\r\n',
  'host: a\\b\r\n',
  'host: %zz\r\n',
  'host: a,b\r\n\thost\r\n',
  'host: 1.2.3.4.5.6\r\n',
  'host: a\xffb^\r\n',
  'host: a\r\nhost: b\r\n',
  'host: a\r\nHost: a\r\n',
  '',
];

describe('a Host header', () => {
  it.for(malformed)('that is %j is refused everywhere, in a sentence', async (headers) => {
    for (const path of paths)
      for (const method of ['GET', 'POST', 'OPTIONS']) {
        const { status, answer, head } = await ask(path, headers, method);
        expect([path, method, status, answer]).toEqual([path, method, 400, expect.any(String)]);
        expect(head + answer).not.toMatch(leak);
        // such as llhttp refuses is not even known to be a request
        expect(answer).toMatch(/Host header|well-formed/);
      }
  });

  it('is answered in the error format of each API', async () => {
    const host = 'host: a b\r\n';
    const message = expect.stringMatching(/^The Host header must be .*, got "a b"\.$/);
    const parsed = async (path: string) => JSON.parse((await ask(path, host, 'POST')).answer);
    expect(await parsed('/graphql')).toMatchObject({ errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] });
    expect(await parsed('/api/v1/knowledge')).toEqual({ detail: message });
    expect(await parsed('/mcp')).toMatchObject({ jsonrpc: '2.0', id: null, error: { code: -32_600, message } });
    expect(await parsed('/')).toMatchObject({ error: message });
  });

  it.for(['x', 'X.example', 'x:3000', 'x:', '127.0.0.1', '[::1]:80', 'a_b', 'xn--bcher-kva.example', 'localhost.'])(
    'may be %s',
    async (host) => {
      expect((await ask('/graphql', `host: ${host}\r\n`, 'POST')).status).toBe(200);
    },
  );

  it('may be left out by HTTP/1.0', async () => {
    expect((await ask('/graphql', '', 'POST', '1.0')).status).toBe(200);
  });
});

describe('a request target', () => {
  const host = 'host: localhost\r\n';

  it.for([
    ['http://', 400],
    ['http:///graphql', 400],
    ['http://a b/graphql', 400],
    ['http://x:99999/graphql', 400],
    ['http://u:p@x/graphql', 400],
    ['ftp://localhost/graphql', 400],
    ['graphql', 400],
    ['*', 400],
    ['//', 404],
    ['//graphql', 404],
    ['//evil.example/graphql', 404],
    ['/%zz', 404],
    ['/%', 404],
    ['/\\graphql', 404],
    ['/graphql/', 400],
    ['/graphql/?query={__typename}', 200],
    ['/graphql//?query={__typename}', 200],
    ['http://localhost/graphql/?query={__typename}', 200],
    ['https://localhost/api/v1/health/', 200],
    ['http://localhost/schema.graphql', 200],
    ['http://localhost/nothing/', 404],
    ['/api/', 404],
    ['/livez/', 200],
    ['/graphql/..', 404],
    ['/graphql?%', 400],
    ['/graphql?%zz=%zz&&&==', 400],
    ['/graphql?query=%', 400],
    ['/graphql?query=%ff%fe', 400],
    ['/graphql?query={__typename}&variables=%zz', 400],
    ['/graphql??', 400],
    ['/graphql#x', 404],
    ['/api/%zz', 404],
    ['/api/v1/review/%zz', 401],
    ['/api/v1/knowledge?%=%&limit=%zz', 422],
    ['/\xe9', 400],
    [`/${'x'.repeat(10_000)}`, 404],
    [`/${'x'.repeat(20_000)}`, 431],
    [`/graphql?query=${'x'.repeat(20_000)}`, 431],
    ['http://localhost/graphql?query={__typename}', 200],
    ['HTTP://LOCALHOST:80/graphql?query={__typename}', 200],
    ['http://localhost?query={__typename}', 302],
    ['http://localhost/livez', 200],
  ] as const)('of %s is answered with %i', async ([target, expected]) => {
    const { status, head, answer } = await ask(target, `${host}accept: application/graphql-response+json\r\n`);
    expect([status, answer]).toEqual([expected, expect.any(String)]);
    expect(head + answer).not.toMatch(leak);
    if (expected >= 400) expect(JSON.parse(answer)).toBeTypeOf('object');
  });

  it('in absolute form or with a slash at its end leads to every API, also by POST', async () => {
    for (const form of ['/mcp', '/mcp/', 'http://localhost/mcp', 'http://localhost/mcp/', 'http://localhost/mcp//'])
      expect([form, (await ask(form, host, 'POST')).answer]).toEqual([form, expect.stringContaining('jsonrpc')]);
    for (const form of ['/graphql', '/graphql/', 'http://localhost/graphql', 'http://localhost/graphql/'])
      expect([form, (await ask(form, host, 'POST')).answer]).toEqual([form, '{"data":{"__typename":"Query"}}']);
    for (const form of ['/api/v1/auth/login', '/api/v1/auth/login/', 'http://localhost/api/v1/auth/login/'])
      expect([form, (await ask(form, host, 'POST')).status]).toEqual([form, 422]);
  });

  it('in absolute form goes before the Host header', async () => {
    const rpc = (target: string, host: string) => ask(target, `host: ${host}\r\n`, 'POST');
    expect((await rpc('http://evil.example/mcp', 'localhost')).status).toBe(403);
    expect((await rpc('http://localhost/mcp', 'evil.example')).status).not.toBe(403);
  });

  it('may be * for OPTIONS', async () => {
    expect((await ask('*', host, 'OPTIONS')).status).toBe(404);
  });
});

describe('HEAD', () => {
  it.for([
    ['/', 302],
    ['/graphql?query={__typename}', 200],
    ['/graphql', 200],
    ['/graphql?query={', 200],
    ['/schema.graphql', 200],
    ['/livez', 200],
    ['/readyz', 200],
    ['/api/v1/health', 200],
    ['/api/v1/openapi.json', 200],
    ['/api/v1/knowledge?domains=api', 200],
    ['/api/v1/users/me', 401],
    ['/mcp', 405],
    ['/x', 404],
  ] as const)('of %s is answered as GET is, %i, without a body', async ([path, expected]) => {
    const host = 'host: localhost\r\n';
    const [head, get] = [await ask(path, host, 'HEAD'), await ask(path, host)];
    expect([head.status, head.answer]).toEqual([expected, '']);
    expect(get.status).toBe(expected);
    const length = (text: string) => /^content-length: \d+/im.exec(text)?.[0];
    expect(length(head.head)).toBe(length(get.head));
  });

  it('of a page of GraphiQL has its length', async () => {
    const { head, answer } = await ask('/graphql', 'host: localhost\r\naccept: text/html\r\n', 'HEAD');
    expect([head, answer]).toEqual([expect.stringMatching(/content-length: \d{6,}/i), '']);
  });

  it('changes nothing: a mutation is refused', async () => {
    const { status } = await ask('/graphql?query=mutation{__typename}', 'host: localhost\r\n', 'HEAD');
    expect(status).toBe(405);
  });
});

describe('an upgrade of the protocol', () => {
  const upgrade = (to: string) => `host: localhost\r\nconnection: Upgrade, close\r\nupgrade: ${to}\r\n`;
  const handshake = 'sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n';

  it.for(['/mcp', '/api/v1/health', '/', '/x', '/graphql/x'])(
    'to a WebSocket at %s is refused, and the connection closed',
    async (path) => {
      for (const protocol of ['websocket', 'WebSocket', 'h2c, websocket', 'websocket/13']) {
        // without `connection: close` of the client's own
        const { status, head, answer } = await exchange(
          `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: ${protocol}\r\n${handshake}\r\n`,
        );
        expect([protocol, status, answer]).toEqual([
          protocol,
          426,
          expect.stringContaining('There is no WebSocket here'),
        ]);
        expect(head).toMatch(/^upgrade: HTTP\/1\.1$/im);
        expect(head).toMatch(/^connection: upgrade, close$/im);
      }
    },
  );

  it('to a WebSocket at /graphql is refused without its protocol, and the connection closed', async () => {
    for (const path of ['/graphql', '/graphql/', '/graphql?query={__typename}']) {
      const { status, head, answer } = await exchange(
        `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\n${handshake}\r\n`,
      );
      expect([path, status, answer]).toEqual([path, 400, expect.stringContaining('graphql-transport-ws')]);
      expect(head).toMatch(/^connection: close$/im);
    }
  });

  it('to anything else is ignored', async () => {
    for (const protocol of ['h2c', 'TLS/1.3', 'x'])
      expect([protocol, (await ask('/graphql?query={__typename}', upgrade(protocol))).status]).toEqual([protocol, 200]);
    expect((await ask('/graphql', upgrade('h2c'), 'POST')).answer).toBe('{"data":{"__typename":"Query"}}');
  });
});

it.for([
  ['no HTTP', 'hello\r\n\r\n', 400],
  ['another protocol', 'GET / SPDY/3\r\n\r\n', 400],
  ['a header without a name', 'GET / HTTP/1.1\r\nhost: x\r\n: x\r\n\r\n', 400],
  ['a header that is broken', 'GET / HTTP/1.1\r\nhost: x\r\nx\x00: y\r\n\r\n', 400],
  ['headers that are too long', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
  ['two lengths', 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx', 400],
  [
    'a length and chunks',
    'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\nx',
    400,
  ],
  ['a length that is none', 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\nx', 400],
] as const)('%s is refused in a sentence', async ([, text, expected]) => {
  const { status, answer } = await exchange(text);
  expect([status, JSON.parse(answer)]).toEqual([expected, { error: expect.stringMatching(/\.$/) }]);
});
