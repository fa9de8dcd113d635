import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { acceptInvitation, findInvitation, inviteUser, revokeInvitation } from '../../src/domain/invitations.ts';
import { openStore } from '../../src/store/open.ts';
import { startServer, type TestServer } from '../harness.ts';
import { engines } from '../processes/start-databases.ts';

let server: TestServer;
beforeAll(async () => {
  // the addresses are what the one proxy says
  server = await startServer({ CQ_TRUST_PROXY: '1' });
});
afterAll(() => server[Symbol.asyncDispose]());

const inviteMutation = `mutation ($input: InviteUserInput!) { inviteUser(input: $input) {
  token invitation { id role username createdAt expiresAt invitedBy { username } } userErrors { __typename code path message } } }`;
const acceptMutation = `mutation ($input: AcceptInvitationInput!) { acceptInvitation(input: $input) {
  token expiresAt viewer { role user { username } } userErrors { code path message } } }`;

const asAdmin = (query: string, variables: object = {}) => server.query(query, variables, server.people.admin.token);

const invite = async (input: object = {}) => (await asAdmin(inviteMutation, { input })).inviteUser;

let names = 0;
const newName = () => `invited ${++names}`;

/** Accepts from an address of its own, so that no test uses up what another may fail. */
async function accept(token: string, changes: object = {}, headers: Record<string, string> = {}) {
  const input = { token, username: newName(), password: 'correct horse', ...changes };
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.7', ...headers },
    body: JSON.stringify({ query: acceptMutation, variables: { input } }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  const { data, errors } = (await response.json()) as any;
  return { ...data?.acceptInvitation, errors };
}

const unusable = [{ code: 'INVALID_CREDENTIALS', path: ['token'], message: expect.stringMatching(/cannot be used/) }];
const offer = async (token: string) =>
  (await server.query('query ($token: String!) { invitation(token: $token) { role username expiresAt } }', { token }))
    .invitation;

const lastEntries = async (first: number) =>
  (
    await asAdmin(
      `query ($first: Int) { auditLog(first: $first) { nodes { action actor { username } actorKind target details address } } }`,
      { first },
    )
  ).auditLog.nodes;

describe('an invitation', () => {
  it('opens an account with its role, signs in, and does so once', async () => {
    const { token, invitation, userErrors } = await invite({ role: 'REVIEWER', username: 'Ina', ttl: '2d' });
    expect(userErrors).toEqual([]);
    expect(token).toMatch(/^cqi\.v1\.[0-9a-f]{32}\.[a-z2-7]{52}$/);
    expect(invitation).toMatchObject({ role: 'REVIEWER', username: 'Ina', invitedBy: { username: 'ann' } });
    expect(Date.parse(invitation.expiresAt) - Date.parse(invitation.createdAt)).toBe(2 * 86_400_000);
    expect(await offer(token)).toEqual({ role: 'REVIEWER', username: 'Ina', expiresAt: invitation.expiresAt });
    const accepted = await accept(token, { username: 'Ina M' });
    expect(accepted).toMatchObject({ viewer: { role: 'REVIEWER', user: { username: 'Ina M' } }, userErrors: [] });
    const who = await server.query('{ viewer { sessions { nodes { isCurrent address } } } }', {}, accepted.token);
    expect(who.viewer.sessions.nodes).toEqual([{ isCurrent: true, address: '203.0.113.7' }]);
    expect(await offer(token)).toBeNull();
    expect(await accept(token)).toMatchObject({ token: null, viewer: null, userErrors: unusable });
    const signIn = 'mutation { signIn(input: { username: "Ina M", password: "correct horse" }) { token } }';
    expect((await server.query(signIn)).signIn.token).toEqual(expect.any(String));
  });

  it('is audited when it is made, accepted and revoked, without token and names', async () => {
    const [one, two] = [await invite({ username: 'Nele' }), await invite()];
    await accept(one.token, { username: 'Nele Q' });
    const revoked = await asAdmin(
      'mutation ($id: ID!) { revokeInvitation(input: { id: $id }) { invitation { id } userErrors { code } } }',
      { id: two.invitation.id },
    );
    expect(revoked.revokeInvitation).toEqual({ invitation: { id: two.invitation.id }, userErrors: [] });
    const entries = await lastEntries(4);
    const role = 'member';
    expect(entries).toMatchObject([
      { action: 'invitation.revoked', actor: { username: 'ann' }, target: two.invitation.id, details: { role } },
      {
        action: 'invitation.accepted',
        actor: { username: 'Nele Q' },
        target: expect.stringMatching(/^usr_/),
        details: { role, invitation: one.invitation.id },
        address: '203.0.113.7',
      },
      { action: 'user.invited', target: two.invitation.id },
      { action: 'user.invited', target: one.invitation.id, details: { role, expiresAt: one.invitation.expiresAt } },
    ]);
    const text = JSON.stringify(entries.map(({ details }: { details: object }) => details));
    expect(text).not.toMatch(/Nele|cqi/);
    expect(await accept(two.token)).toMatchObject({ userErrors: unusable });
  });

  it('is listed while it waits, and revoked once', async () => {
    const { invitation } = await invite({ username: 'Otto' });
    const query = '{ invitations(first: 1) { totalCount nodes { id username } } }';
    const { invitations } = await asAdmin(query);
    expect(invitations.nodes).toEqual([{ id: invitation.id, username: 'Otto' }]);
    const revoke = 'mutation ($id: ID!) { revokeInvitation(input: { id: $id }) { userErrors { code } } }';
    expect((await asAdmin(revoke, { id: invitation.id })).revokeInvitation.userErrors).toEqual([]);
    expect((await asAdmin(revoke, { id: invitation.id })).revokeInvitation.userErrors).toEqual([{ code: 'NOT_FOUND' }]);
    expect((await asAdmin(query)).invitations.totalCount).toBe(invitations.totalCount - 1);
  });

  it('has a name by the rules of new accounts, both when it is made and when it is accepted', async () => {
    const opened = 'mutation { createUser(input: { username: "tom", password: "correct horse" }) { user { id } } }';
    await asAdmin(opened);
    // the second one with a Cyrillic letter
    for (const username of ['tom', 'tоm', ' x', '[erased x]', 'x'.repeat(65)]) {
      const refused = await invite({ username });
      expect([username, refused.token, refused.userErrors[0].path]).toEqual([username, null, ['username']]);
    }
    const { token } = await invite();
    for (const username of ['tom', 'tоm', ' x', '', '\u202ex'])
      expect((await accept(token, { username })).userErrors[0]).toMatchObject({ path: ['username'] });
    expect((await accept(token, { password: 'short' })).userErrors).toEqual([
      { code: 'INVALID_INPUT', path: ['password'], message: 'password must have at least 8 characters, got 5.' },
    ]);
    // none of that has used it up; the name is kept in NFC
    expect(await accept(token, { username: 'Zoe\u0308' })).toMatchObject({ viewer: { user: { username: 'Zoë' } } });
  });

  it('lives for 30 days at most', async () => {
    for (const [ttl, message] of [
      ['31d', "ttl '31d' exceeds the maximum of 30d."],
      ['', 'ttl is required.'],
      ['1w', "ttl '1w' is not a valid duration: expected <integer><s|m|h|d>, e.g. 30d, 12h."],
    ])
      expect((await invite({ ttl })).userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['ttl'], message }]);
  });

  it('is void once it has expired, and while who made it is no administrator', async () => {
    const { store, secrets } = server;
    const now = new Date();
    const { token } = await inviteUser(store, { role: 'member', ttl: '1h' });
    const late = new Date(now.getTime() + 3_700_000);
    expect(await findInvitation(store, token, late)).toBeNull();
    const given = { token, username: newName(), password: 'correct horse' };
    await expect(acceptInvitation(store, secrets, given, { now: late })).rejects.toThrow(/cannot be used/);
    expect(await findInvitation(store, token)).not.toBeNull();
    const { user } = await server.addPerson('ida', 'admin');
    const hers = await inviteUser(store, { role: 'admin', ttl: '1d' }, { by: { kind: 'person', user } });
    for (const [end, begin] of [
      [() => store.users.setRole(user.id, 'reviewer'), () => store.users.setRole(user.id, 'admin')],
      [() => store.users.suspend(user.id, { at: now, by: 'ann', reason: 'r' }), () => store.users.reinstate(user.id)],
      [() => store.users.close(user.id, { at: now, by: 'ann' }), () => store.users.reopen(user.id)],
    ] as const) {
      await end();
      expect(await offer(hers.token)).toBeNull();
      expect((await accept(hers.token)).userErrors).toEqual(unusable);
      await begin();
      expect(await offer(hers.token)).not.toBeNull();
    }
  });

  it('is one of 200 at most', async () => {
    const { store } = server;
    const made: string[] = [];
    let limit: unknown;
    for (let n = 0; n <= 200 && limit === undefined; n++) {
      const { invitation, userErrors } = await invite();
      if (invitation) made.push(invitation.id);
      else [limit] = userErrors;
    }
    for (const id of made) await revokeInvitation(store, id);
    expect(limit).toMatchObject({ __typename: 'LimitReachedError', code: 'LIMIT_REACHED' });
  });
});

describe('a token', () => {
  it('that is wrong is refused as one that was used, whatever is wrong with it', async () => {
    const { token } = await invite();
    const other = (await invite()).token;
    const [, , , secret] = other.split('.');
    const wrong = [
      ...['', 'x', 'cqi', '\0', token.slice(0, -1), `${token}a`, token.toUpperCase(), '💥'.repeat(1000)],
      // of another one, and of none
      [...token.split('.').slice(0, 3), secret].join('.'),
      `cqi.v1.${'0'.repeat(32)}.${secret}`,
      server.people.member.key,
    ];
    for (const each of wrong) {
      expect((await accept(each)).userErrors).toEqual(unusable);
      expect(await offer(each)).toBeNull();
    }
    expect((await accept(token)).userErrors).toEqual([]);
  });

  it('is tried as often as a password from one address, and no more', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.99' };
    const { token } = await invite();
    for (let n = 0; n < 50; n++) expect((await accept('x', {}, headers)).userErrors).toEqual(unusable);
    const refused = await accept(token, {}, headers);
    expect(refused.errors[0].extensions).toMatchObject({ code: 'RATE_LIMITED' });
    const signIn = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: 'mutation { signIn(input: { username: "x", password: "x" }) { token } }' }),
    });
    expect(JSON.stringify(await signIn.json())).toContain('RATE_LIMITED');
    // elsewhere it is as good as before
    expect((await accept(token)).userErrors).toEqual([]);
  });

  it('is accepted by somebody whose session was ended, and by nobody twice in an operation', async () => {
    const { token } = await invite();
    const twice = `mutation { a: acceptInvitation(input: { token: "x", username: "x", password: "x" }) { token }
      b: acceptInvitation(input: { token: "x", username: "x", password: "x" }) { token } }`;
    expect((await server.send({ query: twice })).body.errors[0].message).toMatch(/acceptInvitation/);
    const headers = { 'x-cq-web': '1', origin: server.url, cookie: `cq_session=${await endedSession()}` };
    const { viewer, token: given } = await accept(token, {}, headers);
    expect([viewer.role, given]).toEqual(['MEMBER', null]);
  });
});

/** The token of a session that was ended. */
async function endedSession(): Promise<string> {
  const { user } = await server.addPerson('enno', 'member');
  const signIn = 'mutation { signIn(input: { username: "enno", password: "correct horse" }) { token } }';
  const { token } = (await server.query(signIn)).signIn;
  await server.store.sessions.endAll(user, new Date());
  return token;
}

it.for(Object.entries(engines))('of many who accept at once in two processes one does, on %s', async ([, create]) => {
  await using database = await create();
  const { database: config } = readConfig(database.environment);
  const one = await openStore(config, { migrate: true });
  const two = await openStore(config, { migrate: false });
  try {
    const { token } = await inviteUser(one, { role: 'member', ttl: '1d' });
    const attempts = [one, two, one, two, one, two].map((store, n) =>
      acceptInvitation(store, server.secrets, { token, username: `racer ${n}`, password: 'correct horse' }),
    );
    const outcomes = await Promise.allSettled(attempts);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(String(outcome.reason)).toMatch(/cannot be used/);
    expect(await one.users.count()).toBe(1);
  } finally {
    await one.close();
    await two.close();
  }
});
