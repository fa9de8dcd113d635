import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server on this machine that can be cut, as a network is that drops packets: nobody is told. */
export interface TcpProxy extends AsyncDisposable {
  /** The same URL by way of the proxy. */
  through(url: string): string;
  /** Leads new connections to another server. */
  leadTo(url: string): void;
  /** From now on nothing arrives, in either direction; connections stay open, and new ones are taken and never answered. */
  cut(): void;
  /** The same as soon as one connection has sent these, one after the other; the last one still arrives. */
  cutAfter(...texts: string[]): void;
  /** Everything arrives again, late. With `forget`, what was open before is dead for ever, without a word. */
  mend(options?: { readonly forget: boolean }): void;
}

/** A client's connection, and what was opened for it: nothing while the way was cut. */
interface Pair {
  readonly client: Socket;
  readonly server: Socket | null;
}

export async function startProxy(): Promise<TcpProxy> {
  let target = 0;
  let isCut = false;
  let triggers: readonly string[] = [];
  let sent = new WeakMap<Socket, number>();
  const pairs = new Set<Pair>();
  const dead = new Set<Socket>();

  const cut = () => {
    isCut = true;
    for (const { client, server } of pairs) for (const socket of [client, server]) socket?.pause();
  };
  const forward = (from: Socket, to: Socket) =>
    from.on('data', (bytes) => {
      to.write(bytes);
      const next = sent.get(from) ?? 0;
      if (triggers[next] === undefined || !bytes.includes(triggers[next])) return;
      sent.set(from, next + 1);
      if (next + 1 === triggers.length) cut();
    });

  const listener = createServer((client) => {
    const server = isCut ? null : connect(target, '127.0.0.1');
    const pair = { client, server };
    pairs.add(pair);
    client.on('error', () => {});
    client.once('close', () => {
      pairs.delete(pair);
      dead.delete(client);
      server?.destroy();
    });
    if (!server) return client.pause();
    server.on('error', () => {});
    server.once('close', () => dead.has(client) || client.destroy());
    forward(client, server);
    forward(server, client);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;

  const leadTo = (text: string) => {
    target = Number(new URL(text).port || 5432);
  };
  return {
    through(text) {
      leadTo(text);
      const url = new URL(text);
      url.hostname = '127.0.0.1';
      url.port = String(port);
      return url.href;
    },
    leadTo,
    cut,
    cutAfter(...texts) {
      triggers = texts;
      sent = new WeakMap();
    },
    mend({ forget } = { forget: false }) {
      isCut = false;
      triggers = [];
      for (const { client, server } of pairs) {
        if (forget) dead.add(client);
        if (forget || !server) server ? server.destroy() : client.destroy();
        else for (const socket of [client, server]) socket.resume();
      }
    },
    async [Symbol.asyncDispose]() {
      for (const { client } of pairs) client.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
