import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  findLongList,
  jsonProblem,
  maxJsonDepth,
  maxJsonItems,
  maxJsonValues,
} from '../../src/transport/json-limits.ts';
import { startServer, type TestServer } from '../harness.ts';

const tooManyValues = 'The JSON of a request must hold at most 20000 values.';
const tooDeep = 'The JSON of a request must be nested at most 100 deep.';
const nested = (depth: number, inner = '1.0') => `${'['.repeat(depth)}${inner}${']'.repeat(depth)}`;
const listOf = (length: number, item: unknown = 1) => Array.from({ length }, () => item);

it('values are counted wherever they are, those that hold others too', () => {
  expect(jsonProblem(listOf(maxJsonValues - 1))).toBeNull();
  expect(jsonProblem(listOf(maxJsonValues))).toBe(tooManyValues);
  expect(jsonProblem({ a: listOf(maxJsonValues / 2 - 2), b: { c: listOf(maxJsonValues / 2 - 2) } })).toBeNull();
  expect(jsonProblem({ a: listOf(maxJsonValues / 2 - 2), b: { c: listOf(maxJsonValues / 2 - 1) } })).toBe(
    tooManyValues,
  );
  expect(jsonProblem(1)).toBeNull();
});

it('nesting is measured in lists and objects', () => {
  expect(jsonProblem(JSON.parse(nested(maxJsonDepth)))).toBeNull();
  expect(jsonProblem(JSON.parse(nested(maxJsonDepth + 1)))).toBe(tooDeep);
  expect(jsonProblem(JSON.parse(`{"a":${nested(maxJsonDepth)}}`))).toBe(tooDeep);
});

it('a list or object that is too long is found by its path, but for those below a field that may be long', () => {
  expect(findLongList({ a: [listOf(maxJsonItems)] })).toBeNull();
  expect(findLongList({ a: [1, listOf(maxJsonItems + 1)] })).toEqual({ path: ['a', 1], length: maxJsonItems + 1 });
  const fields = Object.fromEntries(listOf(maxJsonItems + 1).map((_, index) => [`f${index}`, 1]));
  expect(findLongList({ a: fields })).toEqual({ path: ['a'], length: maxJsonItems + 1 });
  expect(findLongList({ a: fields }, 'a')).toBeNull();
});

describe('a request', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  async function post(path: string, body: string, credential?: string) {
    const headers = {
      'content-type': 'application/json',
      ...(credential && { authorization: `Bearer ${credential}` }),
    };
    const response = await fetch(`${server.url}${path}`, { method: 'POST', headers, body });
    const text = await response.text();
    return { status: response.status, text, body: JSON.parse(text) };
  }

  const call = (name: string, args: object) =>
    JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name, arguments: args } });
  const insight = { summary: 's', detail: 'd', action: 'a' };

  it('with very many values is refused, whoever sends it', async () => {
    const many = listOf(maxJsonValues);
    const graphql = await post('/graphql', JSON.stringify({ query: '{ __typename }', extensions: { many } }));
    expect([graphql.status, graphql.body.errors[0].message]).toEqual([400, tooManyValues]);
    const rest = await post(
      '/api/v1/knowledge',
      JSON.stringify({ insight, domains: ['a'], extensions: { 'a:b': many } }),
    );
    expect([rest.status, rest.body.detail]).toEqual([
      422,
      [{ type: 'value_error', loc: ['body'], msg: tooManyValues }],
    ]);
    const mcp = await post('/mcp', call('query', { domains: many }));
    expect([mcp.status, mcp.body.error.message]).toEqual([400, tooManyValues]);
  });

  it.for([3000, 15_000])('that is nested %d deep is refused, whoever sends it', async (depth) => {
    const deep = nested(depth);
    const { key } = server.people.member;
    const graphql = await post('/graphql', `{"query":"{ __typename }","extensions":{"a":${deep}}}`);
    expect([graphql.status, graphql.body.errors[0].message]).toEqual([400, tooDeep]);
    for (const field of ['domains', 'extensions']) {
      const rest = await post(
        '/api/v1/knowledge',
        `{"${field}":${field === 'domains' ? deep : `{"a:b":${deep}}`}}`,
        key,
      );
      expect([rest.status, rest.body.detail]).toEqual([422, [{ type: 'value_error', loc: ['body'], msg: tooDeep }]]);
    }
    for (const params of [`{"name":"query","arguments":{"domains":${deep}}}`, `{"_meta":{"x":${deep}}}`]) {
      const mcp = await post('/mcp', `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`);
      expect([mcp.status, mcp.body.error.message]).toEqual([400, tooDeep]);
    }
  });

  it('with a long list gets one problem, and not one for each item', async () => {
    const many = listOf(maxJsonItems + 1);
    const { key } = server.people.member;
    const rest = await post('/api/v1/knowledge', JSON.stringify({ insight, domains: many }), key);
    expect([rest.status, rest.body.detail]).toMatchObject([422, [{ type: 'too_long', loc: ['body', 'domains'] }]]);
    const mcp = await post('/mcp', call('query', { domains: many }), key);
    expect(mcp.body).toEqual({
      jsonrpc: '2.0',
      id: 7,
      error: {
        code: -32_602,
        message: `Invalid params of tools/call: arguments.domains must have at most ${maxJsonItems} items, got ${many.length}`,
      },
    });
  });

  it('may have thousands of values in its extensions', async () => {
    const many = listOf((maxJsonValues - 100) / 2);
    const { key } = server.people.member;
    const extensions = { 'a:b': many };
    const rest = await post('/api/v1/knowledge', JSON.stringify({ insight, domains: ['a'], extensions }), key);
    expect([rest.status, rest.body.extensions]).toEqual([201, extensions]);
  });

  it('has its numbers read exactly, which takes long, only when its caller is known and has paid', async () => {
    const exact = vi.spyOn(JSON, 'parse');
    const isExact = () => exact.mock.calls.some(([text, reviver]) => reviver !== undefined && text.includes('1.0'));
    try {
      const rest = JSON.stringify({ insight, domains: ['a'], extensions: { 'a:b': 'N' } }).replace('"N"', '1.0');
      const graphql = JSON.stringify({ query: '{ __typename }', extensions: { 'a:b': 'N' } }).replace('"N"', '1.0');
      expect((await post('/api/v1/knowledge', rest)).status).toBe(401);
      expect((await post('/graphql', graphql, 'void')).status).toBe(401);
      expect(isExact()).toBe(false);
      const { status, text } = await post('/api/v1/knowledge', rest, server.people.member.key);
      expect([status, text.includes('"a:b":1.0')]).toEqual([201, true]);
      expect(isExact()).toBe(true);
    } finally {
      exact.mockRestore();
    }
  });
});
