import { expect, it } from 'vitest';
import { password, startServer, type TestServer } from '../harness.ts';

/** How many passwords may be tried for one name. */
const mutation = `mutation ($username: String!, $password: String!) {
  signIn(input: { username: $username, password: $password }) { token userErrors { code } }
}`;

/** The code of what came back; `null` for a token. */
async function guess(server: TestServer, username: string, guessed: string): Promise<string | null> {
  const { body } = await server.send({ query: mutation, variables: { username, password: guessed } });
  return body.errors?.[0].extensions.code ?? body.data.signIn.userErrors[0]?.code ?? null;
}

/** Wrong guesses for a name at the same time, by what came back. */
async function guesses(server: TestServer, username: string, count: number): Promise<Record<string, number>> {
  const codes = await Promise.all(Array.from({ length: count }, () => guess(server, username, 'wrong')));
  const sums: Record<string, number> = {};
  for (const code of codes) sums[`${code}`] = (sums[`${code}`] ?? 0) + 1;
  return sums;
}

it('the eleventh failure for a name is refused without a look at the password', async () => {
  await using server = await startServer();
  expect(await guesses(server, 'mia', 10)).toEqual({ INVALID_CREDENTIALS: 10 });
  expect(await guess(server, 'mia', 'wrong')).toBe('RATE_LIMITED');
  expect(await guess(server, 'mia', password)).toBe('RATE_LIMITED');
});

it('an unknown user name is counted like any other', async () => {
  await using server = await startServer();
  expect(await guesses(server, 'nobody', 12)).toEqual({ INVALID_CREDENTIALS: 10, RATE_LIMITED: 2 });
});

it('a successful sign-in resets the count', async () => {
  await using server = await startServer();
  expect(await guesses(server, 'mia', 9)).toEqual({ INVALID_CREDENTIALS: 9 });
  expect(await guess(server, 'mia', password)).toBeNull();
  expect(await guesses(server, 'mia', 11)).toEqual({ INVALID_CREDENTIALS: 10, RATE_LIMITED: 1 });
});

it('a password that is too long neither counts nor makes earlier failures forgotten', async () => {
  await using server = await startServer();
  const long = 'x'.repeat(73);
  for (let time = 0; time < 11; time++) expect(await guess(server, 'rob', long)).toBe('INVALID_INPUT');
  expect(await guesses(server, 'mia', 9)).toEqual({ INVALID_CREDENTIALS: 9 });
  expect(await guess(server, 'mia', long)).toBe('INVALID_INPUT');
  expect(await guesses(server, 'mia', 5)).toEqual({ INVALID_CREDENTIALS: 1, RATE_LIMITED: 4 });
});

it('one name signing in does not make failures for others forgotten', async () => {
  await using server = await startServer();
  expect(await guesses(server, 'mia', 10)).toEqual({ INVALID_CREDENTIALS: 10 });
  expect(await guess(server, 'rob', password)).toBeNull();
  expect(await guess(server, 'mia', 'wrong')).toBe('RATE_LIMITED');
});
