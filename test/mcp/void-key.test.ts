import {
  Client,
  type FetchLike,
  type OAuthClientProvider,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../harness.ts';

/** Clients that can sign in by OAuth, as all that people use, with a key that is void. */
let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const info = { name: 'test', version: '1.0.0' };

/** What a client asked for beside `/mcp`, and what it did to sign in. */
function watched(authorization: string) {
  const asked: string[] = [];
  const fetchLike: FetchLike = (url, init) => {
    const { pathname } = new URL(url);
    if (pathname !== '/mcp') asked.push(pathname);
    return fetch(url, init);
  };
  const authProvider: OAuthClientProvider = {
    redirectUrl: 'http://localhost:9/callback',
    clientMetadata: { redirect_uris: ['http://localhost:9/callback'] },
    clientInformation: () => undefined,
    saveClientInformation: () => {},
    tokens: () => undefined,
    saveTokens: () => {},
    redirectToAuthorization: () => void asked.push('a browser'),
    saveCodeVerifier: () => {},
    codeVerifier: () => '',
  };
  return { asked, options: { authProvider, fetch: fetchLike, requestInit: { headers: { authorization } } } };
}

describe.for<[string, (options: object) => Promise<unknown>]>([
  [
    'the SDK',
    async (options) => {
      const client = new Client(info);
      await client.connect(new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), options));
    },
  ],
  [
    'the SDK of 2025',
    async (options) => {
      const client = new OldClient(info);
      await client.connect(new OldTransport(new URL(`${server.url}/mcp`), options));
    },
  ],
])('%s', ([, connect]) => {
  it.for([
    ['an unknown key', `cqa.v1.${'0'.repeat(32)}.${'a'.repeat(52)}`, /Invalid API key/],
    ['a key of another form', 'cqa.nothing', /Invalid API key/],
    ['a void token', 'x.y.z', /Invalid or expired token/],
  ] as const)('with %s is told so, and looks for no authorization server', async ([, credential, message]) => {
    const { asked, options } = watched(`Bearer ${credential}`);
    await expect(connect(options)).rejects.toThrow(message);
    expect(asked).toEqual([]);
  });
});

it.for([
  '/.well-known/oauth-protected-resource',
  '/.well-known/oauth-protected-resource/mcp',
  '/.well-known/oauth-authorization-server',
  '/.well-known/oauth-authorization-server/mcp',
  '/.well-known/openid-configuration',
  '/.well-known/openid-configuration/mcp',
  '/mcp/.well-known/openid-configuration',
  '/register',
  '/authorize',
  '/token',
])('there is nothing at %s, as JSON says', async (path) => {
  for (const method of ['GET', 'POST']) {
    const response = await fetch(`${server.url}${path}`, { method });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      404,
      expect.stringMatching(/^application\/json/),
    ]);
    expect(await response.json()).toBeTypeOf('object');
  }
});
