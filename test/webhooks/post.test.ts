import { createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { maxAnswerBytes, type PostOptions, post } from '../../src/webhooks/post.ts';
import { type Receiver, startReceiver } from './receiver.ts';

const own = { http: true, networks: ['127.0.0.0/8'] };

const send = (url: string, options: Partial<PostOptions> = {}) =>
  post(url, { 'x-own': 'yes' }, '{"a":"ä"}', {
    ...{ reachable: own, timeoutMs: 20_000, signal: new AbortController().signal },
    ...options,
  });

async function aReceiver(): Promise<Receiver> {
  const receiver = await startReceiver();
  onTestFinished(() => receiver[Symbol.asyncDispose]());
  return receiver;
}

/** A server that speaks to a connection itself. */
async function aServer(talk: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    talk(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
}

describe('a post to a receiver', () => {
  it('has the body and the headers, and answers what came back', async () => {
    const receiver = await aReceiver();
    receiver.answer = (_request, response) => void response.writeHead(201, { 'retry-after': '7' }).end('fine');
    expect(await send(`${receiver.url}?x=1`)).toEqual({ status: 201, text: 'fine', retryAfterSeconds: 7 });
    const [{ url, headers, body } = { url: '', headers: {}, body: '' }] = receiver.received;
    expect([url, body, headers['x-own'], headers['content-length']]).toEqual(['/in?x=1', '{"a":"ä"}', 'yes', '10']);
  });

  it('follows no redirect', async () => {
    const [receiver, other] = [await aReceiver(), await aReceiver()];
    receiver.answer = (_request, response) => void response.writeHead(307, { location: other.url }).end();
    expect(await send(receiver.url)).toMatchObject({ status: 307 });
    expect(other.received).toEqual([]);
  });

  it('is answered by a status whose rest does not come', async () => {
    const receiver = await aReceiver();
    receiver.answer = (_request, response) => void response.writeHead(200).write('some');
    expect(await send(receiver.url, { timeoutMs: 100 })).toMatchObject({ status: 200, text: 'some' });
  });

  it('ends where the receiver goes over to another protocol, which is no answer of success', async () => {
    const upgrade = 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n';
    const url = await aServer((socket) => void socket.once('data', () => socket.write(upgrade)));
    expect(await send(url)).toEqual({ status: 101, text: '', retryAfterSeconds: null });
  });

  it('reads no more of an answer than is shown', async () => {
    const receiver = await aReceiver();
    receiver.answer = (_request, response) => {
      response.writeHead(200);
      // without an end: who waits for it waits for ever
      response.write('x'.repeat(5 * maxAnswerBytes));
    };
    expect((await send(receiver.url)).text).toBe('x'.repeat(maxAnswerBytes));
  });

  it('has the status of an answer that is cut off', async () => {
    const url = await aServer((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf'));
    });
    expect(await send(url)).toMatchObject({ status: 200, text: 'half' });
  });

  it('ends when the receiver takes too long', async () => {
    const url = await aServer(() => {});
    await expect(send(url, { timeoutMs: 50 })).rejects.toThrow('The receiver did not answer within 50 ms.');
  });

  it('ends when a name takes too long', async () => {
    const resolve = () => new Promise<never>(() => {});
    await expect(send('http://slow.example/', { timeoutMs: 50, resolve })).rejects.toThrow('within 50 ms');
  });

  it('ends when the server is stopped', async () => {
    const stop = new AbortController();
    const url = await aServer((socket) => void socket.once('data', () => stop.abort()));
    await expect(send(url, { signal: stop.signal })).rejects.toThrow('The server was stopped');
  });

  it.each([
    ['speaks something else', (socket: Socket) => void socket.end('SSH-2.0-x\r\n'), /cannot be reached: HPE_/],
    ['hangs up', (socket: Socket) => void socket.destroy(), /cannot be reached: ECONNRESET|socket hang up/],
  ])('says why there is no answer of one that %s', async (_what, talk, message) => {
    await expect(send(await aServer(talk))).rejects.toThrow(message);
  });

  it('says why there is no answer of one that is gone', async () => {
    const receiver = await startReceiver();
    await receiver[Symbol.asyncDispose]();
    await expect(send(receiver.url)).rejects.toThrow('The receiver cannot be reached: ECONNREFUSED.');
  });

  it('says why there is no answer over TLS', async () => {
    const url = await aServer((socket) => void socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\n\r\n')));
    await expect(send(url.replace('http:', 'https:'))).rejects.toThrow(/cannot be reached: (EPROTO|ERR_SSL)/);
  });
});

describe('a name', () => {
  const at = (...addresses: string[]) =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

  it('that leads to a private address is not sent to', async () => {
    for (const address of ['127.0.0.1', '169.254.169.254', '::ffff:10.0.0.1', '::1'])
      await expect(
        send('http://inside.example/', { reachable: { http: true, networks: [] }, resolve: async () => at(address) }),
      ).rejects.toThrow(`inside.example leads to ${address}: it is not an address of the public internet`);
  });

  it('that leads to one of several that is private is not sent to', async () => {
    const receiver = await aReceiver();
    const resolve = async () => at('127.0.0.1', '10.0.0.1');
    await expect(send(`http://both.example:${receiver.port}/`, { resolve })).rejects.toThrow('leads to 10.0.0.1');
    expect(receiver.received).toEqual([]);
  });

  it('is resolved once, so that what it leads to then counts for nothing', async () => {
    const receiver = await aReceiver();
    let asked = 0;
    const resolve = async () => at(asked++ === 0 ? '127.0.0.1' : '10.0.0.1');
    expect(await send(`http://rebinding.example:${receiver.port}/`, { resolve })).toMatchObject({ status: 204 });
    expect(asked).toBe(1);
    expect(receiver.received[0]?.headers.host).toBe(`rebinding.example:${receiver.port}`);
    await expect(send(`http://rebinding.example:${receiver.port}/`, { resolve })).rejects.toThrow('leads to 10.0.0.1');
  });

  it('that is unknown, or has no address, is said to be', async () => {
    const unknown = () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }));
    await expect(send('http://none.example/', { resolve: unknown })).rejects.toThrow('cannot be reached: ENOTFOUND');
    await expect(send('http://none.example/', { resolve: async () => [] })).rejects.toThrow('has no address');
  });

  it('is none where the URL has an address, which is checked too', async () => {
    await expect(send('http://127.0.0.1/', { reachable: { http: true, networks: [] } })).rejects.toThrow(
      'must not lead to 127.0.0.1',
    );
  });
});
