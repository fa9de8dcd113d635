import { parseValue } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JSONObject } from '../../src/graphql/scalars.ts';
import { startServer, type TestServer } from '../harness.ts';

/** Extensions come back byte for byte, so requests and answers are text here and nothing parses them in between. */
let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const mutation = `mutation ($e: JSONObject) { proposeKnowledgeUnit(input: {
  domains: ["x"], insight: { summary: "", detail: "", action: "" }, extensions: $e
}) { knowledgeUnit { id extensions } userErrors { path message } } }`;

async function send(body: string): Promise<string> {
  const authorization = `Bearer ${server.people.member.key}`;
  const headers = { 'content-type': 'application/json', authorization };
  return (await fetch(`${server.url}/graphql`, { method: 'POST', headers, body })).text();
}

const propose = (extensions: string, query = JSON.stringify(mutation)) =>
  send(`{"query":${query},"variables":{"e":${extensions}}}`);

describe('extensions come back as they were sent', () => {
  it.for([
    '{}',
    '{"a:b":null,"a:c":true,"a:d":"","a:e":[],"a:f":{}}',
    '{"a:int":123456789012345678901234567890,"a:one":1.0,"a:huge":1e400,"a:tiny":1e-400}',
    '{"a:neg":-0,"a:negone":-1.0,"a:exp":2E+5,"a:zeros":0.100}',
    '{"a:deep":[[{"x":[1.0,{"y":1.50}]}],"1.0"]}',
    '{"b:last":1,"a:first":2}',
    '{"a:__proto__":1.0,"a:b":{"__proto__":2.0,"constructor":{"toJSON":3.0}}}',
    '{"a:b":{"rawJSON":"1"}}',
    '{"a:b":"\u00e9\u2028\u{1f600}\ufeff"}',
    `{"a:b":${'['.repeat(31)}1.0${']'.repeat(31)}}`,
  ])('%s', async (text) => {
    const answer = await propose(text);
    expect(answer).toContain(`"extensions":${text}}`);
    const [, id] = /"id":"(ku_\w+)"/.exec(answer) ?? [];
    const query = JSON.stringify('query ($id: ID!) { knowledgeUnit(id: $id) { extensions } }');
    expect(await send(`{"query":${query},"variables":{"id":"${id}"}}`)).toContain(`"extensions":${text}}`);
  });

  it('however the request spells its own words', async () => {
    const query = JSON.stringify(mutation).replaceAll('extensions', '\\u0065xtensions');
    expect(await propose('{"a:b":1.0}', query)).toContain('"extensions":{"a:b":1.0}}');
  });

  it('as a part of the whole input in one variable', async () => {
    const query = JSON.stringify(`mutation ($input: ProposeKnowledgeUnitInput!) {
      proposeKnowledgeUnit(input: $input) { knowledgeUnit { extensions } }
    }`);
    const insight = '"insight":{"summary":"s","detail":"d","action":"a"}';
    const variables = `{"input":{"domains":["x"],${insight},"extensions":{"a:b":[1.0,1e400]}}}`;
    expect(await send(`{"query":${query},"variables":${variables}}`)).toContain('"extensions":{"a:b":[1.0,1e400]}}');
  });

  it('without the spaces between their parts, which mean nothing', async () => {
    expect(await propose('{ "a:b" : [ 1.0 ,\n2.50 ] }')).toContain('"extensions":{"a:b":[1.0,2.50]}}');
  });

  it('the last one of keys that are sent twice', async () => {
    expect(await propose('{"a:b":1.0,"a:b":2}')).toContain('"extensions":{"a:b":2}}');
    expect(await propose('{"a:b":2,"a:b":1.0}')).toContain('"extensions":{"a:b":1.0}}');
  });
});

describe('extensions are refused', () => {
  it.for(['[]', '"{}"', '1', 'true', '[{"a:b":1}]'])('when they are %s', async (text) => {
    const answer = JSON.parse(await propose(text));
    expect(answer.data).toBeUndefined();
    expect(answer.errors[0].message).toContain('JSONObject must be an object');
  });

  it('when they are NaN, which is not JSON', async () => {
    expect(JSON.parse(await propose('{"a:b":NaN}')).errors[0].extensions.code).toBe('BAD_USER_INPUT');
  });

  it('for all that is wrong with them at once', async () => {
    const { proposeKnowledgeUnit } = JSON.parse(await propose('{"plain":1,"Upper:b":2,"a:ok":"\\ud83d"}')).data;
    expect(proposeKnowledgeUnit).toEqual({
      knowledgeUnit: null,
      userErrors: ['"plain"', '"Upper:b"', 'unpaired surrogates'].map((part) => ({
        path: ['extensions'],
        message: expect.stringContaining(part),
      })),
    });
  });

  it('by their length as text, code points counted', async () => {
    // {"a:b":"…"} is 10 characters round the value
    const fits = `{"a:b":"${'😀'.repeat(65_526)}"}`;
    expect(Buffer.byteLength(fits)).toBeGreaterThan(65_536 * 3);
    await using roomy = await startServer({ CQ_MAX_BODY_BYTES: '1048576' });
    const ask = async (extensions: string) =>
      (await roomy.query(mutation, { e: JSON.parse(extensions) }, roomy.people.member.key)).proposeKnowledgeUnit;
    expect((await ask(fits)).userErrors).toEqual([]);
    expect((await ask(fits.replace('"}', 'x"}'))).userErrors).toEqual([
      { path: ['extensions'], message: 'extensions must be at most 65536 characters of JSON, got 65537.' },
    ]);
  });
});

describe('extensions in the document itself', () => {
  // the names of a literal's fields cannot hold a colon, so no such key passes the rules; its values are still read
  it.for([
    [
      '{ a: 1.0, b: [123456789012345678901234567890, 1e400, -0.0] }',
      '{"a":1.0,"b":[123456789012345678901234567890,1e400,-0.0]}',
    ],
    ['{ a: null, b: true, c: WORD, d: "x\\n\\u00e9" }', '{"a":null,"b":true,"c":"WORD","d":"x\\né"}'],
    ['{}', '{}'],
    ['{ a: """block "quoted" """ }', '{"a":"block \\"quoted\\" "}'],
  ])('%s is read as it is written', ([literal, text]) => {
    expect(JSONObject.parseLiteral(parseValue(literal ?? ''), {})).toBe(text);
  });

  it('have the key rule of all others', async () => {
    const query = JSON.stringify(mutation.replace('($e: JSONObject)', '').replace('$e', '{ plain: 1.0 }'));
    const { userErrors } = JSON.parse(await send(`{"query":${query}}`)).data.proposeKnowledgeUnit;
    expect(userErrors).toEqual([{ path: ['extensions'], message: expect.stringContaining('"plain"') }]);
  });
});
