import { describe, expect, it } from 'vitest';
import { issueToken } from '../../src/domain/jwt.ts';
import { password, startServer } from '../harness.ts';
import { call, get, lesson, post } from './client.ts';

describe('signing in', () => {
  it('gives a token that works with every API', async () => {
    await using server = await startServer();
    const { body } = await post(server, '/auth/login', undefined, { username: 'rob', password });
    expect((await get(server, '/users/me', body.token)).body.username).toBe('rob');
    expect((await server.query('{ viewer { user { username } } }', {}, body.token)).viewer.user.username).toBe('rob');
  });

  it('counts failures of all APIs together', async () => {
    await using server = await startServer();
    const mutation = 'mutation { signIn(input: { username: "mia", password: "wrong" }) { token } }';
    await Promise.all(Array.from({ length: 6 }, () => server.send({ query: mutation })));
    const guess = () => post(server, '/auth/login', undefined, { username: 'mia', password: 'wrong' });
    const answers = await Promise.all(Array.from({ length: 6 }, guess));
    const refused = answers.filter(({ status }) => status === 429);
    expect([refused.length, answers.filter(({ status }) => status === 401).length]).toEqual([2, 4]);
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused[0]?.body.detail).toMatch(/^Too many failed sign-ins\./);
    const known = await post(server, '/auth/login', undefined, { username: 'mia', password });
    expect(known.status).toBe(429);
  });

  it('refuses a password that no hash reads', async () => {
    await using server = await startServer();
    const { status, body } = await post(server, '/auth/login', undefined, {
      username: 'mia',
      password: 'x'.repeat(100),
    });
    expect([status, body.detail]).toEqual([
      422,
      [
        {
          type: 'value_error',
          loc: ['body', 'password'],
          msg: 'Value error, password must be at most 72 bytes of UTF-8, got 100',
        },
      ],
    ]);
  });

  it.for([
    '{"username":5,"password":"hush hush"}',
    '{"username":"mia","password":["hush hush"]}',
    '{"password":"hush hush"}',
    '["hush hush"]',
    '"hush hush"',
    'hush hush',
    '{"username":"mia","password":"hush hush"',
    '{"username":"mia","password":"hush hush",}',
  ])('never repeats a password: %s', async (sent) => {
    await using server = await startServer();
    const { status, text } = await call(server, { method: 'POST', path: '/auth/login', body: sent });
    expect(status).toBe(422);
    expect(text).not.toContain('hush');
  });
});

describe('an account', () => {
  it('that is not there any more is told so, and reviews nothing', async () => {
    await using server = await startServer();
    const { text: token } = await issueToken(
      server.secrets,
      { ...server.people.member.user, username: 'gone' },
      new Date(),
    );
    for (const path of ['/users/me', '/users/me/api-keys']) {
      const { status, body } = await get(server, path, token);
      expect([status, body.detail]).toEqual([404, 'User not found']);
    }
    const { status, body } = await get(server, '/review/queue', token);
    expect([status, body.detail]).toEqual([401, 'Invalid or expired token']);
  });

  it('has at most 20 active keys', async () => {
    await using server = await startServer();
    const { token } = server.people.member;
    // one is there already
    const create = () => post(server, '/users/me/api-keys', token, { name: 'n', ttl: '1h' });
    const answers = await Promise.all(Array.from({ length: 24 }, create));
    const refused = answers.filter(({ status }) => status === 409);
    expect([refused.length, answers.filter(({ status }) => status === 201).length]).toEqual([5, 19]);
    expect(refused[0]?.body.detail).toBe('Maximum of 20 active API keys per user');
  });

  it('has keys that work at once, and end when it says so', async () => {
    await using server = await startServer();
    const { token } = server.people.member;
    const { body } = await post(server, '/users/me/api-keys', token, {
      name: '😀'.repeat(64),
      ttl: '1h',
      labels: null,
    });
    expect([body.api_key, body.key_prefix]).toEqual([body.token, body.prefix]);
    const propose = () =>
      post(server, '/knowledge', body.token, {
        domains: ['a'],
        insight: { summary: 's', detail: 'd', action: 'a' },
      });
    expect((await propose()).status).toBe(201);
    // keys of others are not there
    const other = await post(server, `/users/me/api-keys/${body.id}/revoke`, server.people.reviewer.token);
    expect([other.status, other.body.detail]).toEqual([404, 'API key not found']);
    expect((await propose()).status).toBe(201);
    expect((await post(server, `/users/me/api-keys/${body.id}/revoke`, token)).status).toBe(200);
    expect((await propose()).status).toBe(401);
    const { data } = (await get(server, '/users/me/api-keys', token)).body;
    expect(data[0]).toMatchObject({ id: body.id, is_active: false, is_expired: false, key_prefix: body.prefix });
    expect(data[0].revoked_at).toMatch(/\+00:00$/);
    expect(data[0]).not.toHaveProperty('token');
  });

  it('has keys that are limited as it asked, and says so of these alone', async () => {
    await using server = await startServer();
    const { token } = server.people.member;
    const make = async (limits: object) =>
      (await post(server, '/users/me/api-keys', token, { name: 'n', ttl: '1h', ...limits })).body;
    const propose = async (key: string, domain: string) =>
      (await post(server, '/knowledge', key, lesson({ domains: [domain] }))).status;
    const reading = await make({ access: 'read', domains: null });
    expect([reading.access, reading.domains, await propose(reading.token, 'api')]).toEqual(['read', null, 403]);
    const within = await make({ domains: [' API ', 'db', 'api'] });
    expect([within.access, within.domains]).toEqual(['write', ['api', 'db']]);
    expect([await propose(within.token, 'db'), await propose(within.token, 'web')]).toEqual([201, 422]);
    const free = await make({ access: null, domains: null });
    expect(await propose(free.token, 'web')).toBe(201);
    const { data } = (await get(server, '/users/me/api-keys', token)).body;
    expect(data.slice(0, 3).map(({ access, domains }: typeof reading) => [access, domains])).toEqual([
      [undefined, undefined],
      ['write', ['api', 'db']],
      ['read', null],
    ]);
  });

  it('has keys that have expired in its list', async () => {
    await using server = await startServer();
    const { member } = server.people;
    const at = new Date('2026-01-01T00:00:00Z');
    const key = {
      userId: member.user.id,
      name: 'old',
      labels: [],
      prefix: 'abcdefgh',
      ttl: '1s',
      hash: 'h'.repeat(64),
      access: 'write' as const,
      domains: null,
      pepper: null,
    };
    const dates = { createdAt: at, expiresAt: new Date(at.getTime() + 1000), lastUsedAt: null, revokedAt: null };
    await server.store.apiKeys.insert({ id: 'a'.repeat(32), ...key, ...dates }, 20);
    const { data } = (await get(server, '/users/me/api-keys', member.token)).body;
    expect(data.at(-1)).toMatchObject({
      name: 'old',
      is_expired: true,
      is_active: false,
      expires_at: '2026-01-01T00:00:01+00:00',
    });
  });

  it.for([
    { labels: ['x'.repeat(65)] },
    { labels: 'x' },
    { labels: 'x'.repeat(20) },
    { labels: '' },
    { labels: { length: 99 } },
    { labels: 5 },
    { labels: [1] },
    { labels: Array.from({ length: 17 }, (_, index) => `l${index}`) },
    { name: 'x'.repeat(65) },
    { ttl: 30 },
    { access: 'READ' },
    { access: 'admin' },
    { access: ['read'] },
    { domains: [] },
    { domains: [' '] },
    { domains: 'api' },
    { domains: [5] },
    { domains: ['x'.repeat(65)] },
    { domains: Array.from({ length: 17 }, (_, index) => `d${index}`) },
  ])('gets no key of %j', async (changes) => {
    await using server = await startServer();
    const body = { name: 'n', ttl: '1h', ...changes };
    const answer = await post(server, '/users/me/api-keys', server.people.member.token, body);
    expect([answer.status, answer.body.detail[0].loc[1]]).toEqual([422, Object.keys(changes)[0]]);
    expect(answer.body.detail).toHaveLength(1);
  });
});
