import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that a receiver was sent. */
export interface Received {
  readonly url: string;
  readonly headers: IncomingHttpHeaders & Record<string, string | undefined>;
  readonly body: string;
}

export interface Receiver extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly received: Received[];
  /** Answers from now on; 204 until it is told otherwise. */
  answer: (request: Received, response: ServerResponse) => void;
  /** Resolves when there are so many requests. */
  count(requests: number): Promise<readonly Received[]>;
}

/** A receiver of webhooks on this machine. */
export async function startReceiver(port = 0): Promise<Receiver> {
  const received: Received[] = [];
  const waiting = new Set<() => void>();
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const one = {
      url: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    } as Received;
    received.push(one);
    receiver.answer(one, response);
    for (const wake of waiting) wake();
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: own } = server.address() as AddressInfo;
  const receiver: Receiver = {
    url: `http://127.0.0.1:${own}/in`,
    port: own,
    received,
    answer: (_request, response) => void response.writeHead(204).end(),
    count: (requests) =>
      new Promise((resolve) => {
        const look = () => {
          if (received.length < requests) return;
          waiting.delete(look);
          resolve(received);
        };
        waiting.add(look);
        look();
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}
