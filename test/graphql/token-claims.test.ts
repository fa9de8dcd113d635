import { SignJWT } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startServer, type TestServer } from '../harness.ts';

/** Tokens that another program signed with our secret: what their claims may be. */
let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const now = Math.floor(Date.now() / 1000);

async function whoIs(claims: object, header: { alg: string } = { alg: 'HS256' }) {
  const token = await new SignJWT({ sub: 'mia', iat: now, exp: now + 60, ...claims })
    .setProtectedHeader(header)
    .sign(Buffer.from(server.secrets.jwtSecret));
  const { status, body } = await server.send({ query: '{ viewer { user { username } } }' }, token);
  return [status, body.data?.viewer.user.username ?? body.errors[0].extensions.code];
}

it('may be more than ours has', async () => {
  expect(await whoIs({ iss: 'elsewhere', role: 'admin', jti: 'x' })).toEqual([200, 'mia']);
});

it.for<[string, object]>([
  ['a name that is a number', { sub: 1 }],
  ['a name that is a list', { sub: ['mia'] }],
  ['a name that is an object', { sub: {} }],
  ['a name that is null', { sub: null }],
  ['a name with NUL', { sub: 'mia\0' }],
  ['a name in other letters', { sub: 'MIA' }],
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

it('whose beginning is no instant does not outlive a change of the password', async () => {
  const { user } = await server.addPerson('pat', 'member');
  await server.store.users.setPassword(user.id, 'new', new Date());
  expect(await whoIs({ sub: 'pat', iat: now - 3600 })).toEqual([401, 'UNAUTHENTICATED']);
  expect(await whoIs({ sub: 'pat', iat: -1e300 })).toEqual([401, 'UNAUTHENTICATED']);
});
