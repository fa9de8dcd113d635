import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createApiKey } from '../../src/domain/account.ts';
import { limits } from '../../src/domain/rules.ts';
import { startServer, type TestServer } from '../harness.ts';
import { clients, type McpClient } from './clients.ts';

/** Proposals that are sent again: by clients after a timeout, and by agents that forget. */
let server: TestServer;
let client: McpClient;
let other: McpClient;
beforeAll(async () => {
  server = await startServer();
  const { connect } = clients[0] ?? expect.fail();
  client = await connect(server.url, server.people.member.key);
  other = await connect(server.url, server.people.reviewer.key);
});
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

/** A lesson that no other case has. */
const aLesson = () => ({
  summary: `Lesson ${crypto.randomUUID()}`,
  detail: 'What happened.',
  action: 'What to do.',
  domains: ['api', 'http'],
  languages: ['go', 'c'],
  frameworks: ['gin'],
  pattern: 'retry',
});

const idOf = async (args: object, by = client): Promise<string> => {
  const { isError, text, data } = await by.call('propose', { ...args });
  expect([isError, text]).toEqual([false, expect.any(String)]);
  return data.unit.id;
};

async function countOf(domain: string): Promise<number> {
  return server.store.units.count({
    statuses: ['pending', 'approved', 'rejected'],
    domains: [domain],
    domainMatch: 'any',
  });
}

describe('a proposal that is made again', () => {
  it('is answered with the unit of the first one, and makes no other', async () => {
    const domain = crypto.randomUUID();
    const lesson = { ...aLesson(), domains: [domain] };
    const id = await idOf(lesson);
    for (let time = 0; time < 3; time++) expect(await idOf(lesson)).toBe(id);
    expect(await countOf(domain)).toBe(1);
  });

  it.for<[string, (lesson: ReturnType<typeof aLesson>) => object]>([
    [
      'with another key of the same account, other spelling of the domains',
      (lesson) => ({ ...lesson, domains: [' HTTP', 'Api', 'api'] }),
    ],
    ['in another order', (lesson) => ({ ...lesson, domains: ['http', 'api'], languages: ['c', 'go'] })],
    ['as JSON text', (lesson) => ({ ...lesson, domains: '["api","http"]', frameworks: 'gin' })],
    ['with white space at the ends of texts', (lesson) => ({ ...lesson, detail: ' What happened.\n' })],
    ['insisting', (lesson) => ({ ...lesson, allow_duplicate: true })],
    ['with an empty default', (lesson) => ({ ...lesson, allow_duplicate: null, idempotency_key: null })],
  ])('is the same %s', async ([, changed]) => {
    const lesson = aLesson();
    const id = await idOf(lesson);
    expect(await idOf(changed(lesson))).toBe(id);
  });

  it('is the same where it lists no languages and where it says that there are none', async () => {
    const { languages: _, frameworks: __, pattern: ___, ...lesson } = aLesson();
    expect(await idOf({ ...lesson, languages: [], pattern: '' })).toBe(await idOf(lesson));
  });

  it.for(['summary', 'detail', 'action', 'domains', 'languages', 'frameworks', 'pattern'])(
    'is another one with another %s',
    async (name) => {
      const lesson = aLesson();
      expect(await idOf({ ...lesson, [name]: 'other' })).not.toBe(await idOf(lesson));
    },
  );

  it('is another one by another person', async () => {
    const lesson = aLesson();
    expect(await idOf(lesson, other)).not.toBe(await idOf(lesson));
  });

  it('at the same time makes one unit', async () => {
    const domain = crypto.randomUUID();
    const lesson = { ...aLesson(), domains: [domain] };
    const ids = await Promise.all(Array.from({ length: 16 }, () => idOf(lesson)));
    expect(new Set(ids).size).toBe(1);
    expect(await countOf(domain)).toBe(1);
  });

  it('is answered with what has become of the first one', async () => {
    const lesson = aLesson();
    const id = await idOf(lesson);
    const approve = 'mutation ($id: ID!) { approveKnowledgeUnit(input: { id: $id }) { userErrors { message } } }';
    await server.query(approve, { id }, server.people.reviewer.token);
    expect((await client.call('propose', lesson)).data.unit).toMatchObject({ id, status: 'APPROVED' });
  });

  it('is another one after a day', async () => {
    const lesson = aLesson();
    const now = server.store.now().getTime();
    const id = await idOf(lesson);
    // tokens and keys are checked by the same clock; a key of the test lasts a day
    const { user } = server.people.member;
    const { secret } = await createApiKey(server.store, server.secrets, user, { name: 'long', ttl: '9d' });
    await using lasting = await (clients[0] ?? expect.fail()).connect(server.url, secret);
    const later = vi.spyOn(server.store, 'now');
    later.mockReturnValue(new Date(now + limits.idempotencyHours * 3_600_000 - 60_000));
    expect(await idOf(lesson, lasting)).toBe(id);
    later.mockReturnValue(new Date(now + limits.idempotencyHours * 3_600_000 + 60_000));
    expect(await idOf(lesson, lasting)).not.toBe(id);
    later.mockRestore();
  });
});

describe('an idempotency key', () => {
  it('decides alone: the same one is the same proposal, and another one another', async () => {
    const lesson = aLesson();
    const key = crypto.randomUUID();
    const id = await idOf({ ...lesson, idempotency_key: key });
    expect(await idOf({ ...aLesson(), idempotency_key: key })).toBe(id);
    expect(await idOf({ ...lesson, idempotency_key: `${key} 2` })).not.toBe(id);
    expect(await idOf(lesson)).not.toBe(id);
  });

  it('is that of GraphQL', async () => {
    const key = crypto.randomUUID();
    const { summary, detail, action, domains } = aLesson();
    const propose = `mutation ($input: ProposeKnowledgeUnitInput!) {
      proposeKnowledgeUnit(input: $input) { knowledgeUnit { id } }
    }`;
    const input = { domains, insight: { summary, detail, action }, idempotencyKey: key };
    const { proposeKnowledgeUnit } = await server.query(propose, { input }, server.people.member.key);
    expect(await idOf({ ...aLesson(), idempotency_key: key })).toBe(proposeKnowledgeUnit.knowledgeUnit.id);
  });
});
