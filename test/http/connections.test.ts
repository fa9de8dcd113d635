import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../harness.ts';

const limit = 2048;
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ CQ_MAX_BODY_BYTES: String(limit) });
});
afterAll(() => server[Symbol.asyncDispose]());

// one connection at most, kept open between requests as clients and proxies keep theirs
let agent: Agent;
beforeEach(() => {
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
});
afterEach(() => agent.destroy());

const query = '{"query":"{ __typename }"}';

interface Outcome {
  readonly status?: number;
  readonly connection?: string;
  readonly port?: number;
}

function send(body: string | Buffer, headers: Record<string, string> = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const options = { agent, method: 'POST', headers: { 'content-type': 'application/json', ...headers } };
    const outgoing = request(`${server.url}/graphql`, options, (response) => {
      const port = response.socket.localPort;
      const { statusCode: status, headers } = response;
      response.resume().on('end', () => resolve({ status, connection: headers.connection, port }));
    });
    outgoing.on('error', reject).end(body);
  });
}

describe('a connection that is kept open', () => {
  it.for([
    ['too long', 'x'.repeat(limit * 4), {}, 413],
    ['too long and does not say how long', 'x'.repeat(limit * 4), { 'transfer-encoding': 'chunked' }, 413],
    ['broken', '{', {}, 400],
    ['a list', '[]', {}, 400],
    ['of another type', 'x'.repeat(limit), { 'content-type': 'text/plain' }, 415],
    ['not as compressed as it claims', 'x'.repeat(limit), { 'content-encoding': 'gzip' }, 400],
    ['too long once it is decompressed', gzipSync(Buffer.alloc(limit * 10, ' ')), { 'content-encoding': 'gzip' }, 413],
    ['compressed in another way', 'x'.repeat(limit), { 'content-encoding': 'zstd' }, 415],
  ] as const)('serves the next request after a body that is %s', async ([, body, headers, status]) => {
    const refused = await send(body, headers);
    expect([refused.status, refused.connection]).toEqual([status, 'keep-alive']);
    expect(await send(query)).toEqual({ status: 200, connection: 'keep-alive', port: refused.port });
  });

  it('ends with a body so long that it is not read to its end', async () => {
    // else the next request would wait behind what is left of it; a proxy sends other people's on the same connection
    const refused = await send('x'.repeat(limit * 100));
    expect([refused.status, refused.connection]).toEqual([413, 'close']);
    expect((await send(query)).status).toBe(200);
  });

  it('may end in the middle of a body without harm', async () => {
    const { hostname, port } = new URL(server.url);
    const half = `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{"qu`;
    await new Promise<void>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => socket.write(half, () => socket.destroy()));
      socket.on('error', reject).on('close', () => resolve());
    });
    expect((await send(query)).status).toBe(200);
  });
});

describe('a connection on which a WebSocket is refused', () => {
  it('is cut off although its client keeps its side open', async () => {
    const { port, hostname } = new URL(server.url);
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    const cut = new Promise<void>((resolve) => void socket.on('error', () => {}).once('close', () => resolve()));
    socket.write('GET /graphql HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n');
    let answer = '';
    socket.on('data', (part) => {
      answer += part;
    });
    await new Promise((resolve) => socket.once('end', resolve));
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    // who has gone answers what comes by cutting the connection
    const timer = setInterval(() => socket.write('x'), 50);
    await cut;
    clearInterval(timer);
  });
});
