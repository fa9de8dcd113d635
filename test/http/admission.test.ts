import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AdmissionLimits } from '../../src/http/admission.ts';
import type { BodyLimits } from '../../src/http/request-bodies.ts';
import { type HttpServer, listen } from '../../src/http/server.ts';
import { BodyTooLargeError, type RequestContext } from '../../src/transport/request.ts';
import { limits } from './limits.ts';

/** A server whose request handler works on a request until the test lets it go. */
interface Held extends HttpServer {
  /** The bodies of the requests that the handler was called with, in order. */
  readonly handled: string[];
  readonly signals: Map<string, AbortSignal>;
  /** Lets go of what was sent as `name`, now or when it comes. */
  letGo(name: string): void;
}

let servers: HttpServer[];
let sockets: Socket[];
let lines: { msg: string; requests?: number }[];
beforeEach(() => {
  [servers, sockets, lines] = [[], [], []];
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers) await server.close(0, 0);
});

async function start(admission: Partial<AdmissionLimits> = {}, bodies: Partial<BodyLimits> = {}): Promise<Held> {
  const gates = new Map<string, PromiseWithResolvers<void>>();
  const gate = (name: string) => {
    const there = gates.get(name) ?? Promise.withResolvers();
    gates.set(name, there);
    return there;
  };
  const handled: string[] = [];
  const signals = new Map<string, AbortSignal>();
  const server = await listen({
    host: '127.0.0.1',
    port: 0,
    trustProxy: 0,
    log: pino({ level: 'warn' }, { write: (line: string) => lines.push(JSON.parse(line)) }),
    ...limits(admission, bodies),
  });
  servers.push(server);
  server.open({
    handlers: {
      '/api': {
        async handle(_req, res, { body, signal }: RequestContext) {
          const name = textOf(body);
          handled.push(name);
          signals.set(name, signal);
          await gate(name).promise;
          if (!res.destroyed) res.end(name);
        },
        errorBody: (error) => ({ refused: error.code }),
        methodsAt: () => ['POST'],
      },
    },
    pages: { '/page': () => ({ status: 200, body: 'page', headers: {} }) },
    ready: async () => {},
  });
  return { ...server, handled, signals, letGo: (name) => gate(name).resolve() };
}

function textOf(body: () => Buffer): string {
  try {
    return body().toString().slice(0, 20);
  } catch (error) {
    if (error instanceof BodyTooLargeError) return error.message;
    throw error;
  }
}

const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 300_000 });

const post = (body: string, length = body.length) =>
  `POST /api HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: ${length}\r\n\r\n${body}`;

/** A connection that has sent this, and what came back until it was closed. */
function open({ url }: HttpServer, text: string): { socket: Socket; received: Promise<string> } {
  const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text));
  sockets.push(socket);
  let all = '';
  socket.setEncoding('utf8').on('data', (part: string) => {
    all += part;
  });
  socket.on('error', () => {});
  return { socket, received: once(socket, 'close').then(() => all) };
}

/** A request of which the server is known to have the head, and which it waits for the body of. */
async function begin(server: HttpServer, body: string, length: number) {
  const one = open(
    server,
    post(body, length).replace('connection: close', 'expect: 100-continue\r\nconnection: close'),
  );
  await once(one.socket, 'data');
  return one;
}

/** Sends requests one after the other until they are known to be at work, or to wait. */
async function fill(server: Held, working: readonly string[], waiting: readonly string[]) {
  const sent: ReturnType<typeof open>[] = [];
  for (const name of working) {
    sent.push(open(server, post(name)));
    await eventually(() => server.handled).toContain(name);
  }
  for (const name of waiting) sent.push(open(server, post(name)));
  // the first one too many is refused, and every later one
  for (;;) {
    const probe = open(server, post('one too many'));
    const answer = await Promise.race([probe.received, once(probe.socket, 'data').then(() => 'answered')]);
    if (answer) return sent;
  }
}

const refused =
  /^(?:HTTP\/1\.1 100 Continue\r\n\r\n)?HTTP\/1\.1 503 .*\r\nretry-after: 1\r\n.*\{"refused":"SERVICE_UNAVAILABLE"\}$/is;

describe('a server that works on as much as it can', () => {
  it('lets as many wait as may, in order, and refuses the next at once', async () => {
    const server = await start({ concurrent: 2, queued: 3 });
    const sent = await fill(server, ['a', 'b'], ['c', 'd', 'e']);
    expect(await open(server, post('f')).received).toMatch(refused);
    expect(server.handled).toEqual(['a', 'b']);
    for (const name of ['b', 'a', 'd', 'c', 'e']) server.letGo(name);
    for (const { received } of sent) expect(await received).toMatch(/^HTTP\/1\.1 200 .*\b[a-e]$/s);
    expect(server.handled.toSorted()).toEqual(['a', 'b', 'c', 'd', 'e']);
    // and takes others again
    server.letGo('g');
    expect(await open(server, post('g')).received).toMatch(/\bg$/);
  });

  it('answers probes and pages, and lets pages of browsers read the refusal', async () => {
    const server = await start({ concurrent: 1, queued: 0 });
    await fill(server, ['a'], []);
    for (const path of ['/livez', '/readyz', '/page', '/nothing']) {
      const { status } = await fetch(server.url + path);
      expect([path, status]).toEqual([path, path === '/nothing' ? 404 : 200]);
    }
    const read = async (origin: string) => {
      const { status, headers } = await fetch(`${server.url}/api`, { headers: { origin } });
      return [status, headers.get('access-control-allow-origin'), headers.get('access-control-expose-headers')];
    };
    expect(await read('https://app.example')).toEqual([
      503,
      'https://app.example',
      expect.stringContaining('Retry-After'),
    ]);
    expect(await read('https://evil.example')).toEqual([503, null, null]);
  });

  it('says in the log how many were refused, and not each', async () => {
    const server = await start({ concurrent: 1, queued: 0 });
    await fill(server, ['a'], []);
    for (let count = 0; count < 5; count++) await open(server, post('b')).received;
    expect(lines).toMatchObject([{ msg: expect.stringContaining('shed'), requests: 1 }]);
  });

  it('does nothing for a client that goes while it waits, and gives its place to others', async () => {
    const server = await start({ concurrent: 1, queued: 1 });
    const [, waiting] = await fill(server, ['a'], ['b']);
    waiting?.socket.destroy();
    // there is room again
    let next = open(server, post('c'));
    for (;;) {
      const outcome = await Promise.race([next.received, new Promise((resolve) => setTimeout(resolve, 50))]);
      if (outcome === undefined) break;
      next = open(server, post('c'));
    }
    server.letGo('a');
    server.letGo('c');
    expect(await next.received).toMatch(/\bc$/);
    expect(server.handled).toEqual(['a', 'c']);
  });

  it('tells the work when its client goes', async () => {
    const server = await start();
    const [working] = [open(server, post('a')), await eventually(() => server.handled).toEqual(['a'])];
    expect(server.signals.get('a')?.aborted).toBe(false);
    working.socket.destroy();
    await eventually(() => server.signals.get('a')?.aborted).toBe(true);
    server.letGo('a');
  });

  it('does not tell it when its answer was sent', async () => {
    const server = await start();
    server.letGo('a');
    await open(server, post('a')).received;
    expect(server.signals.get('a')?.aborted).toBe(false);
  });

  it('lets a quarter wait where the queue has stood for a while', async () => {
    const server = await start({ concurrent: 1, queued: 8, standingMs: 20 });
    open(server, post('a'));
    await eventually(() => server.handled).toEqual(['a']);
    const waiting = ['b', 'c'].map((name) => open(server, post(name)));
    // until what was too many by a quarter only is refused
    for (let count = 0; ; count++) {
      const next = open(server, post(`d${count}`));
      const answer = await Promise.race([next.received, new Promise((resolve) => setTimeout(resolve, 30))]);
      if (answer !== undefined) break;
      waiting.push(next);
    }
    for (const name of ['a', 'b', 'c', ...Array.from({ length: 100 }, (_, at) => `d${at}`)]) server.letGo(name);
    await Promise.all(waiting.map(({ received }) => received));
    expect(server.handled.length).toBeLessThan(1 + 8);
  });

  it('sheds a waiting request at its deadline', async () => {
    const server = await start({ concurrent: 1, queued: 10, timeoutMs: 20 });
    open(server, post('a'));
    await eventually(() => server.handled).toEqual(['a']);
    expect(await open(server, post('b')).received).toMatch(refused);
    expect(server.handled).toEqual(['a']);
  });

  it('counts the deadline from the arrival: a body that took longer must not wait, and need not where there is room', async () => {
    const server = await start({ concurrent: 1, queued: 10, timeoutMs: 20 });
    const slow = [await begin(server, 'a', 2), await begin(server, 'b', 2)] as const;
    await new Promise((resolve) => setTimeout(resolve, 100));
    slow[0].socket.write('1');
    await eventually(() => server.handled).toEqual(['a1']);
    slow[1].socket.write('2');
    expect(await slow[1].received).toMatch(refused);
    server.letGo('a1');
    expect(await slow[0].received).toMatch(/\ba1$/);
  });

  it('lets others go before what waits for something else', async () => {
    const server = await start({ concurrent: 1, queued: 10, slowMs: 20, slow: 1 });
    const sent = [];
    for (const name of ['a', 'b']) {
      sent.push(open(server, post(name)));
      await eventually(() => server.handled).toContain(name);
    }
    // but no more of these than may be
    sent.push(open(server, post('c')));
    server.letGo('a');
    await eventually(() => server.handled).toEqual(['a', 'b', 'c']);
    for (const name of ['b', 'c']) server.letGo(name);
    for (const { received } of sent) expect(await received).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('closes when it is told to, also while requests wait', async () => {
    const server = await start({ concurrent: 1, queued: 2 });
    const sent = await fill(server, ['a'], ['b', 'c']);
    const closed = server.close(0, 600_000);
    for (const name of ['a', 'b', 'c']) server.letGo(name);
    for (const { received } of sent) expect(await received).toMatch(/^HTTP\/1\.1 200 .*\b[abc]$/s);
    await closed;
  });

  it('does nothing for those who still wait when it cuts off', async () => {
    const server = await start({ concurrent: 1, queued: 1 });
    const sent = await fill(server, ['a'], ['b']);
    await server.close(0, 50);
    for (const { received } of sent) expect(await received).toBe('');
    server.letGo('a');
    server.letGo('b');
    await new Promise((resolve) => setImmediate(resolve));
    expect(server.handled).toEqual(['a']);
  });
});

describe('a body', () => {
  it('that comes slowly keeps no place from others', async () => {
    const server = await start({ concurrent: 1, queued: 0 });
    await Promise.all(Array.from({ length: 20 }, () => begin(server, 's', 20)));
    server.letGo('a');
    expect(await open(server, post('a')).received).toMatch(/\ba$/);
  });

  it('is put together of parts', async () => {
    const server = await start();
    const text = 'abcdefghijklmnopqrst';
    const { socket, received } = await begin(server, '', text.length);
    socket.setNoDelay();
    for (const letter of text) {
      socket.write(letter);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await eventually(() => server.handled).toEqual([text]);
    server.letGo(text);
    expect(await received).toMatch(/\babcdefghijklmnopqrst$/);
  });

  it.for([
    [1000, 'x'.repeat(20)],
    [1001, 'The body must be at '],
    [16_000, 'The body must be at '],
    [16_001, 'The body must be at '],
  ] as const)('of %i bytes is read, or is too large', async ([length, handled]) => {
    const server = await start();
    open(server, post('x'.repeat(length)));
    await eventually(() => server.handled.map((text) => text.slice(0, 20))).toEqual([handled]);
  });

  it('is given up where too many are on their way, the one that began first', async () => {
    const server = await start({}, { maxReading: 2 });
    const slow: ReturnType<typeof open>[] = [];
    for (const name of ['a', 'b', 'c']) slow.push(await begin(server, name, 9));
    const first = await Promise.race(slow.map(({ received }, at) => received.then((text) => [at, text] as const)));
    expect(first).toEqual([0, expect.stringMatching(refused)]);
  });

  it('is given up where all together are too many bytes', async () => {
    const server = await start({}, { maxTotalBytes: 2500 });
    const sent = ['a', 'b', 'c'].map((name) => open(server, post(name.repeat(900), 1000)));
    // one of them makes room for the other two
    expect(await Promise.race(sent.map(({ received }) => received))).toMatch(refused);
    const ends = await Promise.all(
      sent.map(({ socket }) => new Promise((resolve) => socket.write('.'.repeat(100), () => resolve(null)))),
    );
    expect(ends).toHaveLength(3);
    await eventually(() => server.handled).toHaveLength(2);
  });
});
