import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JsonText } from '../../src/domain/json-text.ts';
import { jsonByteLength, surelyFits } from '../../src/transport/json-size.ts';
import { startServer, type TestServer } from '../harness.ts';

const maxAnswerBytes = 65_536;

/** How large an answer may be, whichever way it goes. */
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ CQ_MAX_ANSWER_BYTES: String(maxAnswerBytes) });
  // each € has three bytes, and each control character six in JSON
  for (let index = 0; index < 6; index++)
    await server.unit({ domains: ['large'], insight: { detail: '€'.repeat(3000), action: '\u0001'.repeat(500) } });
});
afterAll(() => server[Symbol.asyncDispose]());

const units = (first: number) =>
  `{ knowledgeUnits(first: ${first}, filter: { domains: ["large"] }) { nodes { insight { detail action } } } }`;
const tooLarge = expect.objectContaining({
  message: expect.stringMatching(/more than 65536 bytes .* smaller pages/),
  extensions: { code: 'ANSWER_TOO_LARGE', limit: maxAnswerBytes },
});

describe('an answer', () => {
  it('is sent whole or not at all', async () => {
    const small = await server.send({ query: units(5) });
    expect([small.status, small.body.data.knowledgeUnits.nodes.length]).toEqual([200, 5]);
    const large = await server.send({ query: units(6) });
    expect([large.status, large.body]).toEqual([400, { errors: [tooLarge] }]);
  });

  it('is as large as it is in UTF-8, escaped', async () => {
    const body = JSON.stringify({ query: units(5) });
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
    const text = await (await fetch(`${server.url}/graphql`, init)).text();
    expect(Buffer.byteLength(text)).toBeGreaterThan(5 * (9000 + 3000));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxAnswerBytes);
  });

  it('counts what errors say', async () => {
    // each of them names its own place
    const flags = 'flags { totalCount } b: flags { totalCount } c: flags { totalCount } d: flags { totalCount }';
    const asked = (first: number) => `{ knowledgeUnits(first: ${first}) { nodes { ${flags} } } }`;
    const { status, body } = await server.send({ query: asked(6) });
    expect([status, body.errors.length]).toEqual([200, 24]);
    for (let index = 0; index < 94; index++) await server.unit();
    expect((await server.send({ query: asked(100) })).body).toEqual({ errors: [tooLarge] });
  });

  it('of a mutation is held back, but the mutation is done', async () => {
    const { key } = server.people.member;
    const extensions = { 'x:y': '"'.repeat(20_000) };
    const input = { domains: ['x'], insight: { summary: 's', detail: 'd', action: 'a' }, extensions };
    const query = `mutation ($input: ProposeKnowledgeUnitInput!) {
      proposeKnowledgeUnit(input: $input) { knowledgeUnit { extensions again: extensions } } }`;
    const { status, body } = await server.send({ query, variables: { input } }, key);
    expect([status, body]).toEqual([400, { errors: [tooLarge] }]);
    expect(body.errors[0].message).toMatch(/mutation has been carried out/);
    expect(await server.store.units.count({ statuses: ['pending'] })).toBe(1);
  });

  it('of REST is held back too', async () => {
    const find = async (limit: number) => {
      const response = await fetch(`${server.url}/api/v1/knowledge?domains=large&limit=${limit}`);
      return [response.status, await response.json()];
    };
    expect(await find(5)).toEqual([200, { data: expect.objectContaining({ length: 5 }) }]);
    expect(await find(6)).toEqual([400, { detail: expect.stringMatching(/more than 65536 bytes/) }]);
  });

  it('of a tool is an error of that tool', async () => {
    const call = async (limit: number) => {
      const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
      const params = { name: 'query', arguments: { domains: ['large'], limit } };
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
      const response = await fetch(`${server.url}/mcp`, { method: 'POST', headers, body });
      return ((await response.json()) as { result: { isError?: boolean; content: { text: string }[] } }).result;
    };
    expect((await call(2)).isError).not.toBe(true);
    expect(await call(6)).toMatchObject({
      isError: true,
      content: [{ text: expect.stringMatching(/^ANSWER_TOO_LARGE/) }],
    });
  });
});

describe('messages', () => {
  const long = 'x'.repeat(50_000);
  const told = async (query: string, variables: object = {}) => {
    const { body } = await server.send({ query, variables }, server.people.member.key);
    return JSON.stringify(body).length;
  };

  it.for<[string, string, object?]>([
    ['an unknown field', `{ ${long} }`],
    ['a wrong value', `{ knowledgeUnits(first: "${long}") { totalCount } }`],
    [
      'variables with unknown fields',
      'query ($f: KnowledgeFilter) { knowledgeUnits(filter: $f) { totalCount } }',
      {
        f: Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`${long.slice(0, 4000)}${index}`, 1])),
      },
    ],
    [
      'variables of the wrong type',
      'query ($t: [Tier!]) { knowledgeUnits(filter: { tiers: $t }) { totalCount } }',
      {
        t: Array.from({ length: 50 }, () => long.slice(0, 4000)),
      },
    ],
    ['an id', `{ knowledgeUnit(id: "${long}") { id } }`],
    ['the id of a mutation', `mutation { confirmKnowledgeUnit(input: { id: "${long}" }) { userErrors { message } } }`],
    ['a cursor', `{ knowledgeUnits(after: "${long}") { totalCount } }`],
    [
      'many long domains',
      'mutation ($d: [String!]!) { proposeKnowledgeUnit(input: { domains: $d, insight: { summary: "s", detail: "d", action: "a" } }) { userErrors { message } } }',
      {
        d: Array.from({ length: 2000 }, (_, index) => `${long.slice(0, 100)}${index}`),
      },
    ],
    [
      'a key of extensions',
      'mutation ($e: JSONObject) { proposeKnowledgeUnit(input: { domains: ["x"], insight: { summary: "s", detail: "d", action: "a" }, extensions: $e }) { userErrors { message } } }',
      {
        e: { [long]: 1 },
      },
    ],
  ])('do not repeat %s at its length', async ([, query, variables]) => {
    expect(await told(query, variables)).toBeLessThan(8000);
  });
});

describe('the bytes of a value', () => {
  it.for<[unknown]>([
    [null],
    [true],
    [false],
    [0],
    [-1.5e-7],
    [1e21],
    [Number.NaN],
    ['a"\\\n\u0001é€😀\ud800'],
    [[]],
    [[1, [2, []]]],
    [{}],
    [{ a: undefined, b: { c: [null, 'é'] }, 'ü"': 1 }],
    [new Date(0)],
    [JSON.rawJSON('1.0')],
    [{ n: JSON.rawJSON('123456789012345678901') }],
  ])('are those of its JSON: %o', ([value]) => {
    const bytes = Buffer.byteLength(JSON.stringify(value));
    expect(jsonByteLength(value)).toBe(bytes);
    expect(surelyFits(value, bytes - 1)).toBe(false);
  });

  it('surely fit where there is room for every text as escapes', () => {
    const value = { a: ['\u0001'.repeat(100), 'é'.repeat(100), -1.7976931348623157e308, null, true], b: {} };
    expect(surelyFits(value, 1400)).toBe(true);
    expect(surelyFits(value, 1200)).toBe(false);
    const json = new JsonText(JSON.stringify({ a: 'é'.repeat(100) }));
    expect(surelyFits({ json }, 400)).toBe(true);
    expect(surelyFits({ json }, Buffer.byteLength(json.text))).toBe(false);
    // what a conversion answers is not known before
    expect(surelyFits(new Date(0), 1_000_000)).toBe(false);
  });

  it('are not counted further than asked', () => {
    const looked: number[] = [];
    const items = Array.from({ length: 1000 }, (_, index) => ({ toJSON: () => looked.push(index) && 'x'.repeat(100) }));
    expect(jsonByteLength(items, 5000)).toBe(Number.POSITIVE_INFINITY);
    expect(looked.length).toBeLessThan(100);
  });
});
