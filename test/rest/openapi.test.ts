import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startServer, type TestServer } from '../harness.ts';
import { get, lesson, post } from './client.ts';

let server: TestServer;
// biome-ignore lint/suspicious/noExplicitAny: a document in JSON
let document: any;
beforeAll(async () => {
  server = await startServer({ CQ_NODE_NAME: 'ours', CQ_PUBLIC_URL: 'https://cq.example.com' });
  document = (await get(server, '/openapi.json')).body;
});
afterAll(() => server[Symbol.asyncDispose]());

const routes = () =>
  Object.entries<object>(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );

/** What is answered to something that is not HTTP. */
function malformed(url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.end('NOT HTTP\r\n\r\n');
  return text(socket);
}

/** What an answer must be, by the document. */
function answerSchema(method: string, path: string, status: number) {
  const { schema } = document.paths[path][method].responses[status].content['application/json'];
  const local = (part: object) => JSON.parse(JSON.stringify(part).replaceAll('#/components/schemas/', '#/$defs/'));
  return z.fromJSONSchema({ ...local(schema), $defs: local(document.components.schemas) });
}

describe('the document', () => {
  it('names every route', () => {
    expect(routes().toSorted()).toEqual(
      [
        'GET /.well-known/cq-node.json',
        'GET /api/v1/health',
        'GET /api/v1/knowledge',
        'GET /api/v1/knowledge/stats',
        'GET /api/v1/review/queue',
        'GET /api/v1/review/stats',
        'GET /api/v1/review/units',
        'GET /api/v1/review/{unit_id}',
        'GET /api/v1/users/me',
        'GET /api/v1/users/me/api-keys',
        'POST /api/v1/auth/login',
        'POST /api/v1/knowledge',
        'POST /api/v1/knowledge/{unit_id}/confirmations',
        'POST /api/v1/knowledge/{unit_id}/flags',
        'POST /api/v1/review/{unit_id}/approve',
        'POST /api/v1/review/{unit_id}/reject',
        'POST /api/v1/users/me/api-keys',
        'POST /api/v1/users/me/api-keys/{key_id}/revoke',
      ].toSorted(),
    );
  });

  it('and the page name the same routes', () => {
    const page = readFileSync(new URL('../../docs/rest.md', import.meta.url), 'utf8');
    const named = [...page.matchAll(/`((?:GET|POST) \/[^`]*)`/g)].map(([, route = '']) =>
      route.replace(' ', ' /api/v1'),
    );
    const described = routes().filter((route) => route.includes('/api/v1'));
    expect(new Set(named.filter((route) => !route.endsWith('/openapi.json')))).toEqual(new Set(described));
  });

  it('refers only to what it holds, and names each operation once', () => {
    const text = JSON.stringify(document);
    const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
    expect(references.length).toBeGreaterThan(20);
    expect(text.match(/"\$ref":/g)).toHaveLength(references.length);
    expect(references.filter((name) => !(String(name) in document.components.schemas))).toEqual([]);
    const operations = [...text.matchAll(/"operationId":"(\w+)"/g)].map(([, name]) => name);
    expect(new Set(operations).size).toBe(operations.length);
  });

  it('tells what a search takes', () => {
    const parameters = document.paths['/api/v1/knowledge'].get.parameters.map(
      ({
        name,
        required,
        schema,
      }: {
        name: string;
        required: boolean;
        schema: { type: string; default?: unknown };
      }) => [name, required, schema.type, schema.default],
    );
    expect(parameters).toEqual([
      ['domains', true, 'array', undefined],
      ['languages', false, 'array', []],
      ['frameworks', false, 'array', []],
      ['pattern', false, 'string', ''],
      ['limit', false, 'integer', 5],
    ]);
    expect(document.components.schemas.Proposal.required).toEqual(['domains', 'insight']);
  });

  it('tells what comes back', async () => {
    const { member, reviewer } = server.people;
    const { body: unit } = await post(server, '/knowledge', member.key, lesson({ extensions: { 'a:b': 1 } }));
    const { body: other } = await post(server, '/knowledge', member.key, lesson());
    const { body: key } = await post(server, '/users/me/api-keys', member.token, { name: 'n', ttl: '1h' });
    const of = (path: string) => `/api/v1${path}`;
    const answers = [
      ['get', of('/health'), await get(server, '/health')],
      ['get', of('/review/queue'), await get(server, '/review/queue', reviewer.token)],
      ['get', of('/review/{unit_id}'), await get(server, `/review/${unit.id}`, reviewer.token)],
      ['post', of('/review/{unit_id}/approve'), await post(server, `/review/${unit.id}/approve`, reviewer.token)],
      ['post', of('/review/{unit_id}/reject'), await post(server, `/review/${other.id}/reject`, reviewer.token)],
      ['post', of('/review/{unit_id}/reject'), await post(server, `/review/${unit.id}/reject`, reviewer.token)],
      ['post', of('/knowledge'), await post(server, '/knowledge', member.key, lesson())],
      ['post', of('/knowledge'), await post(server, '/knowledge', member.key, { domains: [] })],
      ['post', of('/knowledge'), await post(server, '/knowledge', undefined, lesson())],
      [
        'post',
        of('/knowledge/{unit_id}/confirmations'),
        await post(server, `/knowledge/${unit.id}/confirmations`, member.key),
      ],
      [
        'post',
        of('/knowledge/{unit_id}/flags'),
        await post(server, `/knowledge/${unit.id}/flags`, member.key, { reason: 'stale', detail: 'x' }),
      ],
      ['get', of('/knowledge'), await get(server, '/knowledge?domains=api')],
      ['get', of('/knowledge/stats'), await get(server, '/knowledge/stats')],
      ['get', of('/review/stats'), await get(server, '/review/stats', reviewer.token)],
      ['get', of('/review/units'), await get(server, '/review/units', reviewer.token)],
      ['get', of('/review/units'), await get(server, '/review/units', member.token)],
      [
        'post',
        of('/auth/login'),
        await post(server, '/auth/login', undefined, { username: 'mia', password: member.password }),
      ],
      ['get', of('/users/me'), await get(server, '/users/me', member.token)],
      [
        'post',
        of('/users/me/api-keys'),
        await post(server, '/users/me/api-keys', member.token, { name: 'n', ttl: '1h' }),
      ],
      ['get', of('/users/me/api-keys'), await get(server, '/users/me/api-keys', member.token)],
      [
        'post',
        of('/users/me/api-keys/{key_id}/revoke'),
        await post(server, `/users/me/api-keys/${key.id}/revoke`, member.token),
      ],
      ['get', '/.well-known/cq-node.json', await get(server, '//.well-known/cq-node.json')],
    ] as const;
    for (const [method, path, { status, body }] of answers) {
      const schema = answerSchema(method, path, status);
      expect([method, path, status, schema.safeParse(body).error?.issues]).toEqual([method, path, status, undefined]);
      // nothing can be left out of an answer
      if (status < 300 && !Array.isArray(body)) expect(schema.safeParse({}).success).toBe(false);
    }
    expect(new Set(answers.map(([method, path]) => `${method} ${path}`)).size).toBe(18);
  });

  it('tells of every route that it refuses what is not HTTP, and too long a head', async () => {
    const described = Object.entries<Record<string, { responses: object; requestBody?: object }>>(document.paths);
    const operations = described.flatMap(([, methods]) => Object.values(methods));
    expect(operations).toHaveLength(18);
    for (const { responses, requestBody } of operations) {
      expect(responses).toMatchObject({
        400: { description: expect.any(String) },
        431: { description: expect.any(String) },
      });
      expect(JSON.stringify(responses).includes('not UTF-8')).toBe(requestBody !== undefined);
    }
    const urlOf = (path: string) => `${server.url}${path.replace(/\{\w+\}/, 'x')}`;
    for (const [path, methods] of described)
      for (const method of Object.keys(methods)) {
        const long = await fetch(urlOf(path), { method: method.toUpperCase(), headers: { long: 'x'.repeat(17_000) } });
        const told = { error: expect.stringContaining('16 KiB') };
        expect([path, method, long.status, await long.json()]).toEqual([path, method, 431, told]);
        if (!methods[method]?.requestBody) continue;
        const body = Buffer.from([0x22, 0xff, 0x22]);
        const headers = { 'content-type': 'application/json', authorization: `Bearer ${server.people.member.key}` };
        const response = await fetch(urlOf(path), { method: 'POST', body, headers });
        expect([path, response.status]).toEqual([path, 400]);
        expect(answerSchema(method, path, 400).safeParse(await response.json()).error?.issues).toBeUndefined();
      }
    expect(await malformed(server.url)).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('has patterns for what is refused by its form, and for nothing that is taken', async () => {
    const { member } = server.people;
    const { Proposal, ApiKeyInput, Flag } = document.components.schemas;
    const fits = (pattern: string, text: string) => new RegExp(pattern, 'u').test(text);
    for (const ttl of ['30d', ' 12H ', '0060s', '0d', '000h', '30', 'd', '-1d', '1.5h', '1w', '30 d', '30d\n', '٣d']) {
      const { status } = await post(server, '/users/me/api-keys', member.token, { name: 'n', ttl });
      expect([ttl, fits(ApiKeyInput.properties.ttl.pattern, ttl)]).toEqual([ttl, status === 201]);
      expect(status).toBe(status === 201 ? 201 : 422);
    }
    const { items, contains } = Proposal.properties.domains;
    for (const domains of [
      ['a'],
      ['a', ' '],
      ['\ufeff'],
      ['\u200b', 'a'],
      ['\u3164\u2800'],
      ['\ufeffa'],
      [' '],
      ['', '\u0085\u001c'],
      ['\u3000\t'],
      ['a\0'],
      ['a', 'b\0c'],
    ]) {
      const { status } = await post(server, '/knowledge', member.key, lesson({ domains }));
      const fit =
        domains.every((one) => fits(items.pattern, one)) && domains.some((one) => fits(contains.pattern, one));
      expect([domains, fit]).toEqual([domains, status === 201]);
      expect(status).toBe(fit ? 201 : 422);
    }
    const [unit, other] = [await server.unit(), await server.unit()];
    const pattern = Flag.properties.duplicate_of.anyOf[0].pattern;
    const flag = (duplicate_of: string) =>
      post(server, `/knowledge/${unit.id}/flags`, member.key, { reason: 'duplicate', duplicate_of });
    for (const id of [
      '',
      'ku_',
      `${other.id}0`,
      other.id.toUpperCase(),
      other.id.slice(3),
      ` ${other.id}`,
      `${other.id}\n`,
    ]) {
      expect([id, fits(pattern, id)]).toEqual([id, false]);
      expect((await flag(id)).status).toBe(422);
    }
    expect([fits(pattern, other.id), (await flag(other.id)).status]).toEqual([true, 201]);
  });

  it('is hidden where the API is', async () => {
    await using hidden = await startServer({ CQ_INTROSPECTION: 'off' });
    const { status, body } = await get(hidden, '/openapi.json');
    expect([status, body]).toEqual([404, { detail: 'Not Found' }]);
  });
});
