import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { sendEventStream } from '../../src/graphql/event-stream.ts';
import { createGraphQLRequestHandler } from '../../src/graphql/handler.ts';

/** A server of one endless stream; answers how many bytes were taken from it, and resolves when the response is closed. */
async function endless(times: { readonly slowMs: number; readonly lastMs?: number }) {
  let taken = 0;
  const closed = Promise.withResolvers<void>();
  const chunk = new TextEncoder().encode(`data: ${'x'.repeat(65_536)}\n\n`);
  const server = createServer((_req, res: ServerResponse) => {
    res.once('close', closed.resolve);
    const body = new ReadableStream({
      pull(controller) {
        taken += chunk.byteLength;
        controller.enqueue(chunk);
      },
    });
    sendEventStream(new Response(body, { headers: { 'content-type': 'text/event-stream' } }), res, times);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    taken: () => taken,
    closed: closed.promise,
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}

describe('a client that does not read its stream', () => {
  it('is told so, and what is made for it is what it was sent', async () => {
    await using stream = await endless({ slowMs: 30 });
    const socket = connect(stream.port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    // nothing reads what comes: it ends by itself, and what was sent is there to be read
    let [received, text] = [0, ''];
    const ended = new Promise((resolve) => socket.once('close', resolve));
    await expect.poll(() => stream.taken(), { timeout: 60_000 }).toBeGreaterThan(0);
    socket.on('data', (part: Buffer) => {
      received += part.byteLength;
      text = (text + part.toString('utf8')).slice(-1000);
      // slower than it is made
      socket.pause();
      if (text.includes('SLOW_READER')) socket.resume();
      else setTimeout(() => socket.resume(), 60);
    });
    await ended;
    expect(text).toContain('SLOW_READER');
    expect(text).toContain('event: complete');
    expect(stream.taken() - received).toBeLessThan(3 * 65_536);
  });

  it('is cut off if it does not read that either', async () => {
    await using stream = await endless({ slowMs: 50, lastMs: 50 });
    const socket = connect(stream.port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    await stream.closed;
    socket.destroy();
  });
});

describe('a client that is gone before its stream has begun', () => {
  const gone = (response: Response) =>
    createGraphQLRequestHandler({ handleNodeRequestAndResponse: async () => response } as never).handle(
      ...([{ method: 'GET', headers: { accept: 'text/event-stream' } }, { destroyed: true }, {}] as never as [
        never,
        never,
        never,
      ]),
    );

  it('leaves no stream behind, which would go on with pings', async () => {
    const cancelled = Promise.withResolvers<void>();
    await gone(new Response(new ReadableStream({ cancel: () => cancelled.resolve() })));
    await cancelled.promise;
  });

  it('is no error', async () => {
    // as Yoga's stream before anything is read of it
    const cancel = () => {
      throw new TypeError("Cannot read properties of undefined (reading 'return')");
    };
    await expect(gone(new Response(new ReadableStream({ cancel })))).resolves.toBeUndefined();
  });
});
