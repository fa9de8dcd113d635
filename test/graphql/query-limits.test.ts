import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { graphqlSchema } from '../../src/graphql/schema.ts';
import { startServer, type TestServer } from '../harness.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const send = async (query: string, variables = {}) => {
  const { status, body } = await server.send({ query, variables });
  expect(status).toBeLessThan(500);
  return body.errors?.[0];
};

const tooComplex = (part: RegExp) => ({
  message: expect.stringMatching(part),
  extensions: expect.objectContaining({ code: 'QUERY_TOO_COMPLEX' }),
});
const repeat = (count: number, part: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => part(index)).join(' ');

/** A selection of `supersededBy` `depth` levels deep, the outermost field included. */
const deep = (depth: number) =>
  `{ knowledgeUnit(id: "x") ${'{ supersededBy '.repeat(depth - 2)}{ id }${' }'.repeat(depth - 2)} }`;

describe('an operation', () => {
  it('may be 10 levels deep', async () => {
    expect(await send(deep(10))).toBeUndefined();
    expect(await send(deep(11))).toMatchObject(tooComplex(/depth 11, at most 10/));
  });

  it('may not hide its depth in fragments', async () => {
    const parts = repeat(
      11,
      (index) => `fragment F${index} on KnowledgeUnit { supersededBy { ${index < 10 ? `...F${index + 1}` : 'id'} } }`,
    );
    expect(await send(`{ knowledgeUnit(id: "x") { ...F0 } } ${parts}`)).toMatchObject(tooComplex(/depth 13/));
  });

  it('may have 15 aliases', async () => {
    const aliased = (count: number) => `{ serverInfo { ${repeat(count, (index) => `a${index}: version`)} } }`;
    expect(await send(aliased(15))).toBeUndefined();
    expect(await send(aliased(16))).toMatchObject(tooComplex(/aliases 16, at most 15/));
  });

  it('may select 10 root fields', async () => {
    const roots = (count: number) => `{ ${repeat(count, (index) => `a${index}: serverInfo { version }`)} }`;
    expect(await send(roots(10))).toBeUndefined();
    expect(await send(roots(11))).toMatchObject(tooComplex(/rootFields 11, at most 10/));
  });

  it('may have 2000 tokens', async () => {
    const tokens = (count: number) =>
      `{ search(text: "x" filter: { tiers: [${'PUBLIC '.repeat(count - 22)}] }) { nodes { id } } }`;
    expect(await send(tokens(2000))).toBeUndefined();
    expect(await send(tokens(2001))).toMatchObject({ extensions: { code: 'GRAPHQL_PARSE_FAILED' } });
  });

  it.for([
    ['signIn', 'signIn(input: { username: "x", password: "y" }) { token }'],
    ['changePassword', 'changePassword(input: { currentPassword: "x", newPassword: "y" }) { token }'],
    ['acceptInvitation', 'acceptInvitation(input: { token: "x", username: "y", password: "z" }) { token }'],
  ])('may try a password once: %s', async ([name, field]) => {
    const once = await send(`mutation { ${field} }`);
    expect(once?.extensions.code).not.toBe('QUERY_TOO_COMPLEX');
    const onlyOnce = tooComplex(new RegExp(`${name} only once`));
    expect(await send(`mutation { a: ${field} b: ${field} }`)).toMatchObject(onlyOnce);
    expect(await send(`mutation { ${field} ${field} }`)).toMatchObject(onlyOnce);
    const spread = `mutation { ...F ... on Mutation { b: ${field} } } fragment F on Mutation { a: ${field} }`;
    expect(await send(spread)).toMatchObject(onlyOnce);
  });

  it('may try a password only at what the SDL says may stand once', () => {
    const mutations = Object.values(graphqlSchema().getMutationType()?.getFields() ?? {});
    const guesses = mutations.filter(({ description }) => description?.includes('Once in an operation.'));
    expect(guesses.map(({ name }) => name)).toEqual([
      'signIn',
      'changePassword',
      'setUserPassword',
      'acceptInvitation',
    ]);
  });

  it('may not blow up by fragments that spread each other', async () => {
    const bomb = repeat(40, (index) => `fragment F${index} on KnowledgeUnit { ...F${index + 1} ...F${index + 1} }`);
    const query = `{ knowledgeUnits(first: 100) { nodes { ...F0 } } } ${bomb} fragment F40 on KnowledgeUnit { id }`;
    const error = await send(query);
    expect(error?.extensions.code ?? 'answered').not.toBe('INTERNAL_SERVER_ERROR');
    const circle =
      '{ knowledgeUnits { nodes { ...A } } } fragment A on KnowledgeUnit { ...B } fragment B on KnowledgeUnit { ...A }';
    expect(await send(circle)).toMatchObject({ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
  });
});

describe('its cost', () => {
  const costOf = async (server: TestServer, query: string, variables = {}) => {
    const { body } = await server.send({ query, variables });
    return body.errors?.[0]?.extensions?.cost ?? body.data?.rateLimit?.cost;
  };

  it('counts pages of pages, by literals, variables and defaults', async () => {
    await using limited = await startServer({ CQ_RATE_LIMIT: '1000000', CQ_MAX_QUERY_COST: '1000000' });
    const cases: [string, object, number][] = [
      ['{ rateLimit { cost } }', {}, 1],
      ['{ rateLimit { cost } knowledgeUnits { nodes { id } } }', {}, 1 + 1 + 20],
      ['{ rateLimit { cost } knowledgeUnits(last: 7) { nodes { id } } }', {}, 1 + 1 + 7],
      [
        'query ($n: Int) { rateLimit { cost } knowledgeUnits(first: $n) { nodes { id insight { summary } } } }',
        { n: 10 },
        1 + 1 + 20,
      ],
      ['{ rateLimit { cost } search(text: "x") { nodes { id } } }', {}, 1 + 10 + 5],
      ['{ rateLimit { cost } nodes(ids: ["a", "b"]) { ... on KnowledgeUnit { insight { summary } } } }', {}, 1 + 1 + 2],
      ['{ rateLimit { cost } stats { totalCount trends { date } } }', {}, 1 + 1 + 5 + 10 + 3],
    ];
    for (const [query, variables, cost] of cases)
      expect([query, await costOf(limited, query, variables)]).toEqual([query, cost]);
  });

  it('has a limit, which the refusal names', async () => {
    const flags = (first: number) =>
      `{ knowledgeUnits(first: 100) { nodes { flags(first: ${first}) { nodes { id } } } } }`;
    expect(await send(flags(20))).not.toMatchObject({ extensions: { code: 'QUERY_TOO_COMPLEX' } });
    expect(await send(flags(100))).toMatchObject({
      message: 'The operation costs 10403, at most 5000. Ask for smaller pages or fewer fields.',
      extensions: { code: 'QUERY_TOO_COMPLEX', cost: 10_403, limit: 5000 },
    });
  });

  it('is spent of a budget that runs out and is the caller’s own', async () => {
    await using limited = await startServer({ CQ_RATE_LIMIT: '100' });
    const query =
      '{ rateLimit { limit remaining cost } stats { totalCount } knowledgeUnits(first: 40) { nodes { id } } }';
    const first = await limited.send({ query });
    expect(first.body.data.rateLimit).toEqual({ limit: 100, remaining: 52, cost: 48 });
    await limited.send({ query });
    const refused = await limited.send({ query });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, expect.stringMatching(/^\d+$/)]);
    expect(refused.body.errors[0].extensions).toEqual({ code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) });
    // what is left is left for what costs less
    expect((await limited.send({ query: '{ serverInfo { version } }' })).status).toBe(200);
    expect((await limited.send({ query }, limited.people.member.key)).status).toBe(200);
  });
});
