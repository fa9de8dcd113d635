import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { issueToken } from '../../src/domain/jwt.ts';
import { newSession } from '../../src/domain/sessions.ts';
import type { Session, User } from '../../src/store/store.ts';
import { password, startServer, type TestServer } from '../harness.ts';
import { get, post } from '../rest/client.ts';

let server: TestServer;
beforeAll(async () => {
  // the addresses are what the one proxy says
  server = await startServer({ CQ_TRUST_PROXY: '1' });
});
afterAll(() => server[Symbol.asyncDispose]());

const signIn = `mutation ($username: String!, $password: String!) {
  signIn(input: { username: $username, password: $password }) { token expiresAt userErrors { code message } }
}`;

/** Signs in over GraphQL. */
async function signedIn(username: string, headers: Record<string, string> = {}, secret = password) {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: signIn, variables: { username, password: secret } }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  return ((await response.json()) as any).data.signIn;
}

const sessionsOf = async (user: User): Promise<readonly Session[]> => {
  const now = (await server.store.users.findByName(user.username)) ?? expect.fail();
  return (await server.store.sessions.list(now, new Date(), { limit: 200 })).items;
};

/** Who the holder of a token is over GraphQL, REST and MCP: a name, or what is said instead. */
async function whoIs(token: string) {
  const { body } = await server.send({ query: '{ viewer { user { username } } }' }, token);
  const graphql = body.data?.viewer.user.username ?? body.errors[0].message;
  const me = await get(server, '/users/me', token);
  const mcp = await fetch(`${server.url}/mcp`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
  });
  return [graphql, me.body.username ?? me.status, mcp.status];
}

const valid = (name: string) => [name, name, 200];
const isVoid = ['Invalid or expired token.', 401, 403];

describe('a sign-in', () => {
  it('opens a session over GraphQL and REST, with its address and program', async () => {
    const { user } = await server.addPerson('liz', 'member');
    const headers = { 'x-forwarded-for': '203.0.113.7, 198.51.100.2', 'user-agent': `A\u00e9\u0085${'b'.repeat(300)}` };
    const before = Date.now();
    const { token, expiresAt } = await signedIn('liz', headers);
    const [one, ...none] = await sessionsOf(user);
    expect(none).toEqual([]);
    expect(one).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      userId: user.id,
      credentialsVersion: 1,
      createdAt: one?.lastUsedAt,
      lastUsedAt: one?.createdAt,
      expiresAt: new Date(expiresAt),
      // the proxy's own entry, and printable characters
      address: '198.51.100.2',
      userAgent: `A??${'b'.repeat(197)}`,
    });
    expect(one?.createdAt.getTime()).toBeGreaterThan(before - 60_000);
    const answer = await post(server, '/auth/login', undefined, { username: 'liz', password });
    expect(await sessionsOf(user)).toHaveLength(2);
    for (const each of [token, answer.body.token]) expect(await whoIs(each)).toEqual(valid('liz'));
  });

  it('that fails opens none', async () => {
    const { user } = await server.addPerson('lou', 'member');
    expect((await signedIn('lou', {}, 'wrong password')).userErrors).toMatchObject([{ code: 'INVALID_CREDENTIALS' }]);
    expect((await post(server, '/auth/login', undefined, { username: 'lou', password: 'wrong' })).status).toBe(401);
    expect(await sessionsOf(user)).toEqual([]);
  });

  it('64 times at once opens one session for each token that is given', async () => {
    const { user } = await server.addPerson('max', 'member');
    const answers = await Promise.all(Array.from({ length: 64 }, () => signedIn('max')));
    // null where the limit on passwords refuses an attempt
    const tokens = answers.flatMap((answer) => answer?.token ?? []);
    expect(tokens.length).toBeGreaterThan(0);
    expect(await sessionsOf(user)).toHaveLength(tokens.length);
    for (const token of tokens) {
      const { body } = await server.send({ query: '{ viewer { user { username } } }' }, token);
      expect(body.data?.viewer.user.username).toBe('max');
    }
  });
});

describe('a token', () => {
  it('is void over every API once its session has ended, and no other one is', async () => {
    const { user } = await server.addPerson('nat', 'member');
    const { token: first } = await signedIn('nat');
    const { token: second } = await signedIn('nat');
    const [newest] = await sessionsOf(user);
    await server.store.sessions.end(newest?.id ?? '', user.id);
    expect(await whoIs(second)).toEqual(isVoid);
    expect(await whoIs(first)).toEqual(valid('nat'));
  });

  it('of a release without sessions is valid, whatever sessions end', async () => {
    const { user } = await server.addPerson('old', 'member');
    const { text } = await issueToken(server.secrets, user, new Date());
    await signedIn('old');
    await server.store.sessions.endAll(user, new Date());
    expect(await whoIs(text)).toEqual(valid('old'));
    expect(await sessionsOf(user)).toEqual([]);
  });

  it('may not name the session of somebody else, or what is none', async () => {
    const [{ user }, other] = [await server.addPerson('pam', 'member'), await server.addPerson('pat', 'member')];
    await signedIn('pat');
    const [theirs] = await sessionsOf(other.user);
    const now = Math.floor(Date.now() / 1000);
    const signed = (cq_sid: unknown, account: object = { cq_uid: user.id, cq_cv: user.credentialsVersion }) =>
      new SignJWT({ sub: 'pam', iat: now, exp: now + 60, cq_sid, ...account })
        .setProtectedHeader({ alg: 'HS256' })
        .sign(Buffer.from(server.secrets.jwtSecret));
    for (const session of [theirs?.id, 'f'.repeat(32), '', 'x', null, 7, [], { id: theirs?.id }])
      expect(await whoIs(await signed(session))).toEqual(isVoid);
    await signedIn('pam');
    const [own] = await sessionsOf(user);
    expect(await whoIs(await signed(own?.id))).toEqual(valid('pam'));
    expect(await whoIs(await signed(own?.id.toUpperCase()))).toEqual(isVoid);
    expect(await whoIs(await signed(own?.id, {}))).toEqual(isVoid);
  });

  it('of a session is void when the account is suspended or closed, and says so, and when it is back', async () => {
    const { user } = await server.addPerson('quy', 'member');
    const { token } = await signedIn('quy');
    await server.store.users.suspend(user.id, { at: new Date(), by: 'ann', reason: 'r' });
    expect((await whoIs(token))[0]).toBe('This account is suspended.');
    await server.store.users.reinstate(user.id);
    expect(await whoIs(token)).toEqual(isVoid);
    const { token: again } = await signedIn('quy');
    await server.store.users.close(user.id, { at: new Date(), by: 'ann' });
    expect((await whoIs(again))[0]).toBe('This account is closed.');
    await server.store.users.reopen(user.id);
    expect(await whoIs(again)).toEqual(isVoid);
    expect(await sessionsOf(user)).toEqual([]);
  });
});

describe('the last use', () => {
  it('of a session and its account is noted with each request, without a write', async () => {
    const { user, key } = await server.addPerson('ray', 'member');
    const { token } = await signedIn('ray');
    const lastUse = async () => [
      (await sessionsOf(user))[0]?.lastUsedAt.getTime() ?? 0,
      (await server.store.users.findByName('ray'))?.lastUsedAt?.getTime() ?? 0,
    ];
    const opened = await lastUse();
    while (Date.now() <= Math.max(...opened)) await new Promise((resolve) => setTimeout(resolve, 1));
    await whoIs(token);
    const used = await lastUse();
    expect(used[0]).toBeGreaterThan(opened[0] as number);
    expect(used[1]).toBe(used[0]);
    while (Date.now() <= Math.max(...used)) await new Promise((resolve) => setTimeout(resolve, 1));
    await server.send({ query: '{ viewer { user { username } } }' }, key);
    const byKey = await lastUse();
    expect(byKey[0]).toBe(used[0]);
    expect(byKey[1]).toBeGreaterThan(used[1] as number);
  });
});

describe('ending a session', () => {
  const endSession = `mutation ($id: ID!) {
    endSession(input: { id: $id }) { session { id } userErrors { __typename code message path } }
  }`;
  const mutate = async (query: string, variables: object, credential: string) =>
    (await server.send({ query, variables }, credential)).body;
  const nodeIds = async (user: User) => (await sessionsOf(user)).map(({ id }) => `ses_${id}`);

  it('of somebody else is refused as if there were none, and changes nothing', async () => {
    const { user } = await server.addPerson('ute', 'member');
    const { token } = await signedIn('ute');
    const [id = ''] = await nodeIds(user);
    await server.addPerson('uwe', 'reviewer');
    const { token: stranger } = await signedIn('uwe');
    const none = `ses_${'0'.repeat(32)}`;
    const refusal = async (asked: string) =>
      JSON.stringify(await mutate(endSession, { id: asked }, stranger)).replaceAll(asked, '<id>');
    expect(await refusal(id)).toBe(await refusal(none));
    expect(await refusal(id)).toContain('NOT_FOUND');
    const { body } = await server.send({ query: `{ node(id: "${id}") { id } }` }, stranger);
    expect(body).toEqual({ data: { node: null } });
    expect(await whoIs(token)).toEqual(valid('ute'));
    expect(await server.store.audit.count({ target: id })).toBe(0);
  });

  it('is for people: a key neither sees nor ends any', async () => {
    const { user, key } = await server.addPerson('vic', 'admin');
    await signedIn('vic');
    const [id = ''] = await nodeIds(user);
    const listing = '{ viewer { sessions { nodes { id } } user { lastUsedAt sessions { nodes { id } } } } }';
    for (const query of [
      listing,
      `mutation { endSession(input: { id: "${id}" }) { session { id } } }`,
      'mutation { signOut { session { id } } }',
      'mutation { endOtherSessions { ended } }',
      `mutation { endUserSessions(input: { id: "usr_${user.id}" }) { ended } }`,
    ]) {
      const { body } = await server.send({ query }, key);
      expect(body.errors.every((error: { extensions: object }) => 'code' in error.extensions)).toBe(true);
      expect(body.errors[0].extensions.code).toBe('FORBIDDEN');
      expect(JSON.stringify(body)).not.toContain(id);
    }
    expect(await nodeIds(user)).toEqual([id]);
  });

  it('by an administrator is in the audit log with its owner, as are all at once with their number', async () => {
    const { admin } = server.people;
    const { user } = await server.addPerson('wes', 'member');
    const opened = [await signedIn('wes'), await signedIn('wes'), await signedIn('wes')];
    const [id = ''] = await nodeIds(user);
    expect((await mutate(endSession, { id }, admin.token)).data.endSession.session).toEqual({ id });
    const owner = `usr_${user.id}`;
    const all = 'mutation ($id: ID!) { endUserSessions(input: { id: $id }) { ended } }';
    for (const ended of [2, 0])
      expect((await mutate(all, { id: owner }, admin.token)).data.endUserSessions).toEqual({ ended });
    for (const { token } of opened) expect(await whoIs(token)).toEqual(isVoid);
    const entries = async (target: string, action: string) =>
      (await server.store.audit.list({ target, actions: [action] }, { limit: 9 })).items;
    const by = { actorKind: 'person', actorId: admin.user.id, keyId: null };
    expect(await entries(id, 'session.ended')).toMatchObject([{ ...by, details: JSON.stringify({ owner }) }]);
    // none of the second time, which ended nothing
    expect(await entries(owner, 'sessions.ended')).toMatchObject([{ ...by, details: '{"count":2}' }]);
    // and no token
    const { items } = await server.store.audit.list({}, { limit: 1000 });
    expect(JSON.stringify(items)).not.toMatch(/eyJ/);
  });

  it('of a token that has none is refused in words, and of the others ends all', async () => {
    const { user, token } = await server.addPerson('xia', 'member');
    await signedIn('xia');
    await signedIn('xia');
    const signOut = 'mutation { signOut { session { id } userErrors { code message } } }';
    expect((await mutate(signOut, {}, token)).data.signOut).toMatchObject({
      session: null,
      userErrors: [{ code: 'CONFLICT', message: expect.stringContaining('valid until it expires') }],
    });
    const others = 'mutation { endOtherSessions { ended userErrors { code } } }';
    expect((await mutate(others, {}, token)).data.endOtherSessions).toEqual({ ended: 2, userErrors: [] });
    expect(await sessionsOf(user)).toEqual([]);
    expect(await whoIs(token)).toEqual(valid('xia'));
  });

  it('while it is used: what began before is answered, what begins after is refused', async () => {
    const { user } = await server.addPerson('yan', 'member');
    const { token } = await signedIn('yan');
    const [id = ''] = await nodeIds(user);
    const ask = () => server.send({ query: '{ viewer { user { username } } }' }, token);
    const [ended, ...answers] = await Promise.all([
      mutate(endSession, { id }, server.people.admin.token),
      ...Array.from({ length: 64 }, ask),
    ]);
    expect(ended.data.endSession.session).toEqual({ id });
    for (const { status } of answers) expect([200, 401]).toContain(status);
    expect((await ask()).status).toBe(401);
    // nor do the uses that are noted bring it back
    await server.store.sessions.saveUses();
    expect((await ask()).status).toBe(401);
    expect(await sessionsOf(user)).toEqual([]);
  });

  it('64 times at once ends it once', async () => {
    const { user } = await server.addPerson('zac', 'member');
    await signedIn('zac');
    const [id = ''] = await nodeIds(user);
    const { token } = server.people.admin;
    const answers = await Promise.all(Array.from({ length: 64 }, () => mutate(endSession, { id }, token)));
    const ended = answers.filter(({ data }) => data.endSession.session !== null);
    expect(ended).toHaveLength(1);
    expect(await server.store.audit.count({ target: id })).toBe(1);
  });
});

it('of more than 100 sessions of a person the one that was not used the longest goes', async () => {
  const { user } = await server.addPerson('abi', 'member');
  const { token } = await signedIn('abi');
  const at = (await sessionsOf(user))[0]?.createdAt ?? expect.fail();
  // as if signed in on other days, and used later or earlier than that
  for (let index = 0; index < 99; index++) {
    const lastUsedAt = new Date(at.getTime() - 1000 * (index + 1));
    const session = newSession(user, {}, at);
    await server.store.sessions.insert({ ...session, lastUsedAt, createdAt: lastUsedAt }, 1000);
  }
  expect(await sessionsOf(user)).toHaveLength(100);
  const oldest = (await sessionsOf(user)).at(-1)?.id;
  await signedIn('abi');
  const left = await sessionsOf(user);
  expect(left).toHaveLength(100);
  expect(left.map(({ id }) => id)).not.toContain(oldest);
  expect(await whoIs(token)).toEqual(valid('abi'));
});

it('a sign-in while the credentials change opens no session, and is no failed attempt', async () => {
  const { user } = await server.addPerson('tam', 'member');
  await server.store.users.setPassword(user.id, user.passwordHash, new Date());
  // as read before
  const reading = vi.spyOn(server.store.users, 'findManyByName').mockResolvedValue([user]);
  const { token, userErrors } = await signedIn('tam');
  expect([token, userErrors]).toEqual([null, [{ code: 'CONFLICT', message: expect.stringContaining('meanwhile') }]]);
  expect((await post(server, '/auth/login', undefined, { username: 'tam', password })).status).toBe(409);
  reading.mockRestore();
  expect(await sessionsOf(user)).toEqual([]);
  expect(await server.store.audit.count({ actions: ['signIn.failed'], target: `usr_${user.id}` })).toBe(0);
});

it('a change of the password ends all sessions and opens one', async () => {
  const { user } = await server.addPerson('sue', 'member');
  const { token: first } = await signedIn('sue');
  const { token: second } = await signedIn('sue');
  const change = `mutation ($from: String!, $to: String!) {
    changePassword(input: { currentPassword: $from, newPassword: $to }) { token userErrors { code } }
  }`;
  const wrong = await server.query(change, { from: 'wrong', to: 'another password' }, second);
  expect(wrong.changePassword.userErrors).toMatchObject([{ code: 'INVALID_CREDENTIALS' }]);
  expect(await sessionsOf(user)).toHaveLength(2);
  const { token } = (await server.query(change, { from: password, to: 'another password' }, second)).changePassword;
  expect(await whoIs(token)).toEqual(valid('sue'));
  for (const ended of [first, second]) expect(await whoIs(ended)).toEqual(isVoid);
  expect(await sessionsOf(user)).toHaveLength(1);
});
