import { describe, expect, inject, it } from 'vitest';
import { createSignInLimit } from '../../src/domain/sign-in-limit.ts';
import { InvalidCredentialsError, RateLimitedError, UnavailableError } from '../../src/errors.ts';
import { password, startServer, type TestServer } from '../harness.ts';
import { createDatabase } from '../postgres/databases.ts';
import { temporaryFolder } from '../process.ts';

const behindProxy = { CQ_TRUST_PROXY: '1' };
const mutation = `mutation ($username: String!, $password: String!) {
  signIn(input: { username: $username, password: $password }) { token userErrors { code } }
}`;

/** What comes of a sign-in by GraphQL from an address: `in`, `wrong`, or the status of a refusal. */
async function signIn(server: TestServer, address: string, username: string, guess: string): Promise<string> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
    body: JSON.stringify({ query: mutation, variables: { username, password: guess } }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  const { data } = (await response.json()) as any;
  if (response.status !== 200) return String(response.status);
  return data.signIn.token ? 'in' : 'wrong';
}

/** The same by REST. */
async function logIn(server: TestServer, address: string, username: string, guess: string): Promise<string> {
  const response = await fetch(`${server.url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
    body: JSON.stringify({ username, password: guess }),
  });
  return ({ 200: 'in', 401: 'wrong' } as Record<number, string>)[response.status] ?? String(response.status);
}

const many = <T>(count: number, make: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)));

const tally = (outcomes: readonly string[]) =>
  Object.fromEntries([...new Set(outcomes)].map((one) => [one, outcomes.filter((other) => other === one).length]));

describe('failures at one name from everywhere', () => {
  it('refuse unknown addresses, and not one that the person has signed in from', async () => {
    await using server = await startServer(behindProxy);
    expect(await signIn(server, '192.0.2.1', 'mia', password)).toBe('in');
    const strangers = await many(40, (index) => signIn(server, `198.51.100.${index}`, 'mia', 'wrong'));
    expect(tally(strangers)).toEqual({ wrong: 30, 429: 10 });
    expect(await signIn(server, '203.0.113.1', 'mia', password)).toBe('429');
    expect(await logIn(server, '203.0.113.1', 'mia', password)).toBe('429');
    for (const attempt of [signIn, logIn]) {
      expect(await attempt(server, '192.0.2.1', 'mia', 'wrong')).toBe('wrong');
      expect(await attempt(server, '192.0.2.1', 'mia', password)).toBe('in');
    }
    // others are not held up anywhere
    expect(await signIn(server, '203.0.113.1', 'rob', password)).toBe('in');
  });

  it('at home are limited too, and there only', async () => {
    await using server = await startServer(behindProxy);
    for (const home of ['192.0.2.1', '192.0.2.2']) expect(await signIn(server, home, 'mia', password)).toBe('in');
    const guesses = await many(12, () => signIn(server, '192.0.2.1', 'mia', 'wrong'));
    expect(tally(guesses)).toEqual({ wrong: 10, 429: 2 });
    expect(await signIn(server, '192.0.2.1', 'mia', password)).toBe('429');
    expect(await signIn(server, '192.0.2.2', 'mia', password)).toBe('in');
  });
});

describe('an address that has failed too often', () => {
  it('is refused whatever it asks, and spends nothing of a name', async () => {
    await using server = await startServer(behindProxy);
    const failures = await many(50, (index) => signIn(server, '192.0.2.66', `name ${index}`, 'wrong'));
    expect(tally(failures)).toEqual({ wrong: 50 });
    expect(tally(await many(40, () => signIn(server, '192.0.2.66', 'rob', 'wrong')))).toEqual({ 429: 40 });
    expect(await logIn(server, '192.0.2.66', 'mia', password)).toBe('429');
    const others = await many(30, (index) => signIn(server, `198.51.100.${index}`, 'rob', 'wrong'));
    expect(tally(others)).toEqual({ wrong: 30 });
  });

  it('is a whole /64, in whatever spelling', async () => {
    await using server = await startServer(behindProxy);
    const inOne64 = (index: number) => `[2001:DB8:0:1:${index.toString(16)}::]:${40_000 + index}`;
    const failures = await many(52, (index) => signIn(server, inOne64(index), `name ${index}`, 'wrong'));
    expect(tally(failures)).toEqual({ wrong: 50, 429: 2 });
    expect(await signIn(server, '2001:0db8:0:1::1', 'mia', password)).toBe('429');
    expect(await signIn(server, '2001:0db8:0:2::1', 'mia', password)).toBe('in');
  });
});

it('failures count in every process', async () => {
  await using database = inject('serversOn') === 'postgres' ? await createDatabase() : null;
  using folder = temporaryFolder();
  const where: Record<string, string> = database
    ? { CQ_DATABASE_URL: database.url }
    : { CQ_DB_PATH: folder.file('cq.db') };
  await using one = await startServer({ ...behindProxy, ...where });
  await using two = await startServer({ ...behindProxy, ...where });
  const guesses = await many(12, (index) => signIn(index % 2 ? one : two, '192.0.2.1', 'mia', 'wrong'));
  expect(tally(guesses)).toEqual({ wrong: 10, 429: 2 });
  expect(await signIn(one, '192.0.2.9', 'rob', password)).toBe('in');
  await many(40, (index) => signIn(index % 2 ? one : two, `198.51.100.${index}`, 'rob', 'wrong'));
  // what one process has learned of a person, the other knows
  expect(await signIn(two, '192.0.2.9', 'rob', password)).toBe('in');
  expect(await signIn(two, '192.0.2.10', 'rob', password)).toBe('429');
});

it('signing in does not depend on the anonymous points of an address', async () => {
  await using server = await startServer({ CQ_RATE_LIMIT: '120' });
  const search = { query: '{ knowledgeUnits(first: 50) { nodes { id } } }' };
  while ((await server.send(search)).status !== 429);
  const variables = { username: 'mia', password };
  expect((await server.send({ query: mutation, variables })).body.data.signIn.token).toMatch(/^ey/);
  expect(await logIn(server, 'unused', 'mia', password)).toBe('in');
  // but has a limit of its own, which takes no points from other callers
  expect((await server.send({ query: mutation, variables })).status).toBe(429);
  expect(await logIn(server, 'unused', 'mia', password)).toBe('429');
  // an operation that asks for other things as well pays as these do
  const mixed = `mutation ($username: String!, $password: String!) {
    signIn(input: { username: $username, password: $password }) { token }
    createUser(input: { username: "x", password: "y" }) { user { id } }
  }`;
  await using other = await startServer({ CQ_RATE_LIMIT: '120' });
  while ((await other.send(search)).status !== 429);
  expect((await other.send({ query: mixed, variables })).status).toBe(429);
  const inFragments = `mutation ($username: String!, $password: String!) { ...A ... on Mutation { ...B } }
    fragment A on Mutation { signIn(input: { username: $username, password: $password }) { token } }
    fragment B on Mutation { createUser(input: { username: "x", password: "y" }) { user { id } } }`;
  expect((await other.send({ query: inFragments, variables })).status).toBe(429);
});

describe('an attempt', () => {
  it('is given back when the password was not looked at, and an outcome stands when the database is away', async () => {
    await using server = await startServer();
    const limit = createSignInLimit(server.store, server.secrets);
    const away = () => Promise.reject(new UnavailableError(new Error('away')));
    for (let time = 0; time < 60; time++)
      await expect(limit.attempt('mia', '192.0.2.1', away)).rejects.toThrow(UnavailableError);
    const wrong = () => Promise.reject(new InvalidCredentialsError());
    for (let time = 0; time < 10; time++)
      await expect(limit.attempt('mia', '192.0.2.1', wrong)).rejects.toThrow(InvalidCredentialsError);
    await expect(limit.attempt('mia', '192.0.2.1', wrong)).rejects.toThrow(RateLimitedError);
    const closing = async () => {
      await server.store.close();
      return 'done';
    };
    expect(await limit.attempt('rob', '192.0.2.2', closing)).toBe('done');
    await expect(limit.attempt('rob', '192.0.2.2', wrong)).rejects.toThrow(UnavailableError);
  });

  it('of a name of any length and any characters is counted', async () => {
    await using server = await startServer();
    const limit = createSignInLimit(server.store, server.secrets);
    const wrong = () => Promise.reject(new InvalidCredentialsError());
    for (const name of ['x'.repeat(200_000), 'nul\0', '\ud800', ''])
      for (let time = 0; time < 11; time++)
        await expect(limit.attempt(name, `at ${name.length}`, wrong)).rejects.toThrow(
          time < 10 ? InvalidCredentialsError : RateLimitedError,
        );
  });
});
