import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey } from '../../src/domain/account.ts';
import { generateApiKey } from '../../src/domain/api-key.ts';
import { issueToken } from '../../src/domain/jwt.ts';
import { password, startServer, type TestServer } from '../harness.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const whoAmI = '{ viewer { user { username } } }';

const send = async (authorization: string) => {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify({ query: whoAmI }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  return { status: response.status, body: (await response.json()) as any };
};

async function sign(claims: object, secret = server.secrets.jwtSecret) {
  return new SignJWT({ ...claims }).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(secret));
}

describe('a token', () => {
  it('of any cq server with the same secret is valid', async () => {
    // the account is as old as its server
    const now = Math.floor(Date.now() / 1000);
    const token = await sign({ sub: 'mia', iat: now, exp: now + 60 });
    expect((await send(`Bearer ${token}`)).body.data.viewer.user.username).toBe('mia');
  });

  it('of a person whose password has changed since is void', async () => {
    const { user } = await server.addPerson('pat', 'member');
    const before = await issueToken(server.secrets, user, new Date(Date.now() - 60_000));
    expect((await send(`Bearer ${before.text}`)).status).toBe(200);
    const changed = await server.store.users.setPassword(user.id, 'new', new Date());
    expect((await send(`Bearer ${before.text}`)).status).toBe(401);
    const after = await issueToken(server.secrets, changed ?? expect.fail(), new Date());
    expect((await send(`Bearer ${after.text}`)).status).toBe(200);
  });

  it('of before a change of the password is void, and one of after it valid, all in one second', async () => {
    const { user, token } = await server.addPerson('sue', 'member');
    const change = `mutation ($from: String!, $to: String!) {
      changePassword(input: { currentPassword: $from, newPassword: $to }) { token }
    }`;
    const at = new Date(Math.floor(Date.now() / 1000) * 1000);
    const same = await issueToken(server.secrets, user, at);
    const [from, to, again] = [password, 'a new password', 'a newer password'];
    const first = (await server.query(change, { from, to }, token)).changePassword.token;
    const second = (await server.query(change, { from: to, to: again }, first)).changePassword.token;
    const ofThen = await server.store.users.setPassword(user.id, 'new', at);
    for (const old of [token, same.text, first, second]) expect((await send(`Bearer ${old}`)).status).toBe(401);
    const now = await issueToken(server.secrets, ofThen ?? expect.fail(), at);
    expect((await send(`Bearer ${now.text}`)).body.data.viewer.user.username).toBe('sue');
  });

  it('of an account that is gone is void for another one of the same name', async () => {
    const { user } = server.people.member;
    const other = await issueToken(server.secrets, { ...user, id: user.id + 1000 }, new Date());
    expect((await send(`Bearer ${other.text}`)).status).toBe(401);
  });
});

describe('void credentials refuse the whole request', () => {
  const now = Math.floor(Date.now() / 1000);
  const none = `${btoa('{"alg":"none"}')}.${btoa(JSON.stringify({ sub: 'ann', iat: now, exp: now + 60 }))}.`.replaceAll(
    '=',
    '',
  );
  const cases: [string, () => string | Promise<string>][] = [
    ['nothing behind Bearer', () => 'Bearer '],
    ['another scheme', () => 'Basic YW5uOng='],
    ['nonsense', () => 'Bearer x.y.z'],
    ['an expired token', async () => `Bearer ${await sign({ sub: 'ann', iat: now - 90, exp: now - 30 })}`],
    [
      'a token of another secret',
      async () => `Bearer ${await sign({ sub: 'ann', iat: now, exp: now + 60 }, 'x'.repeat(32))}`,
    ],
    ['a token without an end', async () => `Bearer ${await sign({ sub: 'ann', iat: now })}`],
    ['a token without a signature', () => `Bearer ${none}`],
    ['a token of an unknown user', async () => `Bearer ${await sign({ sub: 'nobody', iat: now, exp: now + 60 })}`],
    ['an unknown key', () => `Bearer ${generateApiKey(server.secrets, { access: 'write', domains: null }).text}`],
    ['a key with another secret', () => `Bearer ${server.people.admin.key.slice(0, -4)}aaaa`],
    ['a key in capitals', () => `Bearer ${server.people.admin.key.toUpperCase()}`],
    [
      'an expired key',
      async () => {
        const { user } = server.people.member;
        const { secret } = await createApiKey(
          server.store,
          server.secrets,
          user,
          { name: 'k', ttl: '1s' },
          { now: new Date(0) },
        );
        return `Bearer ${secret}`;
      },
    ],
    [
      'a key of another pepper',
      async () => {
        const { user } = server.people.member;
        const secrets = { ...server.secrets, apiKeyPepper: 'other' };
        const { secret } = await createApiKey(server.store, secrets, user, { name: 'k', ttl: '1d' });
        return `Bearer ${secret}`;
      },
    ],
  ];

  it.for(cases)('%s', async ([, header]) => {
    const { status, body } = await send(await header());
    expect(status).toBe(401);
    expect(body.data).toBeUndefined();
    expect(body.errors[0].extensions).toEqual({ code: 'UNAUTHENTICATED' });
  });
});
