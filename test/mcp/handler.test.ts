import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../harness.ts';
import { freePort, startProcess, temporaryFolder } from '../process.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ CQ_MAX_BODY_BYTES: '2048' });
});
afterAll(() => server[Symbol.asyncDispose]());

interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

const list = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });

/** As fetch, which does not let one say what `Host` is. */
function send(url: string, { method = 'POST', headers = {}, body = list }: Sent = {}) {
  return new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
    const sent = request(
      `${url}/mcp`,
      { method, headers: { 'content-type': 'application/json', ...headers } },
      async (response) => {
        let text = '';
        for await (const chunk of response) text += chunk;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      },
    );
    sent.on('error', reject).end(method === 'POST' ? body : undefined);
  });
}

describe('a message', () => {
  it.for(['*/*', 'application/json', 'application/json, text/event-stream'])(
    'is answered as JSON to a client that accepts %s',
    async (accept) => {
      const { status, headers, text } = await send(server.url, { headers: { accept } });
      expect([status, headers['content-type'], headers['cache-control']]).toEqual([
        200,
        'application/json',
        'no-store',
      ]);
      expect(JSON.parse(text).result.tools).toHaveLength(5);
    },
  );

  it.for(['2025-06-18', '2025-11-25'])('may be in the protocol of %s, without a session', async (protocolVersion) => {
    const params = { protocolVersion, capabilities: {}, clientInfo: { name: 'test', version: '1' } };
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
    const { headers, text } = await send(server.url, { body });
    expect(JSON.parse(text).result).toMatchObject({ protocolVersion, serverInfo: { name: 'cq' } });
    expect(headers['mcp-session-id']).toBeUndefined();
    const ready = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' });
    const headersOfRest = { 'mcp-protocol-version': protocolVersion };
    expect(await send(server.url, { body: ready, headers: headersOfRest })).toMatchObject({ status: 202, text: '' });
    expect((await send(server.url, { headers: headersOfRest })).status).toBe(200);
  });

  it('that subscribes to changes is answered at once: there are none', async () => {
    const params = {
      notifications: { toolsListChanged: true },
      _meta: {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
        'io.modelcontextprotocol/clientCapabilities': {},
      },
    };
    const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'subscriptions/listen' };
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'subscriptions/listen', params });
    const { status, text } = await send(server.url, { headers, body });
    expect([status, text]).toEqual([200, expect.stringContaining('"resultType":"complete"')]);
  });

  it.for([
    ['nothing', '', 400],
    ['no JSON', '{', 400],
    ['a batch', `[${list}]`, 400],
    ['null', 'null', 400],
    ['no message', '{}', 400],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]).toString('latin1'), 400],
    ['a protocol that is not there', list, 400, { 'mcp-protocol-version': '1999-01-01' }],
    ['too much', JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'x'.repeat(2048) }), 413],
    ['text', list, 415, { 'content-type': 'text/plain' }],
    ['a form', list, 415, { 'content-type': 'application/x-www-form-urlencoded' }],
    ['claimed to be zipped', list, 400, { 'content-encoding': 'gzip' }],
    ['compressed in another way', list, 415, { 'content-encoding': 'zstd' }],
    // no 401, which would have clients look for OAuth
    ['without a bearer token', list, 403, { authorization: 'Basic eA==' }],
    ['signed with nothing', list, 403, { authorization: 'Bearer ' }],
    ['signed with a void key', list, 403, { authorization: 'Bearer cqa.v1.x.y' }],
    ['signed with a void token', list, 403, { authorization: 'Bearer x.y.z' }],
  ] as const)('that is %s is refused with a message', async ([, body, expected, headers = {}]) => {
    const { status, text, headers: answered } = await send(server.url, { body, headers });
    expect(status).toBe(expected);
    expect(JSON.parse(text)).toMatchObject({ jsonrpc: '2.0', error: { message: expect.stringMatching(/\w+/) } });
    expect(answered['www-authenticate']).toBeUndefined();
  });

  const modern = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };

  it.for<[string, unknown, string]>([
    ['tools/call', {}, 'params.name'],
    ['tools/call', { name: 5 }, 'params.name'],
    ['tools/call', { name: 'nope' }, 'nope'],
    ['tools/call', { name: 'query', arguments: 5 }, 'params.arguments'],
    ['tools/call', { name: 'query', arguments: ['api'] }, 'params.arguments'],
    ['tools/call', { name: 'query', arguments: '["api"]' }, 'params.arguments'],
    ['tools/call', { name: 'query', arguments: '{' }, 'params.arguments'],
    ['tools/call', ['query'], 'must be an object, got a list'],
    ['tools/list', 5, 'must be an object, got a number'],
    ['tools/list', { cursor: 5 }, 'params.cursor'],
    ['prompts/list', { cursor: [] }, 'params.cursor'],
    ['prompts/get', {}, 'params.name'],
    ['prompts/get', { name: 'nope' }, 'nope'],
    ['prompts/get', { name: 'consult' }, 'task'],
    ['prompts/get', { name: 'consult', arguments: null }, 'task'],
    ['prompts/get', { name: 'consult', arguments: { task: 5 } }, 'params.arguments.task'],
    ['prompts/get', { name: 'consult', arguments: 'x' }, 'params.arguments'],
  ])(
    'that asks for %s with the params %j is answered with -32602, in either protocol',
    async ([method, params, word]) => {
      const ask = async (given: unknown, headers: Record<string, string> = {}) => {
        const body = JSON.stringify({ jsonrpc: '2.0', id: 'mine', method, params: given });
        const { status, text } = await send(server.url, { body, headers });
        return { status, ...JSON.parse(text) };
      };
      const isObject = typeof params === 'object' && params !== null && !Array.isArray(params);
      const name = isObject && 'name' in params ? { 'mcp-name': String(params.name) } : {};
      const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': method, ...name };
      for (const answer of [
        await ask(params),
        await ask(isObject ? { ...params, _meta: modern } : params, headers as Record<string, string>),
      ]) {
        expect(answer).toMatchObject({ jsonrpc: '2.0', id: 'mine', error: { code: -32_602 } });
        expect(answer.error.message).toContain(word);
        expect(answer.error.message).not.toContain('\n');
        expect(answer.status).toBe(isObject ? 200 : 400);
      }
    },
  );

  it('may have null for whatever it leaves out', async () => {
    const ask = async (method: string, params: unknown, id: number | null = 1) => {
      const body = JSON.stringify({ jsonrpc: '2.0', ...(id !== null && { id }), method, params });
      const { status, text } = await send(server.url, { body });
      return { status, ...(text && JSON.parse(text)) };
    };
    const capabilities = { roots: null, sampling: null, elicitation: {}, experimental: null };
    const clientInfo = { name: 'test', version: '1', title: null, icons: null, websiteUrl: null };
    const hello = { protocolVersion: '2025-06-18', capabilities, clientInfo, _meta: null };
    expect((await ask('initialize', hello)).result).toMatchObject({ protocolVersion: '2025-06-18' });
    for (const method of ['notifications/initialized', 'notifications/cancelled'])
      expect(await ask(method, null, null)).toEqual({ status: 202 });
    for (const params of [null, { cursor: null }, { _meta: null }, { _meta: { progressToken: null } }]) {
      expect((await ask('tools/list', params)).result.tools).toHaveLength(5);
      expect((await ask('prompts/list', params)).result.prompts).toHaveLength(2);
      expect((await ask('ping', params)).result).toEqual({});
    }
    const call = { name: 'query', arguments: { domains: ['api'], limit: null }, _meta: null, task: null };
    expect((await ask('tools/call', call)).result.structuredContent.results).toEqual([]);
    expect((await ask('tools/call', null)).error).toMatchObject({ code: -32_602 });
    expect((await ask('nope', null)).error).toMatchObject({ code: -32_601 });
    // within a tool's arguments null is the tool's to read
    const items = { name: 'query', arguments: { domains: ['api', null] } };
    expect((await ask('tools/call', items)).result.content[0].text).toContain('domains.1 must be a string, got null');
  });

  it.for([{}, { protocolVersion: 5, capabilities: {}, clientInfo: { name: 'test', version: '1' } }])(
    'that begins a connection with the params %j is answered with -32602',
    async (params) => {
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
      const { text } = await send(server.url, { body });
      expect(JSON.parse(text)).toMatchObject({ id: 1, error: { code: -32_602 } });
    },
  );

  it('that calls a tool with arguments that it does not take gets a result that says so, for the agent to read', async () => {
    for (const [tool, args, word] of [
      ['confirm', {}, 'unit_id'],
      ['query', { domains: 5 }, 'domains'],
      ['query', { domains: ['api'], nope: 1 }, 'nope'],
    ] as const) {
      const params = { name: tool, arguments: args };
      const { text } = await send(server.url, {
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
      });
      expect(JSON.parse(text).result).toMatchObject({
        isError: true,
        content: [{ text: expect.stringContaining(word) }],
      });
    }
  });

  it.for(['GET', 'DELETE', 'PUT', 'HEAD'])('is not to be sent by %s', async (method) => {
    const { status, headers } = await send(server.url, { method });
    expect([status, headers.allow]).toEqual([405, 'POST, OPTIONS']);
  });

  it('leaves one line in the log, which says who asked for what', async () => {
    const running = await startProcess({ CQ_DB_PATH: ':memory:' });
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'query', arguments: {} } };
    const authorization = 'Bearer cqa.v1.secret.secret';
    await send(running.url, { headers: { 'x-request-id': 'one' } });
    await send(running.url, { headers: { 'x-request-id': 'two' }, body: JSON.stringify(call) });
    await send(running.url, { headers: { 'x-request-id': 'three', authorization } });
    const { stdout, stderr } = await running.stop();
    const lines = stdout.split('\n').filter((line) => line.includes('"path":"/mcp"'));
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { requestId: 'one', status: 200, caller: 'anonymous', operation: 'tools/list', msg: 'request' },
      {
        requestId: 'two',
        status: 200,
        caller: 'anonymous',
        operation: 'McpQuery',
        cost: 47,
        codes: ['BAD_USER_INPUT'],
      },
      { requestId: 'three', status: 403 },
    ]);
    expect(stdout + stderr).not.toContain('cqa.v1');
  });
});

describe('the caller', () => {
  const statusOf = async (url: string, headers: Record<string, string>) => (await send(url, { headers })).status;

  it.for([
    [{ host: 'localhost' }, 200],
    [{ host: 'LOCALHOST:8080' }, 200],
    [{ host: '[::1]:3000' }, 200],
    [{ host: 'evil.example' }, 403],
    [{ host: 'localhost.evil.example' }, 403],
    [{ host: '192.0.2.1' }, 403],
    [{ host: 'a b' }, 400],
    [{ origin: 'http://localhost:5173' }, 200],
    [{ origin: 'http://127.0.0.1' }, 200],
    [{ origin: 'http://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ origin: 'file://' }, 403],
  ] as [Record<string, string>, number][])(
    'must be of this machine where the server is bound to it: %j is %i',
    async ([headers, expected]) => expect(await statusOf(server.url, headers)).toBe(expected),
  );

  it('may use the public URL too', async () => {
    await using proxied = await startServer({ CQ_PUBLIC_URL: 'https://cq.example/api' });
    expect(await statusOf(proxied.url, { host: 'cq.example' })).toBe(200);
    expect(await statusOf(proxied.url, { host: 'cq.example', origin: 'https://cq.example' })).toBe(200);
    expect(await statusOf(proxied.url, { host: 'cq.example', origin: 'http://cq.example' })).toBe(403);
    expect(await statusOf(proxied.url, { host: 'other.example' })).toBe(403);
  });

  it('must know a server that is bound to every address by its address or its public URL', async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    await using open = await startServer({ CQ_HOST: '0.0.0.0', CQ_PORT: String(port), CQ_PUBLIC_URL: 'http://cq' });
    expect(open.url).toContain(String(port));
    expect(await statusOf(url, { host: 'cq:3000' })).toBe(200);
    expect(await statusOf(url, { host: '192.0.2.1:3000' })).toBe(200);
    expect(await statusOf(url, { host: 'rebound.example' })).toBe(403);
    // pages of anywhere, as at /graphql, since CQ_CORS_ORIGIN is *
    expect(await statusOf(url, { host: 'cq', origin: 'https://app.example' })).toBe(200);
  });

  it('must be a page of CQ_CORS_ORIGIN where that names one', async () => {
    const port = await freePort();
    const origin = 'https://app.example';
    await using one = await startServer({ CQ_HOST: '0.0.0.0', CQ_PORT: String(port), CQ_CORS_ORIGIN: origin });
    expect(one.url).toContain(String(port));
    const url = `http://127.0.0.1:${port}`;
    const { status, headers } = await send(url, { headers: { origin } });
    expect([status, headers['access-control-allow-origin']]).toEqual([200, origin]);
    expect(String(headers.vary).toLowerCase()).toMatch(/authorization.*origin/);
    for (const other of ['https://evil.example', 'http://localhost:5173', 'https://app.example.evil.example'])
      expect(await statusOf(url, { origin: other })).toBe(403);
    const asked = 'authorization,content-type,mcp-protocol-version';
    const preflight = await send(url, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': asked },
    });
    expect(preflight).toMatchObject({ status: 204, headers: { 'access-control-allow-headers': asked } });
    const foreign = await send(url, { method: 'OPTIONS', headers: { origin: 'https://evil.example' } });
    expect([foreign.status, foreign.headers['access-control-allow-origin']]).toEqual([403, undefined]);
  });
});

it('answers 503 while the database is unavailable for authentication, and a tool result with an error afterwards', async () => {
  await using away = await startServer();
  const { key } = away.people.member;
  await away.store.close();
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'status' } });
  const known = await send(away.url, { body, headers: { authorization: `Bearer ${key}` } });
  expect([known.status, known.headers['retry-after']]).toEqual([503, '5']);
  const { status, text } = await send(away.url, { body });
  expect([status, JSON.parse(text).result.isError]).toEqual([200, true]);
  expect(text).toContain('SERVICE_UNAVAILABLE: The database cannot be reached');
});

describe('a server', () => {
  // stands in the way of the SDK, so that a server that loads it does not start
  const obstacle = `require('node:module').registerHooks({
    resolve(specifier, context, next) {
      if (specifier.startsWith('@modelcontextprotocol/')) throw new Error('the SDK is loaded');
      return next(specifier, context);
    },
  });`;

  it('without MCP does not load its SDK, and has nothing there', async () => {
    using folder = temporaryFolder();
    writeFileSync(folder.file('obstacle.cjs'), obstacle);
    const environment = { CQ_DB_PATH: ':memory:', NODE_OPTIONS: `--require ${folder.file('obstacle.cjs')}` };
    // from the sources, where the SDK is a module of its own
    const command = [process.execPath, fileURLToPath(new URL('../../bin/cq-server.js', import.meta.url))];
    const running = await startProcess({ ...environment, CQ_MCP: 'off' }, ['serve'], command);
    expect((await send(running.url)).status).toBe(404);
    expect((await running.stop()).code).toBe(0);
    await expect(startProcess(environment, ['serve'], command)).rejects.toThrow('the SDK is loaded');
  });
});
