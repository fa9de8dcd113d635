import BetterSqlite from 'better-sqlite3';
import {
  buildClientSchema,
  buildSchema,
  type GraphQLSchema,
  getIntrospectionQuery,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTypeDefs } from '../../src/graphql/type-defs.ts';
import { startServer, type TestServer } from '../harness.ts';
import { temporaryFolder } from '../process.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const get = (path: string, init: RequestInit = {}) => fetch(server.url + path, { redirect: 'manual', ...init });

describe('health', () => {
  it.for(['/livez', '/readyz'])('%s answers from the start', async (path) => {
    const response = await get(path);
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
  });

  it('is not ready with a database that is behind, and lives', async () => {
    using folder = temporaryFolder();
    const file = folder.file('cq.db');
    await using behind = await startServer({ CQ_DB_PATH: file });
    const handle = new BetterSqlite(file);
    handle.exec("delete from cq_migrations where name = '0007-last-event'");
    handle.close();
    expect((await fetch(`${behind.url}/readyz`)).status).toBe(503);
    expect((await fetch(`${behind.url}/livez`)).status).toBe(200);
  });

  it('is not ready with a database that is closed, and lives', async () => {
    await using closed = await startServer();
    await closed.store.close();
    const ready = await fetch(`${closed.url}/readyz`);
    // the reason is for the log, not for the client
    expect([ready.status, await ready.json()]).toEqual([503, { status: 'not ready' }]);
    expect((await fetch(`${closed.url}/livez`)).status).toBe(200);
  });
});

it('a database that cannot be written is a clear 503, reads go on, and writes too once it can', async () => {
  using folder = temporaryFolder();
  const file = folder.file('cq.db');
  await using away = await startServer({ CQ_DB_PATH: file });
  const { id } = await away.unit();
  const confirm = { query: `mutation { confirmKnowledgeUnit(input: { id: "${id}" }) { knowledgeUnit { id } } }` };
  // signed in, since a key notes its use
  const { token } = away.people.member;
  const handle = new BetterSqlite(file);
  handle.exec('begin immediate');
  const answering = away.send(confirm, token);
  expect((await away.query('{ stats { totalCount } }')).stats.totalCount).toBe(1);
  const refused = await answering;
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
  expect(refused.body.errors[0].extensions).toEqual({ code: 'SERVICE_UNAVAILABLE' });
  handle.exec('rollback');
  handle.close();
  expect((await away.send(confirm, token)).body.data.confirmKnowledgeUnit.knowledgeUnit).toEqual({ id });
});

describe('the schema as a file', () => {
  it('is the SDL that the server runs', async () => {
    const response = await get('/schema.graphql');
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
    const text = await response.text();
    expect(text).toBe(readTypeDefs());
  });

  it('says all that introspection says', async () => {
    const file = buildSchema(await (await get('/schema.graphql')).text());
    const running = buildClientSchema(await server.query(getIntrospectionQuery({ specifiedByUrl: true })));
    const sorted = (schema: GraphQLSchema) => printSchema(lexicographicSortSchema(schema));
    expect(sorted(running)).toBe(sorted(file));
  });

  it('is not sent again to a client that has it: 304', async () => {
    const etag = (await get('/schema.graphql')).headers.get('etag') ?? '';
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*'])
      expect((await get('/schema.graphql', { headers: { 'if-none-match': tag } })).status).toBe(304);
    expect((await get('/schema.graphql', { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
  });

  it('is to be had by HEAD and by nothing else', async () => {
    const head = await get('/schema.graphql', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect(head.headers.get('content-length')).toBe(String(Buffer.byteLength(readTypeDefs())));
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const other = await get('/schema.graphql', { method });
      expect([other.status, other.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    }
  });

  it('goes with introspection', async () => {
    await using closed = await startServer({ CQ_INTROSPECTION: 'off' });
    expect((await fetch(`${closed.url}/schema.graphql`)).status).toBe(404);
    const { body } = await closed.send({ query: '{ __schema { queryType { name } } }' });
    expect(body.data).toBeUndefined();
    expect(body.errors[0].message).toMatch(/introspection/i);
  });
});

describe('every answer', () => {
  it('leads from / to the API', async () => {
    const root = await get('/');
    expect([root.status, root.headers.get('location')]).toEqual([302, '/graphql']);
    const post = await get('/', { method: 'POST', body: 'x' });
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it.for(['/nothing', '//graphql', '/__proto__'])('says at %s where the API is', async (path) => {
    const nothing = await get(path);
    expect([nothing.status, await nothing.json()]).toEqual([404, { error: expect.stringContaining('/graphql') }]);
  });

  it('carries a request id: the one sent, if it is well formed', async () => {
    const id = async (sent: string) =>
      (await get('/livez', { headers: { 'x-request-id': sent } })).headers.get('x-request-id');
    expect(await id('abc-1.2_3')).toBe('abc-1.2_3');
    expect(await id('x'.repeat(64))).toBe('x'.repeat(64));
    for (const malformed of ['a b<script>', 'x'.repeat(65), 'a"b', ''])
      expect(await id(malformed)).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it('is not to be sniffed, nor kept where it differs by caller', async () => {
    const { headers } = await server.send({ query: '{ __typename }' });
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('vary')).toContain('Authorization');
  });
});
