import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient, SearchDocument } from '../../src/client/index.ts';
import { password, startServer, type TestServer } from '../harness.ts';
import { lacks, unless } from '../left-out.ts';
import { hasNginx, startNginx } from './nginx.ts';

const json = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

describe('behind nginx, below a path', unless(!hasNginx(), lacks.nginx), () => {
  /** By `CQ_PUBLIC_URL`, and without: then only by the header. */
  let configured: TestServer;
  let told: TestServer;
  let nginx: Awaited<ReturnType<typeof startNginx>>;
  beforeAll(async () => {
    configured = await startServer({ CQ_PUBLIC_URL: 'https://host.example/kept', CQ_TRUST_PROXY: '1' });
    told = await startServer({ CQ_TRUST_PROXY: '1' });
    await configured.unit({ domains: ['proxied'] });
    await told.unit({ domains: ['proxied'] });
    const forwarded = 'proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_http_version 1.1;';
    const upgrade = 'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";';
    nginx = await startNginx(`
      location /kept/ { proxy_pass ${configured.url}; ${forwarded} ${upgrade} }
      location /stripped/ { proxy_pass ${told.url}/; ${forwarded} proxy_set_header X-Forwarded-Prefix /stripped; }
      location /both/ { proxy_pass ${told.url}; ${forwarded} proxy_set_header X-Forwarded-Prefix /both; }
      location /named/ { proxy_pass ${told.url}/; ${forwarded} proxy_set_header X-Forwarded-Prefix /named;
        proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Proto $scheme; }
      location /plain/ { proxy_pass ${configured.url}/; ${forwarded} }
    `);
  });
  afterAll(async () => {
    await nginx[Symbol.asyncDispose]();
    await configured[Symbol.asyncDispose]();
    await told[Symbol.asyncDispose]();
  });

  describe.for([
    ['that is passed on, as CQ_PUBLIC_URL says', '/kept', '/kept'],
    ['that is stripped, as X-Forwarded-Prefix says', '/stripped', '/stripped'],
    ['that is passed on, as X-Forwarded-Prefix says', '/both', '/both'],
    ['that is stripped, as CQ_PUBLIC_URL says', '/plain', '/kept'],
  ] as const)('%s', ([, below, shown]) => {
    it('every door opens', async () => {
      const { search } = await createClient({ url: nginx.url + below }).request(SearchDocument, {
        filter: { domains: ['proxied'] },
      });
      expect(search?.edges).toHaveLength(1);
      const rest = await fetch(`${nginx.url}${below}/api/v1/knowledge/?domains=proxied`);
      expect([rest.status, await rest.text()]).toEqual([200, expect.stringContaining('"proxied"')]);
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
      // nginx hands on its own name of the server, an IP address with a port
      expect((await fetch(`${nginx.url}${below}/mcp/`, { method: 'POST', headers: json, body })).status).toBe(200);
    });

    it('a browser is led to the page, at whose path the API is', async () => {
      const root = await fetch(`${nginx.url}${below}/`, { redirect: 'manual' });
      expect([root.status, root.headers.get('location')]).toEqual([302, `${shown}/graphql`]);
      const page = await fetch(`${nginx.url}${below}/graphql`, { headers: { accept: 'text/html' } });
      expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      const asked = await fetch(`${nginx.url}${below}/graphql`, {
        method: 'POST',
        headers: json,
        body: '{"query":"{ __typename }"}',
      });
      expect(await asked.json()).toEqual({ data: { __typename: 'Query' } });
    });

    it('the OpenAPI document names the servers', async () => {
      const { servers } = await (await fetch(`${nginx.url}${below}/api/v1/openapi.json`)).json();
      expect(servers).toEqual([{ url: shown === '/kept' ? 'https://host.example/kept' : shown }]);
    });
  });

  it('a header of the client goes for nothing', async () => {
    const headers = { 'x-forwarded-prefix': '/forged' };
    const root = await fetch(`${nginx.url}/stripped/`, { redirect: 'manual', headers });
    expect(root.headers.get('location')).toBe('/stripped/graphql');
  });

  it('a WebSocket is opened', async () => {
    const headers = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-protocol': 'graphql-transport-ws',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    };
    const status = await new Promise((resolve, reject) => {
      const sent = request(`${nginx.url}/kept/graphql`, { headers, agent: false });
      sent
        .on('response', (answer) => resolve(answer.resume().statusCode))
        .on('upgrade', (_answer, socket) => {
          socket.destroy();
          resolve('upgraded');
        });
      sent.on('error', reject).end();
    });
    expect(status).toBe('upgraded');
  });

  it('somebody signs in on the page where nginx passes on Host, or the browser says where it comes from', async () => {
    const input = `{ username: "rob", password: "${password}" }`;
    const body = JSON.stringify({ query: `mutation { signIn(input: ${input}) { viewer { user { username } } } }` });
    const signIn = (below: string, headers: object = {}) =>
      fetch(`${nginx.url}${below}/graphql`, {
        method: 'POST',
        headers: { ...json, 'x-cq-web': '1', origin: nginx.url, ...headers },
        body,
      });
    const attributes = (path: string) => expect.stringMatching(`Path=${path}/; HttpOnly; SameSite=Strict$`);
    expect((await signIn('/named')).headers.getSetCookie()).toEqual([attributes('/named')]);
    const marked = await signIn('/stripped', { 'sec-fetch-site': 'same-origin' });
    expect(marked.headers.getSetCookie()).toEqual([attributes('/stripped')]);
    const refused = await signIn('/stripped');
    expect([refused.status, (await refused.json()).errors[0].message]).toEqual([
      403,
      expect.stringMatching(/set CQ_PUBLIC_URL, or let the proxy pass on Host/),
    ]);
  });

  it('a compressed body is read', async () => {
    const body = new Uint8Array(gzipSync('{"query":"{ __typename }"}'));
    const headers = { ...json, 'content-encoding': 'gzip' };
    const answer = await fetch(`${nginx.url}/stripped/graphql`, { method: 'POST', headers, body });
    expect(await answer.json()).toEqual({ data: { __typename: 'Query' } });
  });

  it('HEAD is answered', async () => {
    const head = await fetch(`${nginx.url}/kept/graphql?query={__typename}`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });
});
