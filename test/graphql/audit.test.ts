import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../harness.ts';
import { post } from '../rest/client.ts';

/** What each door writes to the audit log, and that callers can neither flood it nor write into it what they like. */
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ CQ_TRUST_PROXY: '1' });
});
afterAll(() => server[Symbol.asyncDispose]());

let highest = 0;
/** The entries since the last call, in the order in which they were written. */
async function fresh() {
  const { items } = await server.store.audit.list({}, { limit: 1000 });
  const found = items.filter(({ id }) => id > highest).toSorted((a, b) => a.id - b.id);
  highest = Math.max(highest, ...items.map(({ id }) => id));
  return found;
}

async function graphql(query: string, variables: object, { credential = '', address = '192.0.2.1' } = {}) {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-forwarded-for': `203.0.113.66, ${address}`,
      ...(credential && { authorization: `Bearer ${credential}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  return (await response.json()) as any;
}

const signIn = (username: string, password: string, address?: string) =>
  graphql(
    'mutation ($input: SignInInput!) { signIn(input: $input) { token userErrors { code } } }',
    { input: { username, password } },
    { ...(address && { address }) },
  );

describe('an entry', () => {
  it('says who did what to whom, and from where, whatever the door', async () => {
    const { admin, member, reviewer } = server.people;
    const from = { credential: admin.token, address: '2001:db8:1:2::3' };
    await fresh();
    const create = 'mutation ($input: CreateUserInput!) { createUser(input: $input) { user { id } } }';
    const input = { username: 'zoe', password: 'a long password', role: 'REVIEWER' };
    const { id } = (await graphql(create, { input }, from)).data.createUser.user;
    const role = 'mutation ($input: SetUserRoleInput!) { setUserRole(input: $input) { user { role } } }';
    for (let time = 0; time < 2; time++) await graphql(role, { input: { id, role: 'ADMIN' } }, from);
    const made = await post(server, '/users/me/api-keys', member.token, { name: 'k\n\u001b[2J', ttl: '1d' });
    const revoke = 'mutation ($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) { apiKey { id } } }';
    for (let time = 0; time < 2; time++)
      await graphql(revoke, { input: { id: `key_${made.body.id}` } }, { credential: member.token });
    const { id: unit } = await server.unit({ status: 'pending' });
    for (let time = 0; time < 2; time++) await post(server, `/review/${unit}/approve`, reviewer.token, {});
    const by = (user: { id: number }, address: unknown) => ({ actorKind: 'person', actorId: user.id, address });
    const local = expect.stringMatching(/^(127\.0\.0\.1|0:0:0:0::\/64)$/);
    const found = await fresh();
    expect(found).toMatchObject([
      { action: 'user.created', target: id, ...by(admin.user, '2001:db8:1:2::/64') },
      { action: 'user.roleChanged', target: id, ...by(admin.user, '2001:db8:1:2::/64') },
      { action: 'apiKey.created', target: `key_${made.body.id}`, ...by(member.user, local) },
      { action: 'apiKey.revoked', target: `key_${made.body.id}`, ...by(member.user, '192.0.2.1') },
      { action: 'unit.approved', target: unit, ...by(reviewer.user, local) },
    ]);
    expect(found.map(({ details }) => details && JSON.parse(details))).toEqual([
      { role: 'reviewer' },
      { from: 'reviewer', to: 'admin' },
      { owner: `usr_${member.user.id}`, prefix: made.body.prefix, ttl: '1d', access: 'write', domains: null },
      { owner: `usr_${member.user.id}` },
      null,
    ]);
  });

  it('is there for sign-ins and for passwords that change, and has no password', async () => {
    const { user, password } = await server.addPerson('pia', 'member');
    await fresh();
    const { token } = (await signIn('pia', password)).data.signIn;
    await signIn('pia', password);
    const change = 'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { userErrors { code } } }';
    for (const currentPassword of ['a wrong one', password])
      await graphql(change, { input: { currentPassword, newPassword: 'another horse' } }, { credential: token });
    const found = await fresh();
    const target = `usr_${user.id}`;
    expect(found.map(({ action, actorId, target }) => [action, actorId, target])).toEqual(
      [
        ['signIn.succeeded', user.id, null],
        ['signIn.failed', null, target],
        ['password.changed', user.id, target],
        // the second sign-in is counted in the first entry, unless a minute ended in between
      ].concat(found.length > 3 ? [['signIn.succeeded', user.id, null]] : []),
    );
    expect(JSON.stringify(found)).not.toMatch(/horse|a wrong one/);
  });
});

describe('failures', () => {
  it('are few entries for a flood of them, and keep no name that no account has', async () => {
    await fresh();
    const address = '198.51.100.7';
    const names = ['mia', 'x\n2026-01-01 {"action":"user.created"}', '\u001b[31mred', 'n'.repeat(5000), 'secret horse'];
    for (let round = 0; round < 14; round++)
      await Promise.all(
        Array.from({ length: 5 }, (_, index) => signIn(`${names[index]}${index ? round : ''}`, 'wrong', address)),
      );
    const found = await fresh();
    const failed = found.filter(({ action }) => action === 'signIn.failed');
    const minutes = new Set(found.map(({ at }) => at.toISOString().slice(0, 16))).size;
    // with what came at once, see `recordRepeat`
    expect(failed.length).toBeLessThanOrEqual(15 * minutes);
    expect(failed.reduce((sum, { count }) => sum + count, 0)).toBe(50);
    expect(found.filter(({ action }) => action === 'signIn.refused').length).toBeLessThanOrEqual(minutes);
    expect(new Set(found.map((entry) => entry.address))).toEqual(new Set([address]));
    expect(JSON.stringify(found)).not.toMatch(/red|nnn|horse|\\n/);
    const { user } = server.people.member;
    expect(failed.map(({ target }) => target)).toContain(`usr_${user.id}`);
  });

  it('are refused where nothing can be written into a name', async () => {
    const { data } = await signIn('mia\u0000', 'wrong', '198.51.100.8');
    expect(data.signIn.userErrors).toEqual([{ code: 'INVALID_CREDENTIALS' }]);
  });
});

describe('the list', () => {
  const ask = (filter: object, first = 100) =>
    graphql(
      `query ($filter: AuditFilter, $first: Int) { auditLog(filter: $filter, first: $first) {
        totalCount nodes { id action actorKind actor { username } keyId target targetUser { username } address details count } } }`,
      { filter, first },
      { credential: server.people.admin.token },
    );

  it('is filtered, and has the names of today', async () => {
    const { user } = await server.addPerson('ida', 'member');
    const input = { id: `usr_${user.id}`, role: 'REVIEWER' };
    const query = 'mutation ($input: SetUserRoleInput!) { setUserRole(input: $input) { user { role } } }';
    await graphql(query, { input }, { credential: server.people.admin.token });
    const { auditLog } = (await ask({ actor: `usr_${server.people.admin.user.id}`, target: `usr_${user.id}` })).data;
    expect(auditLog).toMatchObject({
      totalCount: 1,
      nodes: [
        {
          id: expect.stringMatching(/^aud_\d+$/),
          actorKind: 'PERSON',
          actor: { username: 'ann' },
          targetUser: { username: 'ida' },
          details: { from: 'member', to: 'reviewer' },
        },
      ],
    });
    const future = { actions: ['user.created'], at: { from: '2999-01-01T00:00:00Z' } };
    expect((await ask(future)).data.auditLog).toEqual({ totalCount: 0, nodes: [] });
  });

  it.for([
    [{ actor: 'x' }, 'filter.actor must be the id of an account such as usr_1, got "x".'],
    [{ actor: `ku_${'a'.repeat(32)}` }, 'filter.actor must be the id of an account'],
    [{ actions: ['unit.nothing'] }, 'filter.actions.0 must be one of signIn.succeeded, '],
    [{ actions: ['constructor'] }, 'filter.actions.0 must be one of'],
    [
      { actions: Array.from({ length: 51 }, () => 'user.created') },
      'filter.actions must have at most 50 items, got 51.',
    ],
    [{ target: 'x'.repeat(101) }, 'filter.target must be at most 100 characters'],
    [{ target: 'a\u0000' }, 'filter.target must be'],
  ] as const)('refuses %j', async ([filter, message]) => {
    const { errors } = await ask(filter);
    expect(errors[0].message).toContain(message);
    expect(errors[0].extensions.code).toBe('BAD_USER_INPUT');
  });

  it.for([-1, 101])('refuses a page of %i', async (first) => {
    expect((await ask({}, first)).errors[0].extensions.code).toBe('BAD_USER_INPUT');
  });
});
