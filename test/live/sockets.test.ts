import { createServer } from 'node:http';
import { type AddressInfo, connect as connectTcp, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { sqliteDatabase } from '../../src/config/sqlite-url.ts';
import { createGraphQLSocketHandler, type SocketLimits } from '../../src/graphql/socket.ts';
import { createLive, type Live } from '../../src/live/live.ts';
import { createLog } from '../../src/log.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import type { SocketRequest } from '../../src/transport/request.ts';

let store: Store;
let live: Live;
beforeEach(async () => {
  store = await openStore(sqliteDatabase(':memory:'), { migrate: true });
  live = createLive({ store, log: createLog('silent'), maxConnections: 100, maxConnectionsOfCaller: 3 });
});
afterEach(async () => {
  await live.stop();
  await store.close();
});

type Run = (context: { readonly stream: { ready(): Promise<void> } }) => unknown;

/** A server of WebSockets with limits of its own, in which `run` carries out every operation. */
async function startSockets(limits: Partial<SocketLimits>, run: Run = () => ({ data: {} })) {
  const graphql = { getResultForParams: async (_params: unknown, context: never) => run(context) } as never;
  const secrets = { jwtSecret: 'j'.repeat(32), apiKeyPepper: 'p'.repeat(32) };
  const handler = createGraphQLSocketHandler(graphql, { store, secrets, live, maxBodyBytes: 100_000, limits });
  const codes: (number | undefined)[] = [];
  const server = createServer().on('upgrade', (req, socket, head) => {
    const request: SocketRequest = {
      ...{ req, socket, head, address: '192.0.2.1', baseUrl: '', requestId: 'x', logFields: {} },
      ...{ webSession: () => null, logOperation() {} },
      admit: async () => ({ releaseEarly() {}, release() {} }),
    };
    socket.on('error', () => socket.destroy());
    socket.once('close', () => codes.push(request.logFields.closeCode));
    handler.open(request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `ws://127.0.0.1:${port}/graphql`,
    /** The codes of WebSockets that were closed. */
    codes,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}

const init = JSON.stringify({ type: 'connection_init' });
const subscribe = JSON.stringify({ id: '1', type: 'subscribe', payload: { query: 'subscription { endless }' } });

/** A WebSocket that has been acknowledged. */
async function acknowledged(url: string, options: WebSocket.ClientOptions = {}): Promise<WebSocket> {
  const socket = new WebSocket(url, 'graphql-transport-ws', options);
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('open', resolve));
  const answer = new Promise((resolve) => socket.once('message', resolve));
  socket.send(init);
  await answer;
  return socket;
}

const closing = (socket: WebSocket) => new Promise<number>((resolve) => void socket.once('close', resolve));

/** A connection after the handshake, that reads nothing more. */
async function unread(port: number): Promise<Socket> {
  const socket = connectTcp(port, '127.0.0.1');
  socket.on('error', () => {});
  const lines = [
    ...['GET /graphql HTTP/1.1', 'host: x', 'upgrade: websocket', 'connection: upgrade', 'sec-websocket-version: 13'],
    ...['sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==', 'sec-websocket-protocol: graphql-transport-ws'],
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  await new Promise((resolve) => socket.once('data', resolve));
  socket.pause();
  return socket;
}

/** A frame as a client sends it. */
const frame = (opcode: number, text: string) =>
  Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);

describe('a WebSocket whose client does not read', () => {
  it('is closed with 4408 once its answers have waited', async () => {
    const slow = Promise.withResolvers<void>();
    let made = 0;
    await using server = await startSockets({ slowReaderMs: 30, closingMs: 600_000 }, async function* ({ stream }) {
      try {
        for (;;) {
          await stream.ready();
          made++;
          yield { data: { endless: 'x'.repeat(65_536) } };
        }
      } finally {
        slow.resolve();
      }
    });
    const socket = await acknowledged(server.url);
    const closed = closing(socket);
    socket.pause();
    socket.send(subscribe);
    await slow.promise;
    // what the kernel takes, and no more than is allowed to wait beside it
    expect(made).toBeLessThan(1000);
    socket.resume();
    expect(await closed).toBe(4408);
    await expect.poll(() => live.connections.count).toBe(0);
  });

  it.for([
    ['messages', frame(1, JSON.stringify({ type: 'ping', payload: { text: 'x'.repeat(80) } }))],
    ['pings', frame(9, 'x'.repeat(120))],
  ] as const)('is not read from when it sends %s that are to be answered, and is cut off', async ([, message]) => {
    await using server = await startSockets({ slowReaderMs: 50, closingMs: 50 });
    const socket = await unread(server.port);
    const chunk = Buffer.concat(Array.from({ length: 1000 }, () => message));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    let sent = 0;
    // a server that reads all of it would keep as much
    for (; !socket.destroyed && sent < 300; sent++)
      await Promise.race([closed, new Promise<void>((resolve) => void socket.write(chunk, () => resolve()))]);
    expect(sent).toBeLessThan(300);
    await expect.poll(() => live.connections.count).toBe(0);
    await expect.poll(() => server.codes).toHaveLength(1);
  });
});

describe('a WebSocket', () => {
  it('is cut off when its client answers no ping, and goes on when it does', async () => {
    await using server = await startSockets({ pingMs: 30 });
    const there = await acknowledged(server.url);
    const gone = await acknowledged(server.url, { autoPong: false });
    expect(await closing(gone)).toBe(1006);
    for (let pings = 0; pings < 3; pings++) await new Promise((resolve) => there.once('ping', resolve));
    expect(there.readyState).toBe(WebSocket.OPEN);
    expect(live.connections.count).toBe(1);
    there.terminate();
    await expect.poll(() => live.connections.count).toBe(0);
  });

  it('of a client that names other protocols too speaks the one that is spoken here', async () => {
    await using server = await startSockets({});
    const socket = new WebSocket(server.url, ['graphql-ws', 'graphql-transport-ws']);
    await new Promise((resolve) => socket.once('open', resolve));
    expect(socket.protocol).toBe('graphql-transport-ws');
    socket.close();
    await closing(socket);
  });
});
