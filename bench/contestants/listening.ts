import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Serving } from './contestant.ts';

/** Has a server listen on a free port. */
export async function listening(server: Server, close?: () => unknown): Promise<Serving> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await close?.();
    },
  };
}
