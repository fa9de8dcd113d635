import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A proxy in front of a PostgreSQL server, which does with startup packets as hosted poolers do. */
export interface StartupProxy extends AsyncDisposable {
  through(url: string): string;
  /** The parameters of each startup packet that it has seen, the latest last. */
  readonly seen: readonly ReadonlyMap<string, string>[];
}

export interface Refusal {
  readonly code: string;
  readonly message: string;
}

/**
 * What becomes of a packet with `options`: an error, or a packet without them. With `unless`, options of that form are taken, as by a
 * pooler that reads in them which database is meant, and no others, nor none.
 */
export type Treatment = (Refusal & { readonly unless?: RegExp }) | 'drop';

export async function startStartupProxy(server: string, treatment: Treatment): Promise<StartupProxy> {
  const { hostname, port } = new URL(server);
  const seen: ReadonlyMap<string, string>[] = [];
  const sockets = new Set<Socket>();
  const proxy = createServer((client) => {
    const keep = (socket: Socket) => {
      sockets.add(socket.on('error', () => {}).once('close', () => sockets.delete(socket)));
    };
    keep(client);
    let head = Buffer.alloc(0);
    const onData = (chunk: Buffer) => {
      head = Buffer.concat([head, chunk]);
      if (head.length < 8 || head.length < head.readInt32BE(0)) return;
      client.off('data', onData);
      const length = head.readInt32BE(0);
      const parameters = readParameters(head.subarray(8, length));
      seen.push(parameters);
      if (treatment !== 'drop' && isRefused(treatment, parameters.get('options'))) {
        client.end(errorResponse(treatment));
        return;
      }
      parameters.delete('options');
      const target = connect(Number(port || 5432), hostname);
      keep(target);
      target.write(startupPacket(parameters));
      target.write(head.subarray(length));
      client.pipe(target).pipe(client);
    };
    client.on('data', onData);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const own = (proxy.address() as AddressInfo).port;
  return {
    seen,
    through(url) {
      const changed = new URL(url);
      changed.host = `127.0.0.1:${own}`;
      return changed.href;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}

const isRefused = ({ unless }: { readonly unless?: RegExp }, options: string | undefined) =>
  unless ? !unless.test(options ?? '') : options !== undefined;

function readParameters(body: Buffer): Map<string, string> {
  const parts = body.toString('utf8').split('\0');
  const parameters = new Map<string, string>();
  for (let at = 0; parts[at]; at += 2) parameters.set(parts[at] as string, parts[at + 1] ?? '');
  return parameters;
}

function startupPacket(parameters: ReadonlyMap<string, string>): Buffer {
  const body = Buffer.from(`${[...parameters].map(([name, value]) => `${name}\0${value}\0`).join('')}\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(body.length + 8, 0);
  head.writeInt32BE(196_608, 4);
  return Buffer.concat([head, body]);
}

function errorResponse({ code, message }: Refusal): Buffer {
  const body = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
