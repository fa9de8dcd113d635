import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { createOwnPages } from '../../src/http/own-pages.ts';
import { webSessionOfSocket } from '../../src/http/web-session.ts';
import { password, startServer, type TestServer } from '../harness.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const signIn = `mutation ($username: String = "rob", $password: String = "${password}") {
  signIn(input: { username: $username, password: $password }) {
    token expiresAt viewer { user { username } } userErrors { message }
  }
}`;
const whoAmI = '{ viewer { user { username } } }';

/** What a page of the server sends; a header that is `undefined` is left out. */
async function send(query: string, headers: Record<string, string | undefined> = {}, { url } = server, variables = {}) {
  const { origin } = new URL(url);
  const all = { 'content-type': 'application/json', 'x-cq-web': '1', origin, ...headers };
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const body = JSON.stringify({ query, variables });
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers: given, body });
  return {
    status: response.status,
    headers: response.headers,
    cookies: response.headers.getSetCookie(),
    ...(await response.json()),
  };
}

/** `name=value` of the cookie of somebody who has signed in. */
async function cookieOf(username = 'rob', at = server): Promise<string> {
  const { cookies } = await send(signIn, {}, at, { username });
  return String(cookies[0]).split(';')[0] ?? '';
}

const forgotten = /^cq_session=; Max-Age=0; Path=\/; HttpOnly; SameSite=Strict$/;

describe('signing in on the page', () => {
  it('puts the token into a cookie that no script can read, and nowhere else', async () => {
    const { data, cookies, headers } = await send(signIn);
    expect(data.signIn).toEqual({
      token: null,
      expiresAt: expect.any(String),
      viewer: { user: { username: 'rob' } },
      userErrors: [],
    });
    const [cookie = ''] = cookies;
    expect(cookies).toHaveLength(1);
    const [, token, seconds] =
      /^cq_session=([\w.-]+); Max-Age=(\d+); Path=\/; HttpOnly; SameSite=Strict$/.exec(cookie) ?? [];
    expect(Math.abs(Date.now() + Number(seconds) * 1000 - Date.parse(data.signIn.expiresAt))).toBeLessThan(60_000);
    expect(headers.get('cache-control')).toBe('no-store');
    // it is a token like any other
    expect((await server.query(whoAmI, {}, token)).viewer.user.username).toBe('rob');
  });

  it('gives other clients their token, and no cookie', async () => {
    const { data, cookies } = await send(signIn, { 'x-cq-web': undefined });
    expect([typeof data.signIn.token, cookies]).toEqual(['string', []]);
  });

  it('gives nothing for a wrong password', async () => {
    const { data, cookies } = await send(signIn, {}, server, { password: 'wrong' });
    expect([data.signIn.token, data.signIn.userErrors.length, cookies]).toEqual([null, 1, []]);
  });

  it.for([
    ['over https', {}, { origin: 'https://HOST' }, '/; HttpOnly; SameSite=Strict; Secure'],
    [
      'below a path',
      { CQ_PUBLIC_URL: 'https://cq.example/cq' },
      { origin: 'https://cq.example' },
      '/cq/; HttpOnly; SameSite=Strict; Secure',
    ],
    [
      'behind a proxy',
      { CQ_TRUST_PROXY: '1' },
      {
        origin: 'https://cq.example',
        'x-forwarded-host': 'cq.example',
        'x-forwarded-proto': 'https',
        'x-forwarded-prefix': '/team',
      },
      '/team/; HttpOnly; SameSite=Strict; Secure',
    ],
    [
      'of which a client makes up a proxy',
      {},
      { 'x-forwarded-proto': 'https', 'x-forwarded-prefix': '/team' },
      '/; HttpOnly; SameSite=Strict',
    ],
  ] as const)('%s', async ([, environment, headers, attributes]) => {
    await using other = await startServer({ ...environment });
    const { host } = new URL(other.url);
    const given = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace('HOST', host)]),
    );
    const { cookies } = await send(signIn, given, other);
    expect(cookies).toEqual([expect.stringMatching(new RegExp(`Path=${attributes}$`))]);
  });
});

describe('the cookie', () => {
  it('is who asks', async () => {
    const cookie = await cookieOf();
    const { data, cookies, headers } = await send(whoAmI, { cookie });
    expect([data.viewer.user.username, cookies]).toEqual(['rob', []]);
    expect(headers.get('cache-control')).toBe('no-store');
    const query = encodeURIComponent(whoAmI);
    const { origin } = new URL(server.url);
    const read = await fetch(`${server.url}/graphql?query=${query}`, { headers: { cookie, origin, 'x-cq-web': '1' } });
    expect([(await read.json()).data.viewer.user.username, read.headers.get('cache-control')]).toEqual([
      'rob',
      'no-store',
    ]);
  });

  it('is found among others, of which the first of its name counts', async () => {
    const cookie = await cookieOf();
    for (const all of [`a=b; ${cookie}`, `${cookie};c=d`, `${cookie}; cq_session=x`])
      expect((await send(whoAmI, { cookie: all })).data.viewer.user.username).toBe('rob');
    expect((await send(whoAmI, { cookie: `not_${cookie}` })).data.viewer).toBeNull();
  });

  it('stays behind an Authorization header', async () => {
    const cookie = await cookieOf();
    const { data } = await send(whoAmI, { cookie, authorization: `Bearer ${server.people.member.token}` });
    expect(data.viewer.user.username).toBe('mia');
    expect((await send(whoAmI, { cookie, authorization: 'Bearer void' })).status).toBe(401);
  });

  it.for([
    ['of another server', 'cq_session=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJyb2IifQ.AAAA'],
    ['that is no token', 'cq_session=%00'],
    ['that is an API key', 'KEY'],
    ['that is empty', 'cq_session='],
  ] as const)('%s counts as none', async ([, cookie]) => {
    const given = cookie.replace('KEY', `cq_session=${server.people.member.key}`);
    const { status, data, cookies } = await send(whoAmI, { cookie: given });
    expect([status, data, cookies]).toEqual([200, { viewer: null }, []]);
  });

  it('is no credential for REST and MCP', async () => {
    const cookie = await cookieOf();
    const headers = { cookie, 'x-cq-web': '1', origin: new URL(server.url).origin, 'sec-fetch-site': 'same-origin' };
    expect((await fetch(`${server.url}/api/v1/users/me`, { headers })).status).toBe(401);
    const call = { name: 'propose', arguments: { domains: ['api'], summary: 's', detail: 'd', action: 'a' } };
    const answer = await fetch(`${server.url}/mcp`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: call }),
    });
    expect(await answer.text()).toContain('send an API key');
  });

  it('is none with CQ_WEB=off', async () => {
    await using off = await startServer({ CQ_WEB: 'off' });
    const { data, cookies } = await send(signIn, {}, off);
    expect([typeof data.signIn.token, cookies]).toEqual(['string', []]);
    expect((await send(whoAmI, { cookie: `cq_session=${data.signIn.token}` }, off)).data.viewer).toBeNull();
  });
});

describe('the end of a session', () => {
  it('by signing out removes the cookie', async () => {
    const cookie = await cookieOf();
    const { data, cookies } = await send('mutation { signOut { session { isCurrent } userErrors { message } } }', {
      cookie,
    });
    expect([data.signOut.userErrors, cookies]).toEqual([[], [expect.stringMatching(forgotten)]]);
  });

  it('in the list of sessions removes it too', async () => {
    const cookie = await cookieOf();
    const other = await cookieOf();
    const { data } = await send('{ viewer { sessions { nodes { id isCurrent } } } }', { cookie });
    const end = (isCurrent: boolean) => {
      const { id } = data.viewer.sessions.nodes.find(
        (session: { isCurrent: boolean }) => session.isCurrent === isCurrent,
      );
      return send(`mutation { endSession(input: { id: "${id}" }) { userErrors { message } } }`, { cookie });
    };
    expect((await end(false)).cookies).toEqual([]);
    expect((await end(true)).cookies).toEqual([expect.stringMatching(forgotten)]);
    expect((await send(whoAmI, { cookie: other })).status).toBe(401);
  });

  it('by anybody else is a 401 that removes it, unless it is to sign in', async () => {
    await server.addPerson('zoe', 'member');
    const cookie = await cookieOf('zoe');
    const { data } = await send(signIn, {}, server, { username: 'zoe' });
    expect(data.signIn.userErrors).toEqual([]);
    await server.query(
      'mutation ($id: ID!) { endUserSessions(input: { id: $id }) { ended } }',
      { id: await idOf('zoe') },
      server.people.admin.token,
    );
    const again = await send(signIn, { cookie }, server, { username: 'zoe' });
    expect([again.data.signIn.viewer.user.username, again.cookies.length]).toEqual(['zoe', 1]);
    const ended = await send(whoAmI, { cookie });
    expect([ended.status, ended.errors[0].extensions.code, ended.cookies]).toEqual([
      401,
      'UNAUTHENTICATED',
      [expect.stringMatching(forgotten)],
    ]);
    expect(ended.headers.get('www-authenticate')).toBeNull();
  });

  it('by a new password gives a new cookie', async () => {
    await server.addPerson('yan', 'member');
    const cookie = await cookieOf('yan');
    const change = `mutation { changePassword(input: { currentPassword: "${password}", newPassword: "another horse" }) {
      token expiresAt userErrors { message } } }`;
    const { data, cookies } = await send(change, { cookie });
    expect(data.changePassword).toEqual({ token: null, expiresAt: expect.any(String), userErrors: [] });
    expect((await send(whoAmI, { cookie })).status).toBe(401);
    expect((await send(whoAmI, { cookie: String(cookies[0]).split(';')[0] })).data.viewer.user.username).toBe('yan');
  });
});

async function idOf(username: string): Promise<string> {
  const { users } = await server.query(
    '{ users(first: 100) { nodes { id username } } }',
    {},
    server.people.admin.token,
  );
  return users.nodes.find((user: { username: string }) => user.username === username).id;
}

/** What a browser with the cookie may be made to send by a page of another site. */
describe('a page of another site', () => {
  const propose = `mutation { proposeKnowledgeUnit(input: { domains: ["x"], insight: { summary: "s", detail: "d", action: "a" } }) {
    knowledgeUnit { id } userErrors { message } } }`;

  it.for([
    ['another origin', { origin: 'https://evil.example' }],
    ['no origin', { origin: undefined }],
    ['an origin that is withheld', { origin: 'null' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a sister domain', { 'sec-fetch-site': 'same-site' }],
    ['another port', { origin: 'http://127.0.0.1:9' }],
  ] as const)('that says that it is ours is refused: %s', async ([, headers]) => {
    const cookie = await cookieOf();
    for (const query of [propose, whoAmI, signIn]) {
      const { status, errors, data, cookies } = await send(query, { cookie, ...headers });
      expect([status, errors[0].extensions.code, data, cookies]).toEqual([403, 'FORBIDDEN', undefined, []]);
    }
  });

  it('that does not say so is anonymous', async () => {
    const cookie = await cookieOf();
    const headers = { cookie, 'x-cq-web': undefined, origin: 'https://evil.example' };
    expect((await send(whoAmI, headers)).data.viewer).toBeNull();
    expect((await send(propose, headers)).errors[0].extensions.code).toBe('UNAUTHENTICATED');
    const image = await fetch(`${server.url}/graphql?query=${encodeURIComponent(whoAmI)}`, { headers: { cookie } });
    expect((await image.json()).data.viewer).toBeNull();
  });

  it('gets no mutation through by GET, our own neither', async () => {
    const cookie = await cookieOf();
    const { origin } = new URL(server.url);
    const sent = { cookie, 'x-cq-web': '1', origin };
    const path = `${server.url}/graphql?query=${encodeURIComponent(propose)}`;
    for (const headers of [sent, { ...sent, 'sec-fetch-site': 'same-origin' }])
      expect((await fetch(path, { headers })).status).toBe(405);
  });

  it('gets no form through', async () => {
    const cookie = await cookieOf();
    for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain'])
      expect((await send(propose, { cookie, 'x-cq-web': undefined, 'content-type': type })).status).toBe(415);
  });

  it('is not allowed to send cookies by CORS', async () => {
    const headers = {
      origin: 'https://evil.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,x-cq-web',
    };
    const preflight = await fetch(`${server.url}/graphql`, { method: 'OPTIONS', headers });
    expect(preflight.headers.get('access-control-allow-credentials')).toBeNull();
  });
});

describe('a WebSocket', () => {
  const pages = createOwnPages({ publicUrl: null, trustProxy: 0 });
  const handshake = (headers: object) =>
    ({ headers: { host: 'cq.example', cookie: 'cq_session=abc', ...headers } }) as never;
  const own = { origin: 'https://cq.example' };

  it('has the session where it says so, from our own page', () => {
    expect(webSessionOfSocket(pages, handshake(own), { 'x-cq-web': '1' })).toEqual({ problem: null, token: 'abc' });
  });

  it.for([null, undefined, {}, { 'x-cq-web': true }, { authorization: 'Bearer abc' }])('has none with %j', (init) => {
    expect(webSessionOfSocket(pages, handshake(own), init)).toBeNull();
  });

  it.for(['https://evil.example', undefined, 'null'])('from %s is refused', (origin) => {
    expect(webSessionOfSocket(pages, handshake({ origin }), { 'x-cq-web': '1' })).toEqual({
      problem: expect.stringContaining('must come from a page of this server'),
      token: null,
    });
  });
});

describe('over a WebSocket, the session', () => {
  /** Who asks over a WebSocket that is opened with these headers, by what it is told first; or the code that it is closed with. */
  async function askedBy(headers: Record<string, string>, init: object): Promise<unknown> {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers });
    const outcome = new Promise<unknown>((resolve) => {
      socket.once('close', resolve);
      socket.once('unexpected-response', (_request, { statusCode }) => resolve(statusCode));
      socket.on('message', (data) => {
        const { type, payload } = JSON.parse(String(data));
        if (type === 'next') resolve(payload.data.viewer?.user.username ?? null);
        if (type === 'connection_ack')
          socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: whoAmI } }));
      });
    });
    socket.once('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: init })));
    const asked = await outcome;
    socket.on('error', () => {}).terminate();
    return asked;
  }

  const page = { 'x-cq-web': '1' };

  it('is that of our own page only, which says so', async () => {
    const cookie = await cookieOf();
    const { origin } = new URL(server.url);
    expect(await askedBy({ cookie, origin }, page)).toBe('rob');
    // what a page of another site can have a browser send
    expect(await askedBy({ cookie, origin }, {})).toBeNull();
    expect(await askedBy({ cookie, origin: 'https://evil.example' }, {})).toBeNull();
    // what it cannot, and other programs can
    expect(await askedBy({ cookie }, page)).toBe(4403);
    for (const other of ['https://evil.example', 'null', `${origin}0`])
      expect(await askedBy({ cookie, origin: other }, page)).toBe(4403);
  });

  it('is not that of a page that may read answers', async () => {
    await using other = await startServer({ CQ_CORS_ORIGIN: 'https://app.example' });
    const before = server;
    server = other;
    try {
      const cookie = await cookieOf();
      expect(await askedBy({ cookie, origin: 'https://app.example' }, {})).toBeNull();
      expect(await askedBy({ cookie, origin: 'https://app.example' }, page)).toBe(4403);
    } finally {
      server = before;
    }
  });

  it('that has ended is nobody any more', async () => {
    const cookie = await cookieOf();
    const { origin } = new URL(server.url);
    await send('mutation { signOut { userErrors { message } } }', { cookie });
    expect(await askedBy({ cookie, origin }, page)).toBe(4403);
  });
});
