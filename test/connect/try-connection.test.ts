import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tryConnection } from '../../src/connect/try-connection.ts';
import { createApiKey } from '../../src/domain/account.ts';
import { version } from '../../src/version.ts';
import { startServer, type TestServer } from '../harness.ts';
import { has, lacks, unless } from '../left-out.ts';
import { openAuthorities } from '../postgres/certificates.ts';
import { freePort } from '../process.ts';
import { aHome } from './home.ts';

const key = 'cqa.v1.0123456789.secret-of-the-agent';

const attempt = (address: string, credential: string | null = key, timeoutMs = 60_000) =>
  tryConnection({ url: new URL(`${address}/mcp`), key: credential, version, timeoutMs });

describe('a cq server', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
    await server.unit();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('is connected to with a key', async () => {
    const { key: own, user } = server.people.member;
    expect(await attempt(server.url, own)).toEqual({
      result: 'connected',
      message: `${server.url}/mcp is cq ${version} with 1 lesson. Connected as ${user.username}, which may query, propose, confirm and flag.`,
    });
  });

  it.for([true, false])('is connected to, to read only (with a key: %j)', async (keyed) => {
    const { secret } = await createApiKey(server.store, server.secrets, server.people.member.user, {
      name: 'reader',
      ttl: '1d',
      access: 'read',
    });
    const { result, message } = await attempt(server.url, keyed ? secret : null);
    expect([result, message]).toEqual(['connected', expect.stringContaining('which may only read: query and status.')]);
    expect(message.includes('without a key')).toBe(!keyed);
  });

  it('refuses a key that it does not know', async () => {
    const { result, message } = await attempt(server.url);
    expect([result, message]).toEqual(['refused', expect.stringMatching(/refuses the key or the connection: .*key/i)]);
  });

  it('is one that is older than this program', async () => {
    const { message } = await tryConnection({ url: new URL(`${server.url}/mcp`), key: null, version: '99.0.0' });
    expect(message).toContain('It is older than this cq-server, 99.0.0.');
  });

  it('wants a key where reading needs one', async () => {
    await using closed = await startServer({ CQ_PUBLIC_READ: 'off' });
    expect(await attempt(closed.url, null)).toMatchObject({
      result: 'refused',
      message: expect.stringContaining('key'),
    });
  });

  it('has no MCP where that is off', async () => {
    await using off = await startServer({ CQ_MCP: 'off' });
    expect(await attempt(off.url)).toMatchObject({ result: 'not cq', message: expect.stringContaining('CQ_MCP') });
  });

  it('is what the command tries after it has written, with codes for scripts', async () => {
    using home = aHome();
    const connect = (address: string, credential: string) =>
      home.connect(`cursor --url ${address}`, { environment: { CQ_API_KEY: credential } });
    const { key: own } = server.people.member;
    const connected = await connect(server.url, own);
    expect([connected.code, connected.stderr]).toEqual([0, '']);
    expect(connected.stdout).toContain('1 lesson. Connected as');
    const refused = await connect(server.url, key);
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining('connect cursor --undo takes it out')]);
    const named = await connect(`${server.url} --name other --scope project --anonymous`, own);
    expect(named.code).toBe(0);
    const gone = await connect(`http://127.0.0.1:${await freePort()} --name other --scope project`, own);
    expect(gone.stderr).toContain('connect cursor --name other --scope project --undo takes it out');
    const away = await connect(`http://127.0.0.1:${await freePort()}`, own);
    expect([away.code, away.stderr]).toEqual([69, expect.stringContaining('nothing listens there')]);
    expect(`${JSON.stringify([connected, refused, away])}`).not.toContain('secret');
    // it stays written
    expect(home.read('.cursor/mcp.json')).toContain('/mcp');
  });
});

async function listening(server: Server): Promise<AsyncDisposable & { url: string }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const answering = (listener: RequestListener) => listening(createServer(listener));

/** A server of MCP that answers each method with a result. */
const mcp =
  (results: Record<string, unknown>): RequestListener =>
  async (req, res) => {
    let body = '';
    for await (const chunk of req) body += chunk;
    const { id, method } = JSON.parse(body);
    if (id === undefined) res.writeHead(202).end();
    else
      res
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ jsonrpc: '2.0', id, result: results[method] }));
  };
const cq = { protocolVersion: '2025-11-25', serverInfo: { name: 'cq', version: '0.0.1' } };

describe('what is no cq server, or none that can be used', () => {
  it.for<readonly [string, RequestListener, string, RegExp]>([
    ['a page', (_, res) => res.end('<html></html>'), 'not cq', /not as an MCP server/],
    ['an answer of JSON', (_, res) => res.end('{"ok":true}'), 'not cq', /not as an MCP server/],
    ['nothing', (_, res) => res.writeHead(204).end(), 'not cq', /not as an MCP server/],
    ['404', (_, res) => res.writeHead(404).end(), 'not cq', /answers 404: no MCP server is there/],
    ['401', (_, res) => res.writeHead(401).end(), 'refused', /refuses the key or the connection: it answers 401/],
    [
      '502',
      (_, res) => res.writeHead(502).end('bad gateway'),
      'unreachable',
      /cannot answer right now: it answers 502/,
    ],
    ['too much', (_, res) => res.end('x'.repeat(5_000_000)), 'not cq', /the answer has more than 4194304 bytes/],
    [
      'another server of MCP',
      mcp({ initialize: { ...cq, serverInfo: { name: 'x\u001b[2J' } } }),
      'not cq',
      /it says that it is x\[2J\./,
    ],
    [
      'an old one',
      mcp({ initialize: cq, 'tools/list': { tools: [{ name: 'query' }] } }),
      'not cq',
      /cq 0\.0\.1, which has no propose, confirm, flag, status: it is an old version/,
    ],
    ['a list that is none', mcp({ initialize: cq, 'tools/list': { tools: 'x' } }), 'not cq', /old version/],
    ['a result that is none', mcp({ initialize: null }), 'not cq', /says that it is nothing/],
    [
      'a version that is none',
      mcp({ initialize: { ...cq, serverInfo: { name: 'cq', version: { toString: 1 } } }, 'tools/list': { tools: [] } }),
      'not cq',
      /is cq something else, which has no query/,
    ],
    [
      'a protocol that is none',
      mcp({ initialize: { ...cq, protocolVersion: 'a\r\nb: ☃' } }),
      'not cq',
      /no version of MCP/,
    ],
    [
      'errors that are none',
      mcp({
        initialize: cq,
        'tools/list': { tools: ['query', 'propose', 'confirm', 'flag', 'status'].map((name) => ({ name })) },
        'tools/call': { isError: true, structuredContent: { errors: { length: 'x' } } },
      }),
      'refused',
      /refuses status: nothing/,
    ],
    ['a connection that breaks', (req) => req.socket.destroy(), 'unreachable', /closed the connection/],
  ])('%s', async ([, listener, result, message]) => {
    await using server = await answering(listener);
    expect(await attempt(`http://${server.url}`)).toEqual({ result, message: expect.stringMatching(message) });
  });

  it('is not sent the key where it leads to, and what it says is not repeated with the key', async () => {
    const reached: string[] = [];
    await using other = await answering((req, res) => {
      reached.push(req.url ?? '');
      res.end();
    });
    await using server = await answering((_, res) =>
      res.writeHead(307, { location: `http://${other.url}/mcp?key=${key}` }).end(),
    );
    const led = await attempt(`http://${server.url}`);
    expect(led).toEqual({
      result: 'refused',
      message: expect.stringContaining(`leads to http://${other.url}/mcp, where nothing was sent`),
    });
    expect(reached).toEqual([]);

    await using telling = await answering((_, res) =>
      res.writeHead(403).end(JSON.stringify({ error: { message: `no ${key}` } })),
    );
    expect((await attempt(`http://${telling.url}`)).message).toContain('refuses the key or the connection: no …');
  });

  it.for<readonly [string, RequestListener]>([
    ['an answer', () => {}],
    ['the end of one', (_, res) => void res.write('{')],
    ['a moment without too much to do', (_, res) => void res.writeHead(503).end()],
  ])('is not waited for without end: %s', async ([what, listener]) => {
    await using server = await answering(listener);
    const { result, message } = await attempt(`http://${server.url}`, key, 300);
    expect([result, message, what]).toEqual(['unreachable', expect.stringMatching(/does not answer in time/), what]);
  });

  it('is asked once more when it has too much to do', async () => {
    let count = 0;
    const rest = mcp({ initialize: { ...cq, serverInfo: { name: 'other' } } });
    await using server = await answering((req, res) => {
      if (count++ === 0) res.writeHead(503).end();
      else rest(req, res);
    });
    expect((await attempt(`http://${server.url}`)).message).toContain('says that it is other');
  });

  it('has another protocol', async () => {
    await using server = await answering(mcp({}));
    expect((await attempt(`https://${server.url}`)).message).toMatch(/TLS.*is it http: instead of https:\?/);
    expect((await attempt('http://nowhere.invalid')).message).toMatch(/its name has no address|no name server answers/);
  });

  it(
    'has a certificate that nobody here knows, or of another name',
    unless(!has('openssl'), lacks.openssl),
    async () => {
      using authorities = openAuthorities(null);
      const { certificate, key: file } = authorities.issue(authorities.authority('own'), 'elsewhere');
      const tls = createTlsServer({ cert: readFileSync(certificate), key: readFileSync(file) }, mcp({}));
      await using server = await listening(tls);
      expect(await attempt(`https://${server.url}`)).toEqual({
        result: 'unreachable',
        message: expect.stringMatching(
          /certificate \(TLS\) of an authority that is not known here.*NODE_EXTRA_CA_CERTS/,
        ),
      });
    },
  );
});
