import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { Log } from '../log.ts';

type Request = Pick<IncomingMessage, 'headers' | 'socket'>;

/**
 * The network address of a client, as rate limits count it: an IPv4 address, or the /64 network of an IPv6 address, all of which
 * belongs to one subscriber. Behind `proxies` trusted reverse proxies it is the address that the outermost of them wrote into
 * `X-Forwarded-For`; entries to the left of that are the client's own claim and ignored. Where that entry is no address, the
 * result is the address of the proxy.
 */
export function clientAddress(req: Request, proxies: number): string {
  const socket = read(req.socket.remoteAddress ?? '') ?? 'unknown';
  if (proxies === 0) return socket;
  const forwarded = [req.headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
  return read(forwarded.at(-proxies) ?? '') ?? socket;
}

/** `1.2.3.4`, `1.2.3.4:5678`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:443`, also in quotes, also with a zone. */
const forms = /^"?(?:\[([^\]]*)\](?::\d+)?|([^:]*):\d+|(.*?))"?$/;

/** Normalises an address, so that each client has one spelling; null for a text that is no address. */
function read(text: string): string | null {
  const [, bracketed, withPort, bare] = forms.exec(text.trim()) ?? [];
  const [address = ''] = (bracketed ?? withPort ?? bare ?? '').split('%');
  if (isIP(address) === 0) return null;
  // process() turns an IPv4-mapped address such as ::ffff:1.2.3.4 into IPv4
  const parsed = ipaddr.process(address);
  if (!(parsed instanceof ipaddr.IPv6)) return parsed.toString();
  const network = parsed.parts.slice(0, 4).map((part) => part.toString(16));
  return `${network.join(':')}::/64`;
}

const forwarding = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'x-forwarded-prefix'];

/** Logs a warning, once, when a request has forwarding headers and `CQ_TRUST_PROXY` is 0. */
export function proxyWarning(proxies: number, log: Log): (req: Pick<IncomingMessage, 'headers'>) => void {
  let isDone = proxies > 0;
  return ({ headers }) => {
    if (isDone) return;
    const header = forwarding.find((name) => headers[name] !== undefined);
    if (header === undefined) return;
    isDone = true;
    log.warn(
      { header },
      'forwarding headers are ignored: if requests come through a reverse proxy of yours, set CQ_TRUST_PROXY to the number of ' +
        'proxies, else rate limits count all clients behind it as one caller, and X-Forwarded-Prefix goes for nothing',
    );
  };
}
