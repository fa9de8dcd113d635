import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publicPath, routePath } from '../../src/http/public-path.ts';
import { startServer, type TestServer } from '../harness.ts';

const asking = (prefix?: string | string[]) =>
  ({ headers: prefix === undefined ? {} : { 'x-forwarded-prefix': prefix } }) as unknown as IncomingMessage;

describe('where the client is', () => {
  it.for([
    [null, '', ''],
    ['https://cq.example', '', 'https://cq.example'],
    ['https://cq.example/cq', '/cq', 'https://cq.example/cq'],
    ['http://cq.example:8080/a/b-c', '/a/b-c', 'http://cq.example:8080/a/b-c'],
    ['https://cq.example//evil.example', '/evil.example', 'https://cq.example//evil.example'],
  ] as const)('is told by CQ_PUBLIC_URL=%s', ([publicUrl, prefix, baseUrl]) => {
    for (const trustProxy of [0, 1])
      expect(publicPath({ publicUrl, trustProxy })(asking())).toEqual({ prefix, baseUrl });
  });

  it.for([
    // proxies, header, prefix
    [0, '/forged', '/cq'],
    [1, '/team', '/team'],
    [1, '/team/', '/team'],
    [1, ' /a/b.c_d~e-f ', '/a/b.c_d~e-f'],
    [1, '/forged, /team', '/team'],
    [2, '/outer, /inner', '/outer/inner'],
    [2, '/outer', '/outer'],
    [2, '/forged, /outer, /inner', '/outer/inner'],
    [1, '', '/cq'],
    [1, '/', '/cq'],
    [1, 'team', '/cq'],
    [1, '//evil.example', '/cq'],
    [1, '/\\evil.example', '/cq'],
    [1, 'https://evil.example', '/cq'],
    [1, '/a//b', '/cq'],
    [1, '/..', '/cq'],
    [1, '/a/../b', '/cq'],
    [1, '/.', '/cq'],
    [1, '/a b', '/cq'],
    [1, '/a%0d%0ab', '/cq'],
    [1, '/"><script>', '/cq'],
    [1, '/a?b', '/cq'],
    [1, '/a#b', '/cq'],
    [1, `/${'x'.repeat(199)}`, `/${'x'.repeat(199)}`],
    [1, `/${'x'.repeat(200)}`, '/cq'],
  ] as const)('behind %i trusted proxies with X-Forwarded-Prefix %j is %s', ([trustProxy, header, prefix]) => {
    const place = publicPath({ publicUrl: 'https://cq.example/cq', trustProxy })(asking(header));
    expect(place).toEqual({ prefix, baseUrl: `https://cq.example${prefix}` });
  });

  it('is a path only, where no URL is configured', () => {
    const of = publicPath({ publicUrl: null, trustProxy: 1 });
    expect(of(asking('/team'))).toEqual({ prefix: '/team', baseUrl: '/team' });
    expect(of(asking('//team'))).toEqual({ prefix: '', baseUrl: '' });
  });

  it('is told in no time, whatever the header is', () => {
    const of = publicPath({ publicUrl: null, trustProxy: 10 });
    for (const text of ['/', '/a', '/.', '.', ' '])
      expect(of(asking(`${text.repeat(16_000 / text.length)}!`)).prefix).toBe('');
  });
});

describe('the path of a route', () => {
  const routes = ['/', '/graphql', '/mcp', '/livez'];
  const isRoute = (path: string) => routes.includes(path) || path.startsWith('/api/');

  it.for([
    ['', '/graphql', '/graphql'],
    ['', '/graphql/', '/graphql'],
    ['', '/', '/'],
    ['', '//', '//'],
    ['', '/cq/graphql', '/cq/graphql'],
    ['', '/api/', '/api/'],
    ['', '/api/v1/x/', '/api/v1/x'],
    // stripped by the proxy, and passed on
    ['/cq', '/graphql', '/graphql'],
    ['/cq', '/cq/graphql', '/graphql'],
    ['/cq', '/cq/graphql/', '/graphql'],
    ['/cq', '/cq/api/v1/health', '/api/v1/health'],
    ['/cq', '/cq', '/'],
    ['/cq', '/cq/', '/'],
    ['/cq', '/', '/'],
    ['/cq', '/cqx', '/cqx'],
    ['/cq', '/cq/nothing', '/nothing'],
    ['/cq', '/cq//evil.example', '//evil.example'],
    ['/cq', '/cq/cq/graphql', '/cq/graphql'],
    ['/a/b', '/a/b/mcp', '/mcp'],
    ['/a/b', '/a/mcp', '/a/mcp'],
    // a prefix that is a path of ours
    ['/api', '/api/v1/health', '/api/v1/health'],
    ['/api', '/api/api/v1/health', '/api/v1/health'],
    ['/api', '/api/graphql', '/graphql'],
    ['/graphql', '/graphql', '/graphql'],
    ['/graphql', '/graphql/graphql', '/graphql'],
    ['/graphql', '/graphql/', '/graphql'],
  ] as const)('below %j, asked for %s, is %s', ([prefix, path, expected]) => {
    expect(routePath(path, prefix, isRoute)).toBe(expected);
  });
});

describe('a server below a prefix', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({
      CQ_PUBLIC_URL: 'https://host.example/cq',
      CQ_NODE_NAME: 'ours',
      CQ_TRUST_PROXY: '1',
    });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(server.url + path, { redirect: 'manual', headers });
  const json = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

  describe.for([
    ['that is passed on', '/cq'],
    ['that is stripped', ''],
  ] as const)('%s', ([, below]) => {
    it('leads to the API, and to the page that asks the path it is at', async () => {
      for (const root of [`${below}/`, ...(below ? [below] : [])])
        expect((await get(root)).headers.get('location')).toBe('/cq/graphql');
      const page = await (await get(`${below}/graphql`, { accept: 'text/html' })).text();
      const given = /renderYogaGraphiQL\(\s*[^,]+,\s*(\{.*\}),?\s*\);\s*<\/script>/.exec(page)?.[1] ?? '';
      // without an endpoint, location.pathname is what it sends its requests to
      expect([Object.keys(JSON.parse(given)), page.includes('endpoint??location.pathname')]).toEqual([
        ['title', 'defaultQuery'],
        true,
      ]);
    });

    it('has every API and every page', async () => {
      const body = '{"query":"{ __typename }"}';
      for (const path of ['/graphql', '/graphql/'])
        expect((await fetch(server.url + below + path, { method: 'POST', headers: json, body })).status).toBe(200);
      const call = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
      for (const path of ['/mcp', '/mcp/'])
        expect((await fetch(server.url + below + path, { method: 'POST', headers: json, body: call })).status).toBe(
          200,
        );
      for (const path of ['/livez', '/readyz', '/schema.graphql', '/api/v1/health', '/api/v1/health/'])
        expect([path, (await get(below + path)).status]).toEqual([path, 200]);
    });

    it('is in the description of the node and in the OpenAPI document', async () => {
      const node = await (await get(`${below}/.well-known/cq-node.json`)).json();
      expect(node.api_base_url).toBe('https://host.example/cq/api/v1');
      const document = await (await get(`${below}/api/v1/openapi.json`)).json();
      expect(document.servers).toEqual([{ url: 'https://host.example/cq' }]);
    });

    it('is in what is said of a path that is not there', async () => {
      expect((await (await get(`${below}/nothing`)).json()).error).toBe(
        'there is nothing at /nothing; the API is at /cq/graphql',
      );
    });
  });

  it('may be another one for the client of a proxy that says so', async () => {
    const other = { 'x-forwarded-prefix': '/forged, /team' };
    for (const path of ['/', '/team/']) {
      const root = await get(path, other);
      expect([root.headers.get('location'), root.headers.get('vary')]).toEqual([
        '/team/graphql',
        'Authorization, Origin, X-Forwarded-Prefix',
      ]);
    }
    const { servers } = await (await get('/team/api/v1/openapi.json', other)).json();
    expect(servers).toEqual([{ url: 'https://host.example/team' }]);
    const node = await (await get('/.well-known/cq-node.json', other)).json();
    expect(node.api_base_url).toBe('https://host.example/team/api/v1');
  });

  it('is never what a client makes up', async () => {
    await using open = await startServer();
    for (const url of [server.url, open.url])
      for (const forged of ['//evil.example', '/\\evil.example', 'https://evil.example', '/"onload="', '/a b']) {
        const root = await fetch(url, { redirect: 'manual', headers: { 'x-forwarded-prefix': forged } });
        expect(root.headers.get('location')).toBe(url === open.url ? '/graphql' : '/cq/graphql');
      }
    const ignored = await fetch(open.url, { redirect: 'manual', headers: { 'x-forwarded-prefix': '/team' } });
    expect(ignored.headers.get('location')).toBe('/graphql');
    expect((await (await fetch(`${open.url}/api/v1/openapi.json`)).json()).servers).toEqual([{ url: '/' }]);
  });
});
