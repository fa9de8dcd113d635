import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../harness.ts';

/** What an operation costs, as the server itself says it, and where the limit lies. */
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ CQ_RATE_LIMIT: '1000000', CQ_MAX_QUERY_COST: '101' });
});
afterAll(() => server[Symbol.asyncDispose]());

/** The cost of a refused operation is in its error, that of any other in the answer. */
async function costOf(query: string, variables: object = {}): Promise<{ cost: number; status: number }> {
  const { status, body } = await server.send({ query, variables });
  return { status, cost: body.errors?.[0]?.extensions?.cost ?? body.data?.rateLimit?.cost };
}

// the question itself costs 1, the list 1, each unit of a page 1, and 100 fields of the answer 1: two for each unit
const page = (parameters: string, args: string) =>
  `query ${parameters} { rateLimit { cost } knowledgeUnits(${args}) { nodes { id } } }`;

describe('the limit', () => {
  const pages: [string, (size: number) => [string, object?]][] = [
    ['a literal', (size) => [page('', `first: ${size}`)]],
    ['a variable', (size) => [page('($n: Int)', 'first: $n'), { n: size }]],
    ['the default of a variable', (size) => [page(`($n: Int = ${size})`, 'first: $n')]],
    ['a literal, back', (size) => [page('', `last: ${size}`)]],
    ['a variable, back', (size) => [page('($n: Int)', 'last: $n'), { n: size }]],
    ['the default of a variable, back', (size) => [page(`($n: Int = ${size})`, 'last: $n')]],
    [
      'fragments',
      (size) => [
        `{ rateLimit { cost } ... on Query { ...Page } }
         fragment Page on Query { knowledgeUnits(first: ${size}) { ...Nodes } }
         fragment Nodes on KnowledgeUnitConnection { nodes { id } }`,
      ],
    ],
  ];

  it.for(pages)('is exact for a page size in %s', async ([, ask]) => {
    expect(await costOf(...ask(97))).toEqual({ cost: 100, status: 200 });
    expect(await costOf(...ask(99))).toEqual({ cost: 103, status: 400 });
  });

  it('is for one operation: a costly one beside it in the document does not count', async () => {
    const query = `query Cheap { rateLimit { cost } } ${page('Dear', 'first: 100')}`;
    const { body } = await server.send({ query, operationName: 'Cheap' });
    expect(body.data.rateLimit.cost).toBe(1);
    const refused = await server.send({ query, operationName: 'Dear' });
    expect(refused.body.errors[0].extensions).toEqual({ code: 'QUERY_TOO_COMPLEX', cost: 104, limit: 101 });
  });
});

describe('the cost', () => {
  it.for<[string, string, object, number]>([
    ['of a page without a size is that of the default', page('', 'first: null'), {}, 22],
    ['of a page of none is that of a page of 1', page('', 'first: 0'), {}, 3],
    ['of a variable that is null too', page('($n: Int = 50)', 'first: $n'), { n: null }, 22],
    ['of a variable that is given is not that of its default', page('($n: Int = 50)', 'first: $n'), { n: 3 }, 5],
    [
      'of pages in pages is their product',
      '{ rateLimit { cost } knowledgeUnits(first: 3) { nodes { flags(first: 4) { nodes { id } } } } }',
      {},
      1 + 1 + 3 * (1 + 1 + 4),
    ],
    [
      'of a nested page without a size is that of its declared default',
      '{ rateLimit { cost } knowledgeUnits(first: 2) { nodes { flags { nodes { id } } } } }',
      {},
      1 + 1 + 2 * (1 + 1 + 20),
    ],
    [
      'of objects by id is one for each',
      'query ($ids: [ID!]!) { rateLimit { cost } nodes(ids: $ids) { ... on KnowledgeUnit { insight { summary } } } }',
      { ids: ['a', 'b', 'c'] },
      1 + 1 + 3,
    ],
    [
      'of a fragment counts as often as it is spread',
      `{ rateLimit { cost } a: knowledgeUnits(first: 5) { ...P } b: knowledgeUnits(first: 7) { ...P } }
       fragment P on KnowledgeUnitConnection { totalCount nodes { id } }`,
      {},
      1 + (1 + 5 * 6) + (1 + 7 * 6),
    ],
  ])('%s', async ([, query, variables, cost]) => {
    expect(await costOf(query, variables)).toEqual({ cost, status: 200 });
  });
});

describe('the cost of a document that is known', () => {
  const query = `query ($n: Int = 9, $ids: [ID!]! = [], $all: Boolean! = false, $less: Boolean! = false) {
    rateLimit { cost } knowledgeUnits(first: $n) { nodes { id } }
    nodes(ids: $ids) { id } ... @include(if: $all) { users(first: $n) { nodes { id } } } viewer @skip(if: $less) { role } }`;

  it('is that of the variables of each request', async () => {
    // each after each other, also after itself
    const given = [
      {},
      { n: 3 },
      { n: 3, ids: ['a', 'b', 'c'] },
      { n: 3, ids: ['x', 'y', 'z'] },
      { all: true },
      { n: 3, all: true },
      { all: true, less: true },
      { less: true },
      { n: null },
    ];
    const costs: number[] = [];
    for (const [at, variables] of given.entries()) {
      // another text is another document, of which nothing is known
      const { cost } = await costOf(`${query} # ${at}`, variables);
      costs.push(cost);
    }
    expect(costs[2]).toBe(costs[3]);
    expect(new Set(costs).size).toBeGreaterThan(5);
    for (const [at, one] of given.entries())
      for (const [place, other] of given.entries()) {
        expect((await costOf(query, one)).cost).toBe(costs[at]);
        expect((await costOf(query, other)).cost).toBe(costs[place]);
      }
  });

  it('is that of each of its operations', async () => {
    const both = `${page('One($n: Int)', 'first: $n')} ${page('Two($n: Int)', 'last: $n')}`;
    for (const [operationName, n] of [
      ['One', 9],
      ['Two', 4],
      ['One', 9],
      ['Two', 9],
    ] as const) {
      const { body } = await server.send({ query: both, operationName, variables: { n } });
      expect(body.data.rateLimit.cost).toBe(n + 2);
    }
  });
});

describe('the budget', () => {
  it('is refused whole before anything is done', async () => {
    await using limited = await startServer({ CQ_RATE_LIMIT: '25' });
    const { key } = limited.people.member;
    const propose = `mutation { proposeKnowledgeUnit(input: { domains: ["x"],
      insight: { summary: "", detail: "", action: "" } }) { knowledgeUnit { version: id } } }`;
    const statuses = [];
    for (let time = 0; time < 3; time++) statuses.push((await limited.send({ query: propose }, key)).status);
    expect(statuses).toEqual([200, 200, 429]);
    expect(await limited.store.units.count({ statuses: ['pending'] })).toBe(2);
  });

  it('is one for a person and all their keys, and says when it is full again', async () => {
    await using limited = await startServer({ CQ_RATE_LIMIT: '1000' });
    const { key, token } = limited.people.member;
    const before = Date.now();
    const query = '{ rateLimit { remaining resetAt } }';
    const [first, second] = [
      (await limited.query(query, {}, key)).rateLimit,
      (await limited.query(query, {}, token)).rateLimit,
    ];
    expect([first.remaining, second.remaining]).toEqual([999, 998]);
    expect(Date.parse(first.resetAt)).toBeGreaterThan(before);
  });

  const unfit: [string, object, number][] = [
    ['what is no document', { query: '{ serverInfo {' }, 10],
    ['what does not fit the schema', { query: '{ serverInfo { nothing } }' }, 10],
    ['what has the wrong shape', { query: `{ ${'a: __typename '.repeat(16)} }` }, 10],
    [
      'what costs too much',
      { query: '{ knowledgeUnits(first: 100) { nodes { flags(first: 100) { nodes { id } } } } }' },
      10,
    ],
    [
      'what has wrong variables',
      { query: 'query ($n: Int) { knowledgeUnits(first: $n) { totalCount } }', variables: { n: 'x' } },
      10,
    ],
    ['what names no operation', { query: '{ serverInfo { version } }', operationName: 'Other' }, 10],
    ['what has no document', { variables: {} }, 1],
  ];

  it.for(unfit)('pays for %s', async ([, operation, cost]) => {
    await using limited = await startServer({ CQ_RATE_LIMIT: '1000' });
    const remaining = async () => (await limited.query('{ rateLimit { remaining } }')).rateLimit.remaining;
    const before = await remaining();
    expect((await limited.send(operation as never)).body.errors).not.toHaveLength(0);
    expect(before - (await remaining())).toBe(cost + 1);
  });

  it('that is spent has nothing more looked at, and is each caller’s own', async () => {
    await using limited = await startServer({ CQ_RATE_LIMIT: '15' });
    const wrong = { query: '{ serverInfo { nothing } }' };
    const answers = [];
    for (let time = 0; time < 3; time++) answers.push(await limited.send(wrong));
    expect(answers.map(({ status, body }) => [status, body.errors[0].extensions.code])).toEqual([
      [200, 'GRAPHQL_VALIDATION_FAILED'],
      [200, 'GRAPHQL_VALIDATION_FAILED'],
      [429, 'RATE_LIMITED'],
    ]);
    expect(answers[2]?.headers.get('retry-after')).toMatch(/^\d+$/);
    expect((await limited.send(wrong, limited.people.member.key)).status).toBe(200);
    const url = `${limited.url}/graphql?query=${encodeURIComponent('{ nothing }')}`;
    expect((await fetch(url)).status).toBe(429);
  });

  it('is null where the server sets none', async () => {
    await using unlimited = await startServer({ CQ_RATE_LIMIT: '0' });
    expect(await unlimited.query('{ rateLimit { cost } }')).toEqual({ rateLimit: null });
  });
});
