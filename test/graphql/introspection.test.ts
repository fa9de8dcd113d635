import { readdirSync, readFileSync } from 'node:fs';
import { buildClientSchema, type IntrospectionQuery, printSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { graphqlSchema } from '../../src/graphql/schema.ts';
import { startServer, type TestServer } from '../harness.ts';

/** How much of itself the schema tells, and to what end. The server's limits are those of every new installation. */
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ CQ_RATE_LIMIT: '60000' });
});
afterAll(() => server[Symbol.asyncDispose]());

const folder = new URL('introspection/', import.meta.url);
const files = readdirSync(folder);
const repeat = (count: number, part: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => part(index)).join(' ');
const refusal = (query: string) =>
  server.send({ query }).then(({ body }) => `${body.errors?.[0].extensions.code}: ${body.errors?.[0].message}`);

describe('the query of', () => {
  it.for(files)('%s is answered', async (file) => {
    const query = readFileSync(new URL(file, folder), 'utf8');
    const { status, body } = await server.send({ query });
    expect([status, body.errors]).toEqual([200, undefined]);
    if (!('__schema' in body.data)) return;
    const told = buildClientSchema(body.data as IntrospectionQuery);
    expect(Object.keys(told.getTypeMap()).sort()).toEqual(Object.keys(graphqlSchema().getTypeMap()).sort());
    expect(printSchema(told)).toContain('type KnowledgeUnit implements Node');
  });

  it('a tool costs less than a tenth of what an operation may', async () => {
    const query = readFileSync(new URL('all-options.graphql', folder), 'utf8');
    const { body } = await server.send({ query: query.replace('__schema {', 'rateLimit { cost } __schema {') });
    expect(body.data.rateLimit.cost).toBeGreaterThan(100);
    expect(body.data.rateLimit.cost).toBeLessThan(500);
  });
});

it('a scalar with a specification of its own names it', async () => {
  const { __schema } = await server.query('{ __schema { types { kind name specifiedByURL } } }');
  const scalars = __schema.types.filter(({ kind }: { kind: string }) => kind === 'SCALAR');
  expect(
    scalars.flatMap(({ name, specifiedByURL }: Record<string, string>) =>
      specifiedByURL ? `${name} ${specifiedByURL}` : [],
    ),
  ).toEqual([
    'DateTime https://scalars.graphql.org/andimarek/date-time.html',
    'Date https://scalars.graphql.org/andimarek/local-date.html',
  ]);
});

describe('introspection is counted', () => {
  const typeRef = (depth: number): string => (depth === 0 ? 'name' : `ofType { ${typeRef(depth - 1)} }`);

  it('as deep as it is', async () => {
    const deep = (depth: number) => `{ __schema { types { ${typeRef(depth - 3)} } } }`;
    expect(await refusal(deep(20))).toBe('undefined: undefined');
    expect(await refusal(deep(21))).toMatch(/QUERY_TOO_COMPLEX: .*introspection 21, at most 20/);
  });

  it('by aliases, root fields and __typename', async () => {
    expect(await refusal(`{ ${repeat(16, (index) => `a${index}: __typename`)} }`)).toMatch(/aliases 16, at most 15/);
    expect(await refusal(`{ ${repeat(11, (index) => `a${index}: __schema { description }`)} }`)).toMatch(
      /rootFields 11, at most 10/,
    );
    const typeNames = repeat(16, (index) => `a${index}: __typename`);
    expect(await refusal(`{ knowledgeUnits { nodes { ${typeNames} } } }`)).toMatch(/aliases 16/);
    expect(await refusal(`{ __schema { types { ${typeNames} } } }`)).toMatch(/aliases 16/);
  });

  it('as often as fragments are spread, also those in fragments', async () => {
    const fragments = `fragment S on __Schema { b: types { ...T } c: types { ...T } }
      fragment T on __Type { d: fields { ...F } e: fields { ...F } }
      fragment F on __Field { f: name g: name }`;
    // 2 + 2 × (2 + 2 × 2) for each of three
    expect(await refusal(`{ ${repeat(3, (index) => `a${index}: __schema { ...S }`)} } ${fragments}`)).toMatch(
      /aliases 45, at most 15/,
    );
    const bomb = repeat(48, (index) => `fragment F${index} on __Type { ...F${index + 1} ...F${index + 1} }`);
    expect(await refusal(`{ __schema { types { ...F0 } } } ${bomb} fragment F48 on __Type { name }`)).toMatch(
      /selections 1000000 or more, at most 1000/,
    );
  });

  it('by the fields of the answer', async () => {
    // each of the 6 has all fields of all types, with all arguments and their types
    const all =
      'fields { name args { name type { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } }';
    const lists = repeat(6, (index) => `a${index}: types { name ${all} ${all} }`);
    expect(await refusal(`{ __schema { ${lists} } }`)).toBe('undefined: undefined');
    const nested = repeat(4, (index) => `a${index}: types { fields { type { fields { name type { name } } } } }`);
    expect(await refusal(`{ __schema { ${nested} } }`)).toMatch(
      /QUERY_TOO_COMPLEX: The answer could have \d+ fields, at most 50000/,
    );
    const one = repeat(
      3,
      (index) => `a${index}: __type(name: "Query") { fields { args { type { fields { name } } } } }`,
    );
    expect(await refusal(`{ ${one} }`)).toBe('undefined: undefined');
  });

  it('by GET too', async () => {
    const query = `{ ${repeat(10, (index) => `a${index}: __schema { types { name description } }`)} b: __typename }`;
    const response = await fetch(`${server.url}/graphql?query=${encodeURIComponent(query)}`);
    expect(await response.text()).toContain('rootFields 11');
  });
});

describe('with introspection off', () => {
  let closed: TestServer;
  beforeAll(async () => {
    closed = await startServer({ CQ_INTROSPECTION: 'off' });
  });
  afterAll(() => closed[Symbol.asyncDispose]());

  const mistaken: [string, object?][] = [
    ['{ knowledgeUnit(id: "x") { insigh { summary } } }'],
    ['{ knowledgeUnit(ids: "x") { id } }'],
    ['{ nodes(ids: ["x"]) { ... on KnowledgeUni { id } } }'],
    ['{ nodes(ids: ["x"]) { id summary } }'],
    ['{ nodes(ids: ["x"]) { domains } }'],
    ['query ($f: KnowledgeFilte) { knowledgeUnits(filter: $f) { totalCount } }'],
    ['{ knowledgeUnits(filter: { domain: "x" }) { totalCount } }'],
    ['{ knowledgeUnits(filter: { tiers: [PUBLI] }) { totalCount } }'],
    ['{ knowledgeUnits(filter: { tiers: ["PUBLIC"] }) { totalCount } }'],
    ['{ knowledgeUnits @skp(if: true) { totalCount } }'],
    ['{ knowledgeUnits @skip(iff: true) { totalCount } }'],
    ['query ($f: KnowledgeFilter) { knowledgeUnits(filter: $f) { totalCount } }', { f: { domain: ['x'] } }],
    ['query ($t: [Tier!]) { knowledgeUnits(filter: { tiers: $t }) { totalCount } }', { t: ['PUBLI'] }],
    ['query ($t: [Tier!]) { knowledgeUnits(filter: { tiers: $t }) { totalCount } }', { t: ['public'] }],
    ['mutation { proposeKnowledgeUnits(input: {}) { userErrors { code } } }'],
    ['mutation { flagKnowledgeUnit(input: { id: "x", reason: STAL }) { userErrors { code } } }'],
    ['query ($f: KnowledgeFilter = { domain: "x" }) { knowledgeUnits(filter: $f) { totalCount } }'],
  ];

  it.for(mistaken)('%s suggests nothing', async ([query, variables = {}]) => {
    const open = await server.send({ query, variables });
    const { body } = await closed.send({ query, variables });
    expect(body.errors.length).toBe(open.body.errors.length);
    for (const { message } of body.errors) expect(message).not.toMatch(/did you mean|use an inline fragment/i);
  });

  it('nothing tells of the schema', async () => {
    for (const query of ['{ __schema { types { name } } }', '{ __type(name: "Query") { name } }']) {
      const { body } = await closed.send({ query });
      expect(body.data).toBeUndefined();
      expect(body.errors[0]).toMatchObject({
        message: expect.stringMatching(/introspection has been disabled/),
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      });
    }
    expect((await closed.send({ query: '{ __typename }' })).body.data).toEqual({ __typename: 'Query' });
  });
});
