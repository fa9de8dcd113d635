import { SignJWT } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startServer, type TestServer } from '../harness.ts';

/** Tokens that another program signed with our secret: what their claims may be. */
let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  // a token of a program that does not name the account must not be older than the account is
  await server.store.users.insert({ username: 'old', passwordHash: 'h', role: 'member', createdAt: sinceLong });
});
afterAll(() => server[Symbol.asyncDispose]());

const now = Math.floor(Date.now() / 1000);
const sinceLong = new Date((now - 7200) * 1000);

async function whoIs(claims: object, header: { alg: string } = { alg: 'HS256' }) {
  const token = await new SignJWT({ sub: 'old', iat: now, exp: now + 60, ...claims })
    .setProtectedHeader(header)
    .sign(Buffer.from(server.secrets.jwtSecret));
  const { status, body } = await server.send({ query: '{ viewer { user { username } } }' }, token);
  return [status, body.data?.viewer.user.username ?? body.errors[0].extensions.code];
}

it('may be more than ours has', async () => {
  expect(await whoIs({ iss: 'elsewhere', role: 'admin', jti: 'x' })).toEqual([200, 'old']);
});

it.for<[string, object]>([
  ['a name that is a number', { sub: 1 }],
  ['a name that is a list', { sub: ['old'] }],
  ['a name that is an object', { sub: {} }],
  ['a name that is null', { sub: null }],
  ['a name with NUL', { sub: 'old\0' }],
  ['a name in other letters', { sub: 'OLD' }],
  ['an account of another id', { cq_uid: 999, cq_cv: 1 }],
  ['an id of an account without the version of its credentials', { cq_uid: 1 }],
  ['a version without the id of an account', { cq_cv: 1 }],
  ['a version that is text', { cq_uid: 1, cq_cv: '1' }],
  ['a version that is null', { cq_uid: 1, cq_cv: null }],
  ['a beginning before that of the account', { iat: now - 7201 }],
  ['no name', { sub: undefined }],
  ['no beginning', { iat: undefined }],
  ['a beginning that is no number', { iat: 'today' }],
  ['a beginning that is no instant', { iat: 1e300 }],
  ['an end that is no number', { exp: 'never' }],
  ['an end that has passed', { exp: now - 1 }],
  ['a time before which it is not valid', { nbf: now + 3600 }],
])('may not have %s', async ([, claims]) => {
  expect(await whoIs(claims)).toEqual([401, 'UNAUTHENTICATED']);
});

it.for(['HS384', 'HS512'])('may not be signed with %s', async (alg) => {
  expect(await whoIs({}, { alg })).toEqual([401, 'UNAUTHENTICATED']);
});

it('of the version that the account has is theirs, and of no other', async () => {
  const user = (await server.store.users.findByName('old')) ?? expect.fail();
  const claims = { cq_uid: user.id, cq_cv: user.credentialsVersion };
  expect(await whoIs(claims)).toEqual([200, 'old']);
  for (const cq_cv of [user.credentialsVersion + 1, user.credentialsVersion - 1, -1, 1.5])
    expect(await whoIs({ ...claims, cq_cv })).toEqual([401, 'UNAUTHENTICATED']);
});

it('may name an account that has always been there without naming its id, until the password changes', async () => {
  const passwordHash = 'h';
  const pat = { username: 'pat', passwordHash, role: 'member' as const, createdAt: sinceLong };
  const { id } = (await server.store.users.insert(pat)) ?? expect.fail();
  expect(await whoIs({ sub: 'pat', iat: now - 3600 })).toEqual([200, 'pat']);
  const changedAt = new Date((now - 1800) * 1000);
  await server.store.users.setPassword(id, 'new', changedAt);
  expect(await whoIs({ sub: 'pat', iat: now - 1800 })).toEqual([200, 'pat']);
  expect(await whoIs({ sub: 'pat', iat: now - 1801 })).toEqual([401, 'UNAUTHENTICATED']);
  expect(await whoIs({ sub: 'pat', iat: -1e300 })).toEqual([401, 'UNAUTHENTICATED']);
});

it('of before an account was opened is none of it', async () => {
  const { user } = await server.addPerson('new', 'member');
  const opened = Math.floor(user.createdAt.getTime() / 1000);
  expect(await whoIs({ sub: 'new', iat: opened, exp: opened + 600 })).toEqual([200, 'new']);
  expect(await whoIs({ sub: 'new', iat: opened - 1, exp: opened + 600 })).toEqual([401, 'UNAUTHENTICATED']);
});
