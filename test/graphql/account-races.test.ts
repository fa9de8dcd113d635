import { hash as bcrypt } from '@node-rs/bcrypt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey } from '../../src/domain/account.ts';
import { issueToken } from '../../src/domain/jwt.ts';
import { ConflictError } from '../../src/errors.ts';
import { startServer, type TestServer } from '../harness.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const signIn = `mutation ($username: String!, $password: String!) {
  signIn(input: { username: $username, password: $password }) { token userErrors { code } }
}`;
const changePassword = `mutation ($from: String!, $to: String!) {
  changePassword(input: { currentPassword: $from, newPassword: $to }) { token userErrors { code } }
}`;
const setRole = `mutation ($id: ID!, $role: UserRole!) {
  setUserRole(input: { id: $id, role: $role }) { user { role } userErrors { code } }
}`;

describe('at the same time', () => {
  it('two administrators who demote each other leave one', async () => {
    const { admin } = server.people;
    const other = await server.addPerson('abe', 'admin');
    for (let round = 0; round < 20; round++) {
      const outcomes = await Promise.all([
        server.send({ query: setRole, variables: { id: `usr_${other.user.id}`, role: 'MEMBER' } }, admin.token),
        server.send({ query: setRole, variables: { id: `usr_${admin.user.id}`, role: 'MEMBER' } }, other.token),
      ]);
      // the second one is refused as no longer an administrator, or as the last one
      expect(outcomes.filter(({ body }) => body.data.setUserRole?.user?.role === 'MEMBER')).toHaveLength(1);
      const users = await server.store.users.findMany([admin.user.id, other.user.id]);
      expect(users.map((user) => user?.role).sort()).toEqual(['admin', 'member']);
      for (const { user } of [admin, other]) await server.store.users.setRole(user.id, 'admin');
    }
    await server.store.users.setRole(other.user.id, 'member');
  });

  it('16 accounts of one name are one account', async () => {
    const create = `mutation { createUser(input: { username: "uma", password: "long enough" }) {
      user { id } userErrors { code path } } }`;
    const made = await Promise.all(
      Array.from({ length: 16 }, () => server.query(create, {}, server.people.admin.token)),
    );
    const [accounts, refusals] = [
      made.filter(({ createUser }) => createUser.user),
      made.filter(({ createUser }) => !createUser.user),
    ];
    expect(accounts).toHaveLength(1);
    for (const { createUser } of refusals)
      expect(createUser.userErrors).toEqual([{ code: 'CONFLICT', path: ['username'] }]);
  });

  it('a key that is asked for while the account is closed is refused', async () => {
    const { user } = await server.addPerson('kay', 'member');
    const key = { name: 'late', ttl: '1d' };
    const by = { kind: 'person', user } as const;
    let late: Promise<unknown> = Promise.resolve();
    await server.store.transaction(async (tx) => {
      await tx.users.close(user.id, { at: new Date(), by: 'ann' });
      // it was authenticated before, and waits for this transaction
      late = createApiKey(server.store, server.secrets, user, key, { by });
      late.catch(() => {});
    });
    await expect(late).rejects.toThrow(ConflictError);
    await expect(createApiKey(server.store, server.secrets, user, key)).rejects.toThrow('This account is closed.');
    await server.store.users.reopen(user.id);
    expect(await server.store.apiKeys.count(user.id, new Date())).toBe(0);
    await server.store.users.suspend(user.id, { at: new Date(), by: 'ann', reason: 'r' });
    await expect(createApiKey(server.store, server.secrets, user, key, { by })).rejects.toThrow(ConflictError);
    // an operator may prepare one
    expect((await createApiKey(server.store, server.secrets, user, key)).secret).toMatch(/^cqa/);
  });

  it('the idempotency keys of two people are not one key', async () => {
    const propose = `mutation { proposeKnowledgeUnit(input: { domains: ["x"], idempotencyKey: "shared",
      insight: { summary: "", detail: "", action: "" } }) { knowledgeUnit { id proposedBy { username } } } }`;
    const { member, reviewer } = server.people;
    const made = await Promise.all(
      [member.key, reviewer.key, member.token, reviewer.token].map((by) => server.query(propose, {}, by)),
    );
    const units = made.map(({ proposeKnowledgeUnit }) => proposeKnowledgeUnit.knowledgeUnit);
    expect(units.map(({ proposedBy }) => proposedBy.username)).toEqual(['mia', 'rob', 'mia', 'rob']);
    expect(new Set(units.map(({ id }) => id)).size).toBe(2);
  });

  it('16 revocations of one key end it once', async () => {
    const create = 'mutation { createApiKey(input: { name: "k", ttl: "1d" }) { apiKey { id } } }';
    const revoke = 'mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { revokedAt } } }';
    const { token } = server.people.member;
    const { id } = (await server.query(create, {}, token)).createApiKey.apiKey;
    const ends = await Promise.all(Array.from({ length: 16 }, () => server.query(revoke, { id }, token)));
    const instants = new Set(ends.map(({ revokeApiKey }) => revokeApiKey.apiKey.revokedAt));
    expect([...instants]).toEqual([expect.stringMatching(/^20/)]);
  });

  it('6 changes of a password from the same current one are one change', async () => {
    const { user, password: from, token } = await server.addPerson('six', 'member');
    const wanted = Array.from({ length: 6 }, (_, index) => `another password ${index}`);
    const answers = await Promise.all(
      wanted.map((to) => server.send({ query: changePassword, variables: { from, to } }, token)),
    );
    const payloads = answers.map(({ body }) => body.data.changePassword);
    const won = payloads.findIndex((payload) => payload.token !== null);
    expect(payloads.filter((payload) => payload.token !== null)).toHaveLength(1);
    for (const { userErrors } of payloads.filter((payload) => payload.token === null))
      expect(userErrors).toEqual([{ code: 'INVALID_CREDENTIALS' }]);
    // what won is the password, and the only token that is valid is the one that it was answered with
    const signedIn = await server.query(signIn, { username: 'six', password: wanted[won] });
    expect(signedIn.signIn.token).toMatch(/^ey/);
    const whoAmI = (credential: string) => server.send({ query: '{ viewer { user { id } } }' }, credential);
    expect((await whoAmI(payloads[won].token)).body.data.viewer.user.id).toBe(`usr_${user.id}`);
    expect((await whoAmI(signedIn.signIn.token)).status).toBe(200);
    expect((await whoAmI(token)).status).toBe(401);
  });

  it('signing in with an adopted hash does not undo a change of the password', async () => {
    const [from, to] = ['from elsewhere', 'brand new one'];
    const passwordHash = await bcrypt(from, 4);
    const lost: string[] = [];
    for (let round = 0; round < 16; round++) {
      const username = `adopted ${round}`;
      const account = { username, passwordHash, role: 'member' as const, createdAt: new Date() };
      const user = (await server.store.users.insert(account)) ?? expect.fail();
      const { text } = await issueToken(server.secrets, user, new Date());
      const [change] = await Promise.all([
        server.send({ query: changePassword, variables: { from, to } }, text),
        ...Array.from({ length: 4 }, () => server.send({ query: signIn, variables: { username, password: from } })),
      ]);
      // a sign-in may already have replaced the hash, never the password
      expect(change.body.data.changePassword.userErrors).toEqual([]);
      const { body } = await server.send({ query: signIn, variables: { username, password: to } });
      if (body.data.signIn.token === null) lost.push(username);
    }
    expect(lost).toEqual([]);
  });
});
