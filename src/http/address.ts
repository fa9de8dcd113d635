import type { IncomingMessage } from 'node:http';

/**
 * The network address of a caller. Behind `proxies` proxies of ours it is what the outermost of them wrote into
 * `X-Forwarded-For`; anything further to the left is the caller's own claim and not believed.
 */
export function addressOf(req: Pick<IncomingMessage, 'headers' | 'socket'>, proxies: number): string {
  const socket = req.socket.remoteAddress ?? 'unknown';
  if (proxies === 0) return socket;
  const forwarded = [req.headers['x-forwarded-for'] ?? []]
    .flat()
    .join(',')
    .split(',')
    .map((part) => part.trim());
  return forwarded.at(-proxies) || socket;
}
