import fc from 'fast-check';
import {
  type GraphQLField,
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { graphqlSchema } from '../../src/graphql/schema.ts';
import { campaign } from '../campaign.ts';
import { startServer, type TestServer } from '../harness.ts';

/** Documents with their values written in them, and documents and bodies with pieces missing or too many. */
const schema = graphqlSchema();
const runs = { seed: 20_261_124, numRuns: campaign(300, 3000) };

let server: TestServer;
let credentials: (string | undefined)[];
const unitId = `ku_${'c'.repeat(32)}`;
beforeAll(async () => {
  server = await startServer();
  await server.unit({ id: unitId });
  await server.unit({ status: 'pending' });
  const { member, reviewer, admin } = server.people;
  credentials = [undefined, member.key, member.token, reviewer.token, admin.token];
});
afterAll(() => server[Symbol.asyncDispose]());

const words = ['', ' ', 'a', '\u0000', 'é', '😀', '"', '\\', '% OR *', '30d', 'a'.repeat(70), '2026-01-01T00:00:00Z'];
const text = fc.oneof(fc.constantFrom(...words, unitId, 'usr_1'), fc.string({ unit: 'grapheme', maxLength: 20 }));
const quoted = fc.oneof(
  text.map((value) => JSON.stringify(value)),
  fc.constantFrom('"""block"""', '"\\u{1F600}"', '"\\uD83D\\uDE00"'),
);
const number = fc.constantFrom(
  '0',
  '1',
  '-1',
  '5',
  '100',
  '2147483648',
  '1.0',
  '1e400',
  '-0.0',
  '1E-400',
  `${10n ** 40n}`,
);
const wrong = fc.oneof(
  quoted,
  number,
  fc.constantFrom('null', 'true', 'PUBLIC', '{}', '[]', '[[null]]', '{ a: { a: {} } }', '$undeclared'),
);

function literal(type: GraphQLInputType, depth = 3): fc.Arbitrary<string> {
  return fc.oneof({ weight: 25, arbitrary: fitting(type, depth) }, { weight: 1, arbitrary: wrong });
}

function fitting(type: GraphQLInputType, depth: number): fc.Arbitrary<string> {
  const inner = isNonNullType(type) ? type.ofType : getNullableType(type);
  if (isListType(inner))
    return fc.array(literal(inner.ofType, depth - 1), { maxLength: 3 }).map((of) => `[${of.join(' ')}]`);
  if (isEnumType(inner)) return fc.constantFrom(...inner.getValues().map(({ name }) => name));
  if (isInputObjectType(inner)) return object(Object.values(inner.getFields()), depth).map((of) => `{ ${of} }`);
  switch (String(inner)) {
    case 'Int':
      return fc.oneof(fc.constantFrom('1', '2', '20'), number);
    case 'Float':
      return number;
    case 'Boolean':
      return fc.constantFrom('true', 'false');
    case 'JSONObject':
      return fc.constantFrom('{}', '{ a: 1.0 }', '{ a: [1e400 { b: null c: WORD }] }');
    default:
      return quoted;
  }
}

/** Values for all that must be given and some of the rest. */
function object(members: readonly { name: string; type: GraphQLInputType }[], depth: number): fc.Arbitrary<string> {
  const optional = members.filter(({ type }) => !isNonNullType(type));
  return fc
    .subarray(depth > 0 ? optional : [])
    .chain((chosen) => {
      const given = members.filter((one) => chosen.includes(one) || isNonNullType(one.type));
      return fc.tuple(...given.map(({ name, type }) => literal(type, depth - 1).map((value) => `${name}: ${value}`)));
    })
    .map((parts) => parts.join(' '));
}

/** A field with its leaves, and theirs two levels down. */
function field(definition: GraphQLField<unknown, unknown>, depth = 2): fc.Arbitrary<string> {
  const type = getNamedType(definition.type);
  const fields = isObjectType(type) ? Object.values(type.getFields()) : [];
  const selectable = fields.filter((inner) => depth > 0 || isLeafType(getNamedType(inner.type)));
  const some = fc.subarray(selectable, { maxLength: Math.min(4, selectable.length) });
  const inside = some.chain((chosen) => fc.tuple(...chosen.map((inner) => field(inner, depth - 1))));
  return fc.tuple(object(definition.args, 3), inside).map(([args, selected]) => {
    const selection = isLeafType(type) ? '' : `{ __typename ${selected.join(' ')} }`;
    return `${definition.name}${args ? `(${args})` : ''} ${selection}`;
  });
}

// passwords take time, and are sent by other tests
const slow = ['signIn', 'changePassword', 'createUser'];
const document = fc.oneof(
  ...[schema.getQueryType(), schema.getMutationType()].flatMap((root) =>
    Object.values(root?.getFields() ?? {})
      .filter(({ name }) => !slow.includes(name))
      .map((definition) =>
        field(definition).map((of) => `${root === schema.getMutationType() ? 'mutation' : 'query'} { ${of} }`),
      ),
  ),
);

async function post(body: string, caller: number): Promise<{ data?: unknown; errors?: unknown[] }> {
  const credential = credentials[caller];
  const headers = { 'content-type': 'application/json', ...(credential && { authorization: `Bearer ${credential}` }) };
  const response = await fetch(`${server.url}/graphql`, { method: 'POST', headers, body });
  const answer = await response.text();
  expect(response.status).toBeLessThan(500);
  expect(answer).not.toContain('INTERNAL_SERVER_ERROR');
  return JSON.parse(answer);
}

const caller = fc.nat({ max: 4 });
/** Cuts a piece out, and puts another in its place. */
const damage = fc.tuple(
  fc.nat(),
  fc.nat({ max: 12 }),
  fc.constantFrom('', '{', '}', '"', '\\', '$', '...', '@skip(if: 1)', '\u0000', 'é', '#'),
);
const damaged = (whole: string, [at, length, other]: [number, number, string]) => {
  const start = at % (whole.length + 1);
  return whole.slice(0, start) + other + whole.slice(start + length);
};

it('no value that is written in a document is answered with an internal error', async () => {
  let answered = 0;
  const property = fc.asyncProperty(document, caller, async (query, who) => {
    const { data, errors } = await post(JSON.stringify({ query }), who);
    expect(data !== undefined || (errors?.length ?? 0) > 0).toBe(true);
    if (data) answered++;
  });
  await fc.assert(property, runs);
  // most of it must be right enough to be run
  expect(answered).toBeGreaterThan(runs.numRuns / 3);
});

it('no damaged document is answered with an internal error', async () => {
  const property = fc.asyncProperty(document, damage, caller, async (query, piece, who) => {
    const { data, errors } = await post(JSON.stringify({ query: damaged(query, piece) }), who);
    expect(data !== undefined || (errors?.length ?? 0) > 0).toBe(true);
  });
  await fc.assert(property, runs);
});

it('no damaged body is answered with an internal error', async () => {
  const variables = fc.dictionary(text, fc.jsonValue({ depthSize: 'small' }), { maxKeys: 3 });
  const property = fc.asyncProperty(document, variables, damage, caller, async (query, given, piece, who) => {
    await post(damaged(JSON.stringify({ query, variables: given, extensions: {} }), piece), who);
  });
  await fc.assert(property, runs);
});
