import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HttpServer, listen } from '../../src/http/server.ts';
import { standardTimeouts, type Timeouts } from '../../src/http/timeouts.ts';
import type { RequestHandler } from '../../src/transport/request.ts';
import { limits } from './limits.ts';

/** Servers of their own, whose timeouts are short; what they do to a connection is seen from its other end. */
let servers: HttpServer[];
let lines: { path?: string; msg: string }[];
/** Resolves when the request handler was called. */
let arrived: PromiseWithResolvers<void>;
beforeEach(() => {
  servers = [];
  lines = [];
  arrived = Promise.withResolvers();
});
afterEach(async () => {
  for (const server of servers) await server.close(0, 0);
});

const errorBody: RequestHandler['errorBody'] = (error) => error;
const methodsAt = () => ['GET', 'POST'];
const reading: RequestHandler = {
  handle(_req, res, { body }) {
    body();
    res.end('read');
  },
  errorBody,
  methodsAt,
};
const silent: RequestHandler = {
  handle() {
    arrived.resolve();
    return new Promise(() => {});
  },
  errorBody,
  methodsAt,
};

async function start(changes: Partial<Timeouts> = {}, handler: RequestHandler = reading): Promise<HttpServer> {
  const server = await listen({
    host: '127.0.0.1',
    port: 0,
    trustProxy: 0,
    ...limits(),
    log: pino({ level: 'info' }, { write: (line: string) => lines.push(JSON.parse(line)) }),
    timeouts: { ...standardTimeouts, checkMs: 20, ...changes },
  });
  server.open({ handlers: { '/api': handler }, pages: {}, ready: async () => {} });
  servers.push(server);
  return server;
}

/** A connection that has sent this, and all that came back until the server closed it. */
function open({ url }: HttpServer, text: string): { socket: Socket; received: Promise<string> } {
  const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text));
  let all = '';
  socket.setEncoding('utf8').on('data', (part: string) => {
    all += part;
  });
  // a connection that is cut may end in ECONNRESET
  socket.on('error', () => {});
  return { socket, received: once(socket, 'close').then(() => all) };
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`;
const half = 'POST /api HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 99\r\n\r\nhalf of it';

describe('a connection', () => {
  it('is cut when the rest of a body does not come', async () => {
    const server = await start({ headersMs: 100, requestMs: 200 });
    expect(await open(server, half).received).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 408 /);
  });

  it('is cut when the rest of the headers does not come', async () => {
    const server = await start({ headersMs: 100, requestMs: 0 });
    expect(await open(server, 'GET /api HTTP/1.1\r\nhost: x\r\n').received).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('is closed when no next request comes', async () => {
    const server = await start({ keepAliveMs: 100 });
    expect(await open(server, get('/api')).received).toMatch(/^HTTP\/1\.1 200 .*\bread$/s);
  });

  it('is cut when its client does not read the answer', async () => {
    const large: RequestHandler = {
      handle: (_req, res) => void res.end(Buffer.alloc(100_000_000)),
      errorBody,
      methodsAt,
    };
    const server = await start({ answerMs: 100 }, large);
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write(get('/api')));
    socket.on('error', () => {}).pause();
    await expect.poll(() => lines, { timeout: 300_000 }).toMatchObject([{ path: '/api', msg: 'request cut off' }]);
    socket.destroy();
  });

  it('is closed with the server when it has sent nothing yet', async () => {
    const server = await start();
    const unused = connect(Number(new URL(server.url).port), '127.0.0.1').on('error', () => {});
    await once(unused, 'connect');
    // the server has taken the connection before this one
    await fetch(`${server.url}/livez`);
    const closed = once(unused, 'close');
    await server.close(0, 2 ** 31 - 1);
    await closed;
  });

  it('may have as long as proxies expect, and not for ever', async () => {
    const { keepAliveMs, headersMs, requestMs, checkMs, answerMs } = standardTimeouts;
    // load balancers keep connections for 60 s
    expect(keepAliveMs).toBeGreaterThan(60_000);
    // else Node takes each of the two for the other
    expect(headersMs).toBeLessThanOrEqual(requestMs);
    expect(answerMs).toBeGreaterThan(requestMs);
    for (const limit of [headersMs, requestMs, checkMs]) {
      expect(limit).toBeGreaterThan(0);
      expect(limit).toBeLessThanOrEqual(30_000);
    }
    const server = await start();
    const { headers } = await fetch(`${server.url}/api`);
    expect(headers.get('keep-alive')).toBe('timeout=65');
  });
});

describe('a server that closes', () => {
  it('cuts off what takes longer than the grace period', async () => {
    const server = await start({}, silent);
    const { received } = open(server, get('/api'));
    await arrived.promise;
    await server.close(0, 100);
    expect(await received).toBe('');
    await expect.poll(() => lines).toMatchObject([{ path: '/api', msg: 'request cut off' }]);
  });

  it('waits for what ends within it', async () => {
    const server = await start();
    const { socket, received } = open(server, half);
    // that the server goes on with it
    await once(socket, 'data');
    const closed = server.close(0, 60_000);
    socket.write('x'.repeat(99 - 'half of it'.length));
    await closed;
    expect(await received).toMatch(/\bread$/);
  });
});

it('an error of a request handler is logged with the request id, and the response contains nothing of it', async () => {
  const broken: RequestHandler = {
    handle: () => Promise.reject(new TypeError('could not open /srv/secret.ts')),
    errorBody: ({ code, requestId }) => ({ code, requestId }),
    methodsAt,
  };
  const server = await start({}, broken);
  const response = await fetch(`${server.url}/api`, { headers: { 'x-request-id': 'one' } });
  expect([response.status, await response.json()]).toEqual([500, { code: 'INTERNAL_SERVER_ERROR', requestId: 'one' }]);
  await expect.poll(() => lines).toHaveLength(2);
  expect(lines).toMatchObject([
    { requestId: 'one', path: '/api', msg: 'unexpected error', err: { message: 'could not open /srv/secret.ts' } },
    { requestId: 'one', status: 500, codes: ['INTERNAL_SERVER_ERROR'], msg: 'request' },
  ]);
});

it('a line of the log is of a request, and not of a probe', async () => {
  const server = await start();
  for (const path of ['/livez', '/readyz', '/api', '/nothing']) await (await fetch(server.url + path)).text();
  // the line is written when the connection has let go of the answer
  await expect.poll(() => lines.map(({ path }) => path)).toContain('/nothing');
  expect(lines.map(({ path }) => path)).toEqual(['/api', '/nothing']);
});
