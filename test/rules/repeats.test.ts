import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jaccard, shinglesOf } from '../../src/domain/similar-words.ts';
import { type Person, startServer, type TestServer } from '../harness.ts';
import { clients } from '../mcp/clients.ts';
import { graphqlTransport, mcpTransport, restTransport } from './transports.ts';

let server: TestServer;
let zoe: Person;
beforeAll(async () => {
  server = await startServer({ CQ_REPEAT_CHECK: 'on' });
  zoe = await server.addPerson('zoe', 'member');
});
afterAll(() => server[Symbol.asyncDispose]());

let lessons = 0;
/** A lesson in words that no other test has, of which one is another where that is given. */
function lesson(word = 'retried') {
  const inOwnWords = (text: string) => text.replaceAll(/[a-z]+/gi, (each) => `${each}${lessons}`);
  return {
    domains: ['payments'],
    summary: inOwnWords(`Payments are ${word} after a timeout`),
    detail: inOwnWords(
      'The gateway answers late when its queue is long. The order is then paid twice, since the first call went.',
    ),
    action: inOwnWords('Send an idempotency key with each call, and look the payment up before the next attempt.'),
  };
}
const next = () => void lessons++;

const propose = `mutation ($input: ProposeKnowledgeUnitInput!) { proposeKnowledgeUnit(input: $input) {
  knowledgeUnit { id } userErrors { code message path ... on DuplicateError { basis similarity existing { id } } } } }`;
async function proposed(
  { domains, ...insight }: ReturnType<typeof lesson>,
  credential: string,
  allowDuplicate = false,
) {
  const input = { domains, insight, allowDuplicate };
  return (await server.query(propose, { input }, credential)).proposeKnowledgeUnit;
}

describe('a proposal that repeats', () => {
  it('an approved unit in the same text or nearly the same words is refused with that unit', async () => {
    next();
    const { domains, ...insight } = lesson();
    const { id } = await server.unit({ domains, insight });
    const shouted = { ...lesson(), summary: `  ${insight.summary.toUpperCase()} ` };
    expect(await proposed(shouted, zoe.key)).toEqual({
      knowledgeUnit: null,
      userErrors: [
        {
          code: 'DUPLICATE',
          message: 'allowDuplicate must be true to propose the same text as one that is approved.',
          path: ['allowDuplicate'],
          ...{ basis: 'TEXT', similarity: 1, existing: { id } },
        },
      ],
    });
    const [error] = (await proposed(lesson('repeated'), zoe.key)).userErrors;
    expect(error).toMatchObject({ code: 'DUPLICATE', basis: 'WORDS', existing: { id } });
    expect(error.similarity).toBeGreaterThan(0.8);
    expect(error.similarity).toBeLessThan(1);
    expect(await mcpTransport(server).propose(lesson('repeated'), zoe.key)).toBe('DUPLICATE');
    // cq’s clients do not know this error, and would drop the lesson
    expect(await restTransport(server).propose(lesson('repeated'), zoe.key)).toBe('ok');
    expect((await proposed(lesson('repeated'), zoe.key, true)).userErrors).toEqual([]);
  });

  it('another one’s pending unit says nothing of that, and reviewers see the pair', async () => {
    next();
    const first = (await proposed(lesson(), server.people.member.key)).knowledgeUnit;
    const own = await proposed(lesson('repeated'), server.people.member.key);
    expect(own.userErrors[0]).toMatchObject({ basis: 'WORDS', existing: { id: first.id } });
    const second = (await proposed(lesson(), zoe.key)).knowledgeUnit;
    const third = (await proposed(lesson('repeated'), zoe.key, true)).knowledgeUnit;
    const queue = `{ reviewQueue(first: 100) { nodes { id duplicates { basis unit { id } } } } }`;
    const { nodes } = (await server.query(queue, {}, server.people.reviewer.token)).reviewQueue;
    const pairs = nodes.find(({ id }: { id: string }) => id === first.id).duplicates;
    expect(pairs).toEqual([
      { basis: 'TEXT', unit: { id: second.id } },
      { basis: 'WORDS', unit: { id: third.id } },
    ]);
    const seen = await server.send({ query: queue }, zoe.token);
    expect(seen.body.errors[0].extensions.code).toBe('FORBIDDEN');
  });

  it('a rejected unit, or one that is about something else, is taken', async () => {
    next();
    const { domains, ...insight } = lesson();
    await server.unit({ domains, insight, status: 'rejected' });
    expect(await graphqlTransport(server).propose(lesson(), zoe.key)).toBe('ok');
    next();
    expect(await graphqlTransport(server).propose(lesson(), zoe.key)).toBe('ok');
  });

  it('itself over MCP is answered with the first one', async () => {
    next();
    await using client = await (clients[0] as (typeof clients)[number]).connect(server.url, zoe.key);
    const ids = [];
    for (let time = 0; time < 2; time++)
      ids.push(/ku_[0-9a-f]{32}/.exec((await client.call('propose', lesson())).text)?.[0]);
    expect(ids).toEqual([expect.any(String), ids[0]]);
  });
});

it('two lessons share pairs of words, in any script', () => {
  const share = (one: string, other: string) => {
    const [a, b] = [one, other].map((detail) => shinglesOf({ summary: '', detail, action: '' })) as [
      Set<string>,
      Set<string>,
    ];
    return jaccard(a, b);
  };
  expect(share('One two, THREE four', 'one two three four')).toBe(1);
  expect(share('one two three four', 'four three two one')).toBe(0);
  expect(share('接続が切れます', '接続が切れました')).toBe(0.5);
  expect(share('', '')).toBe(0);
  expect(share('Cafe\u0301 au lait', 'café au lait')).toBe(1);
});
