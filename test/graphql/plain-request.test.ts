import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { GraphQLError } from 'graphql';
import { createYoga } from 'graphql-yoga';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BusyError, ForbiddenError } from '../../src/errors.ts';
import { maskError } from '../../src/graphql/errors.ts';
import { answerPlain, readPlain } from '../../src/graphql/plain-request.ts';
import { graphqlSchema } from '../../src/graphql/schema.ts';
import { startServer, type TestServer } from '../harness.ts';

let server: TestServer;
let unitId: string;
beforeAll(async () => {
  server = await startServer({ CQ_MAX_ANSWER_BYTES: '65536', CQ_RATE_LIMIT: '0' });
  ({ id: unitId } = await server.unit({ insight: { summary: 'Häufig', detail: 'd "quoted" \u2028', action: '😀' } }));
});
afterAll(() => server[Symbol.asyncDispose]());

interface Sent {
  readonly body: string;
  readonly headers?: Record<string, string>;
}

/** The status, the headers in their order and the bytes of an answer. */
async function raw(url: string, { body, headers }: Sent) {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers } }, resolve);
    sent.on('error', reject);
    sent.end(body);
  });
  const pairs = Array.from({ length: answer.rawHeaders.length / 2 }, (_pair, place) =>
    answer.rawHeaders.slice(2 * place, 2 * place + 2),
  );
  const shown = pairs.map(([name, value]) => [
    name,
    /^(date|x-request-id|ratelimit.*)$/i.test(name as string) ? '…' : value,
  ]);
  return { status: answer.statusCode, headers: shown, body: await text(answer) };
}

const json = (params: unknown, headers?: Record<string, string>): Sent => ({ body: JSON.stringify(params), headers });
const info = { query: '{ serverInfo { version } }' };

const cases: readonly (readonly [name: string, sent: () => Sent])[] = [
  ['a query', () => json(info)],
  [
    'a query with variables',
    () => json({ query: 'query ($id: ID!) { node(id: $id) { id } }', variables: { id: unitId } }),
  ],
  [
    'texts beyond ASCII',
    () => json({ query: `{ knowledgeUnit(id: "${unitId}") { insight { summary detail action } } }` }),
  ],
  [
    'an operation by its name',
    () => json({ query: 'query A { a: __typename } query B { b: __typename }', operationName: 'B' }),
  ],
  [
    'an operation without a name among several',
    () => json({ query: 'query A { a: __typename } query B { b: __typename }' }),
  ],
  ['an unknown operation', () => json({ ...info, operationName: 'No' })],
  ['an empty operation name', () => json({ ...info, operationName: '' })],
  ['introspection', () => json({ query: '{ __schema { queryType { name } } }' })],
  [
    'a mutation that is not allowed',
    () => json({ query: 'mutation { approveKnowledgeUnit(input: { id: "x" }) { userErrors { message } } }' }),
  ],
  [
    'a field that is not allowed, beside one that is',
    () => json({ query: '{ users { totalCount } serverInfo { version } }' }),
  ],
  ['what does not parse', () => json({ query: '{ serverInfo {' })],
  ['what is not valid', () => json({ query: '{ nothing }' })],
  ['a variable that is missing', () => json({ query: 'query ($id: ID!) { node(id: $id) { id } }' })],
  [
    'a variable that is wrong',
    () => json({ query: 'query ($n: Int) { users(first: $n) { totalCount } }', variables: { n: 'x' } }),
  ],
  ['an argument that is out of range', () => json({ query: '{ knowledgeUnits(first: 1000) { totalCount } }' })],
  [
    'an answer that is too large',
    () => json({ query: '{ __schema { types { name description fields { name description } } } }' }),
  ],
  [
    'what is too deep',
    () =>
      json({ query: `{ node(id: "x") { ${'... on Node { '.repeat(3)}id${' }'.repeat(3)} ${'a: id '.repeat(60)}} }` }),
  ],
  ['no query', () => json({})],
  ['a query that is null', () => json({ query: null })],
  ['a query that is empty', () => json({ query: '' })],
  ['a query that is no text', () => json({ query: 5 })],
  ['an unknown parameter', () => json({ ...info, other: 1 })],
  ['variables that are a list', () => json({ ...info, variables: [] })],
  ['variables that are a text', () => json({ ...info, variables: 'x' })],
  ['extensions that are a text', () => json({ ...info, extensions: 'x' })],
  ['a batch', () => json([info])],
  ['null', () => json(null)],
  ['no JSON', () => ({ body: '{' })],
  ['nothing', () => ({ body: '' })],
  ['no UTF-8 content type', () => json(info, { 'content-type': 'application/json; charset=latin1' })],
  ['a form', () => ({ body: 'query={__typename}', headers: { 'content-type': 'application/x-www-form-urlencoded' } })],
  ['a void key', () => json(info, { authorization: 'Bearer cqa_x' })],
  [
    'somebody who is signed in',
    () =>
      json({ query: '{ viewer { user { username } } }' }, { authorization: `Bearer ${server.people.member.token}` }),
  ],
  [
    'a subscription',
    () => json({ query: 'subscription { reviewQueueChanged { pendingCount } }' }, { accept: 'application/json' }),
  ],
  [
    'a hash that is unknown',
    () => json({ extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } }),
  ],
  [
    'a hash of another document',
    () => json({ ...info, extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } }),
  ],
  ['an id that is unknown', () => json({ documentId: 'none' })],
  ['application/json', () => json(info, { accept: 'application/json' })],
  ['application/json, of what is not valid', () => json({ query: '{ nothing }' }, { accept: 'application/json' })],
  ['application/graphql-response+json', () => json(info, { accept: 'application/graphql-response+json' })],
  [
    'application/graphql-response+json, of what is not valid',
    () => json({ query: '{ nothing }' }, { accept: 'application/graphql-response+json' }),
  ],
  [
    'application/graphql-response+json, of a variable that is wrong',
    () =>
      json(
        { query: 'query ($n: Int) { users(first: $n) { totalCount } }', variables: { n: 'x' } },
        { accept: 'application/graphql-response+json' },
      ),
  ],
  ['*/*', () => json(info, { accept: '*/*' })],
  ['several media types', () => json(info, { accept: 'application/graphql-response+json, application/json;q=0.9' })],
  ['text/html', () => json(info, { accept: 'text/html' })],
];

describe('the answer is the same to the byte without and with what Yoga makes of HTTP requests', () => {
  it.for(cases)('%s', async ([, sent]) => {
    // with a question mark a request is no plain one
    const byYoga = await raw(`${server.url}/graphql?`, sent());
    expect(await raw(`${server.url}/graphql`, sent())).toEqual(byYoga);
    expect(byYoga.status).toBeGreaterThan(0);
  });

  it('whatever comes of a request', async () => {
    const outcomes = new Set<string>();
    for (const [, sent] of cases) {
      const { status, body } = await raw(`${server.url}/graphql`, sent());
      for (const [, code] of body.matchAll(/"code":"(\w+)"/g)) outcomes.add(`${status} ${code}`);
    }
    // so that the cases above are worth something
    expect([...outcomes].sort()).toEqual([
      '200 BAD_REQUEST',
      '200 BAD_USER_INPUT',
      '200 GRAPHQL_PARSE_FAILED',
      '200 GRAPHQL_VALIDATION_FAILED',
      '200 PERSISTED_QUERY_NOT_FOUND',
      '200 QUERY_TOO_COMPLEX',
      '200 UNAUTHENTICATED',
      '400 ANSWER_TOO_LARGE',
      '400 BAD_REQUEST',
      '400 BAD_USER_INPUT',
      '400 GRAPHQL_VALIDATION_FAILED',
      '400 OPERATION_RESOLUTION_FAILURE',
      '400 PERSISTED_QUERY_MISMATCH',
      '401 UNAUTHENTICATED',
      '415 BAD_USER_INPUT',
    ]);
  });

  it.for<[string, unknown]>([
    ['an error', new Error('secret')],
    ['an error with a code', new BusyError('busy')],
    [
      'an error of GraphQL',
      new GraphQLError('m', { extensions: { code: 'C', http: { status: 418, headers: { Allow: 'X' } } } }),
    ],
    ['several errors', new AggregateError([new Error('secret'), new ForbiddenError('no')])],
    ['a text', 'secret'],
  ])('when a plugin throws %s', async ([, thrown]) => {
    const yoga = createYoga({
      ...{ schema: graphqlSchema(), maskedErrors: { maskError }, logging: false, cors: false },
      plugins: [
        {
          onParams() {
            throw thrown;
          },
        },
        { onResponse: ({ response }) => response.headers.append('vary', 'Authorization, Origin') },
      ],
    });
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    const response = await yoga.fetch('http://localhost/graphql', {
      method: 'POST',
      headers,
      body: JSON.stringify(info),
    });
    // the length is the handler's in both
    const byYoga = {
      status: response.status,
      headers: [...response.headers].filter(([name]) => name !== 'content-length'),
      body: await response.text(),
    };
    const plain = await answerPlain(yoga as never, info, { req: { headers } } as never);
    expect({ ...plain }).toEqual(byYoga);
    expect(plain.body).not.toContain('secret');
  });

  it('when too many are sent', async () => {
    await using limited = await startServer({ CQ_RATE_LIMIT: '20' });
    const answers = [];
    for (let count = 0; count < 30; count++)
      answers.push(await raw(`${limited.url}/graphql${count % 2 === 0 ? '' : '?'}`, json(info)));
    const [plain, byYoga] = answers.slice(-2);
    expect(byYoga?.status).toBe(429);
    const without = (answer: typeof plain) => ({
      ...answer,
      headers: answer?.headers.map(([name]) => name),
      body: answer?.body.replace(/\d+/g, 'n'),
    });
    expect(without(plain)).toEqual(without(byYoga));
  });
});

describe('a plain request', () => {
  const read = (params: unknown, { url = '/graphql', method = 'POST', ...headers }: Record<string, string> = {}) => {
    const req = {
      url,
      method,
      headers: { 'content-type': 'application/json', ...headers },
    } as unknown as IncomingMessage;
    return readPlain(req, { req, body: () => Buffer.from(JSON.stringify(params)) } as never);
  };

  it('is a POST of a query or mutation, answered in JSON', () => {
    expect(read(info)).toEqual(info);
    expect(read(info, { accept: '*/*' })).toEqual(info);
    expect(read({ query: 'mutation { signOut { userErrors { code } } }' })).not.toBeNull();
  });

  it.for<[string, unknown, Record<string, string>]>([
    ['a GET', info, { method: 'GET' }],
    ['an address with parameters', info, { url: '/graphql?query={__typename}' }],
    ['of a client that takes a stream', info, { accept: 'text/event-stream' }],
    ['of a client that takes several media types', info, { accept: 'application/json, text/event-stream' }],
    ['a subscription', { query: 'subscription { reviewQueueChanged { pendingCount } }' }, {}],
    ['a document that is named', { documentId: 'x' }, {}],
    ['a document that is named, beside a text', { query: '', documentId: 'x' }, {}],
    ['a document that is named by its hash, beside a text', { query: '', extensions: { persistedQuery: {} } }, {}],
    ['a form', info, { 'content-type': 'text/plain' }],
    ['a batch', [info], {}],
  ])('is not %s', ([, params, changes]) => {
    expect(read(params, changes)).toBeNull();
  });
});
