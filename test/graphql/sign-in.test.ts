import { hash as bcrypt } from '@node-rs/bcrypt';
import { describe, expect, it } from 'vitest';
import { verifyPassword } from '../../src/domain/passwords.ts';
import { password, startServer, type TestServer } from '../harness.ts';
import { post } from '../rest/client.ts';

const mutation = `mutation ($username: String!, $password: String!) {
  signIn(input: { username: $username, password: $password }) { token userErrors { code message path } }
}`;

const attempt = (server: TestServer, username: string, guess: string) =>
  server.send({ query: mutation, variables: { username, password: guess } });

describe('signing in', () => {
  it('does not tell a wrong password from an unknown user name', async () => {
    await using server = await startServer();
    const order: string[] = [];
    const guess = async (username: string) => {
      const { body } = await attempt(server, username, 'wrong password');
      order.push(username);
      return body;
    };
    const [known, unknown, odd] = await Promise.all([guess('mia'), guess('nobody'), guess('nul\u0000')]);
    expect(unknown).toEqual(known);
    expect(odd).toEqual(known);
    expect(known.data.signIn).toMatchObject({ token: null, userErrors: [{ code: 'INVALID_CREDENTIALS', path: null }] });
    expect(order).toHaveLength(3);
  });

  it('takes the same least time for every failure', async () => {
    // far above what a hash takes, so that only the floor can be what is seen
    for (const hash of [null, 'no hash at all', await bcrypt('x', 4)]) {
      const start = performance.now();
      expect(await verifyPassword('wrong', hash)).toBeNull();
      expect(performance.now() - start).toBeGreaterThanOrEqual(395);
    }
  });

  it('refuses a password longer than the hash reads, in bytes', async () => {
    await using server = await startServer();
    const { body } = await attempt(server, 'mia', 'é'.repeat(37));
    expect(body.data.signIn.userErrors).toEqual([
      { code: 'INVALID_INPUT', message: 'password must be at most 72 bytes of UTF-8, got 74.', path: ['password'] },
    ]);
  });

  it('lets an adopted account in by its bcrypt hash, and replaces the hash', async () => {
    await using server = await startServer();
    const hash = await bcrypt('from elsewhere', 12);
    await server.store.users.insert({ username: 'old', passwordHash: hash, role: 'member', createdAt: new Date() });
    for (let time = 0; time < 2; time++) {
      const { body } = await attempt(server, 'old', 'from elsewhere');
      expect(body.data.signIn.token).toMatch(/^ey/);
      expect((await server.store.users.findByName('old'))?.passwordHash).toMatch(/^\$argon2id\$/);
    }
  });

  it('takes a name and a password however their characters are composed, and hashes in NFC from then on', async () => {
    await using server = await startServer();
    const [nfc, nfd] = ['Zoë Müller', 'Zoe\u0308 Mu\u0308ller'];
    const add = (username: string, passwordHash: string) =>
      server.store.users.insert({ username, passwordHash, role: 'member', createdAt: new Date() });
    // of a system that sends decomposed characters, like the account's name
    await add(nfd, await bcrypt(nfd, 4));
    expect((await attempt(server, nfd, nfc)).body.data.signIn.token).toBeNull();
    expect((await attempt(server, nfd, nfd)).body.data.signIn.token).toMatch(/^ey/);
    for (const name of [nfc, nfd])
      for (const typed of [nfc, nfd]) {
        expect((await attempt(server, name, typed)).body.data.signIn.token).toMatch(/^ey/);
        const body = { username: name, password: typed };
        expect((await post(server, '/auth/login', undefined, body)).body).toMatchObject({ username: nfd });
      }
    expect(await verifyPassword(nfc, (await server.store.users.findByName(nfd))?.passwordHash ?? null)).toBe('nfc');
    // an account whose name is what was typed goes before one that is found by another form
    await add(nfc, await bcrypt('another password', 4));
    expect((await attempt(server, nfc, nfc)).body.data.signIn.token).toBeNull();
    expect((await attempt(server, nfc, 'another password')).body.data.signIn.token).toMatch(/^ey/);
  });

  it('counts one failure for a password in two forms, and one name for all forms of a name', async () => {
    await using server = await startServer();
    await server.addPerson('zoë', 'member');
    const failures = [];
    for (let count = 0; count < 12; count++)
      failures.push(await attempt(server, count % 2 ? 'zoë' : 'zoe\u0308', 'wro\u0308ng'));
    expect(failures.map(({ body }) => body.errors?.[0].extensions.code ?? 'tried')).toEqual([
      ...Array(10).fill('tried'),
      ...Array(2).fill('RATE_LIMITED'),
    ]);
  });

  it('stops after 10 failures for a name, also for who knows the password', async () => {
    await using server = await startServer();
    const failures = await Promise.all(Array.from({ length: 12 }, () => attempt(server, 'mia', 'wrong')));
    const refused = failures.filter(({ body }) => body.errors);
    expect(refused).toHaveLength(2);
    expect(refused[0]).toMatchObject({ status: 429, body: { errors: [{ extensions: { code: 'RATE_LIMITED' } }] } });
    const seconds = refused[0]?.body.errors[0].extensions.retryAfterSeconds;
    expect(seconds).toBeGreaterThan(0);
    expect(refused[0]?.headers.get('retry-after')).toBe(String(seconds));
    expect((await attempt(server, 'mia', password)).status).toBe(429);
    expect((await attempt(server, 'rob', password)).body.data.signIn.token).toMatch(/^ey/);
  });

  it('counts guesses at the current password when it is changed', async () => {
    await using server = await startServer();
    const { token } = server.people.member;
    const change = `mutation { changePassword(input: { currentPassword: "wrong", newPassword: "long enough" }) { userErrors { code } } }`;
    const answers = await Promise.all(Array.from({ length: 12 }, () => server.send({ query: change }, token)));
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(2);
    expect((await attempt(server, 'mia', password)).status).toBe(429);
  });

  it('counts failures by address too, and forgets them on success', async () => {
    await using server = await startServer();
    for (let time = 0; time < 15; time++) {
      const { body } = await attempt(server, 'mia', password);
      expect(body.data.signIn.token).toMatch(/^ey/);
    }
    const names = Array.from({ length: 60 }, (_, index) => `name ${index}`);
    const failures = await Promise.all(names.map((name) => attempt(server, name, 'wrong')));
    expect(failures.filter(({ status }) => status === 429)).toHaveLength(10);
  });

  it('does not hold up other requests', async () => {
    await using server = await startServer();
    let over = false;
    const guess = async (index: number) => {
      for (let time = 0; !over; time++) await attempt(server, `name ${index} ${time}`, 'wrong');
    };
    const guesses = Array.from({ length: 8 }, (_, index) => guess(index));
    // these come back although there are always passwords to be checked
    for (let time = 0; time < 20; time++) await server.query('{ stats { totalCount } }');
    over = true;
    await Promise.all(guesses);
  });

  it('leaves its place to other requests while passwords wait to be checked', async () => {
    await using server = await startServer({ CQ_MAX_CONCURRENT_REQUESTS: '1' });
    let pending = 8;
    const guesses = Array.from({ length: pending }, async (_, index) => {
      await attempt(server, `name ${index}`, 'wrong');
      pending--;
    });
    // comes behind them, and would be answered behind them
    await server.query('{ stats { totalCount } }');
    expect(pending).toBeGreaterThan(0);
    await Promise.all(guesses);
  });
});
