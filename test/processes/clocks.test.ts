import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUser } from '../../src/domain/account.ts';
import { openStore } from '../../src/store/open.ts';
import type { UserRole } from '../../src/store/store.ts';
import { embedding, until } from '../embedding/both-databases.ts';
import { type EmbeddingServer, startEmbeddingServer } from '../embedding/openai-server.ts';
import { configOf, createDatabase, type TestDatabase, withVectors } from '../postgres/databases.ts';
import { post, type Running, startProcess } from '../process.ts';

const hourMs = 3_600_000;
/** Far more than the minutes that clocks are apart by: so that everything that counts days notices too. */
const shiftMs = 13 * hourMs;

/** Node with a clock that is wrong by this much. */
const nodeOptions = (shift: number) => {
  const source = `
    const real = Date;
    globalThis.Date = new Proxy(real, {
      construct: (target, given, as) => Reflect.construct(target, given.length > 0 ? given : [real.now() + ${shift}], as),
      get: (target, name) => (name === 'now' ? () => real.now() + ${shift} : Reflect.get(target, name)),
    });`;
  return { NODE_OPTIONS: `--import data:text/javascript;base64,${Buffer.from(source).toString('base64')}` };
};

const vectors = await withVectors();

/** Two servers on one PostgreSQL, whose clocks are 26 hours apart. */
describe('servers whose clocks differ', () => {
  let database: TestDatabase;
  let service: EmbeddingServer;
  let [late, early]: Running[] = [];
  const password = 'correct horse';

  beforeAll(async () => {
    database = await createDatabase();
    service = await startEmbeddingServer();
    const store = await openStore(configOf(database.url), { migrate: false });
    for (const [username, role] of [
      ['mia', 'member'],
      ['ann', 'admin'],
    ] as [string, UserRole][])
      await createUser(store, { username, password, role });
    await store.close();
    const environment = {
      CQ_DATABASE_URL: database.url,
      CQ_JWT_SECRET: 's'.repeat(32),
      CQ_API_KEY_PEPPER: 'p'.repeat(32),
    };
    [late, early] = await Promise.all([
      startProcess({ ...environment, ...nodeOptions(shiftMs) }),
      // only this one makes vectors
      startProcess({ ...environment, ...nodeOptions(-shiftMs), ...embedding(service) }),
    ]);
  });
  afterAll(async () => {
    await Promise.all([late?.stop(), early?.stop()]);
    await service[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  const ask = async (server: Running | undefined, query: string, variables: object = {}, credential?: string) => {
    const { data, errors } = await post(server?.url ?? '', query, variables, credential);
    expect(errors).toBeUndefined();
    return data;
  };
  const isNow = (instant: string) => expect(Math.abs(Date.parse(instant) - Date.now())).toBeLessThan(hourMs);
  const pairs = () => [[late, early] as const, [early, late] as const];

  async function signIn(server: Running | undefined, username = 'mia') {
    const query = `mutation ($name: String!) { signIn(input: { username: $name, password: "${password}" }) {
      token expiresAt userErrors { message } } }`;
    return (await ask(server, query, { name: username })).signIn;
  }

  it('take the tokens of each other, for a day', async () => {
    for (const [one, other] of pairs()) {
      const { token, expiresAt } = await signIn(one);
      isNow(new Date(Date.parse(expiresAt) - 24 * hourMs).toISOString());
      expect((await ask(other, '{ viewer { user { username } } }', {}, token)).viewer.user.username).toBe('mia');
    }
  });

  it('take the keys of each other, until they end', async () => {
    const create = `mutation { createApiKey(input: { name: "k", ttl: "1h" }) {
      apiKey { id isActive createdAt expiresAt } secret userErrors { message } } }`;
    for (const [one, other] of pairs()) {
      const { token } = await signIn(one);
      const { apiKey, secret } = (await ask(one, create, {}, token)).createApiKey;
      isNow(apiKey.createdAt);
      await ask(other, '{ viewer { user { username } } }', {}, secret);
      const seen = await ask(other, '{ viewer { apiKeys { nodes { id isActive } } } }', {}, token);
      expect(seen.viewer.apiKeys.nodes).toContainEqual({ id: apiKey.id, isActive: true });
      const revoke = 'mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { isActive revokedAt } } }';
      const { revokedAt, isActive } = (await ask(other, revoke, { id: apiKey.id }, token)).revokeApiKey.apiKey;
      expect(isActive).toBe(false);
      isNow(revokedAt);
      // a key that has ended is refused by both
      await database.query("update api_keys set revoked_at = null, expires_at = now() - interval '1 minute'");
      for (const server of [one, other]) {
        const { errors } = await post(server?.url ?? '', '{ viewer { user { username } } }', {}, secret);
        expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
      }
    }
  });

  const propose = `mutation ($input: ProposeKnowledgeUnitInput!) { proposeKnowledgeUnit(input: $input) {
    knowledgeUnit { id createdAt } userErrors { message } } }`;
  const lesson = (summary: string, key?: string) => ({
    input: {
      domains: ['api'],
      insight: { summary, detail: 'What happened.', action: 'What to do.' },
      ...(key && { idempotencyKey: key }),
    },
  });

  it('know the idempotency keys of each other', async () => {
    for (const [one, other] of pairs()) {
      const { token } = await signIn(one);
      const variables = lesson(`A lesson that is sent twice ${crypto.randomUUID()}`, crypto.randomUUID());
      const first = (await ask(one, propose, variables, token)).proposeKnowledgeUnit.knowledgeUnit;
      isNow(first.createdAt);
      expect((await ask(other, propose, variables, token)).proposeKnowledgeUnit.knowledgeUnit).toEqual(first);
    }
  });

  it('limit failed sign-ins together, for five minutes', async () => {
    for (const [one, other] of pairs()) {
      await database.query('delete from sign_in_attempts');
      const wrong = `mutation { signIn(input: { username: "ann", password: "a wrong one" }) { userErrors { message } } }`;
      const failures = [];
      for (let attempt = 0; attempt < 10; attempt++) failures.push(ask(attempt % 2 ? one : other, wrong));
      await Promise.all(failures);
      const { errors } = await post(other?.url ?? '', wrong);
      expect(errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
      expect(errors[0].extensions.retryAfterSeconds).toBeLessThanOrEqual(300);
    }
    await database.query('delete from sign_in_attempts');
  });

  it('count statistics at the time that it is', async () => {
    for (const [server] of pairs()) isNow((await ask(server, '{ stats { computedAt } }')).stats.computedAt);
  });

  it('make the vectors of each other at once', vectors, async () => {
    const { token } = await signIn(late, 'ann');
    await ask(late, propose, lesson('A feline sleeps all day'), token);
    const status = async () =>
      (await ask(late, '{ embeddingStatus { models { state waiting parked done } } }', {}, token)).embeddingStatus;
    const { models } = await until(status, ({ models }) => models[0]?.state === 'ACTIVE' && models[0].waiting === 0);
    expect(models).toMatchObject([{ parked: 0 }]);
  });
});
