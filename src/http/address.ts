import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { Log } from '../log.ts';

type Request = Pick<IncomingMessage, 'headers' | 'socket'>;

/**
 * The network address of a caller, as limits count it: an IPv4 address, or the /64 that an IPv6 address is in, since one
 * subscriber has all of that. Behind `proxies` proxies of ours it is what the outermost of them wrote into
 * `X-Forwarded-For`; anything further to the left is the caller's own claim and not believed. Where that is no address, it
 * is the proxy's own.
 */
export function addressOf(req: Request, proxies: number): string {
  const socket = read(req.socket.remoteAddress ?? '') ?? 'unknown';
  if (proxies === 0) return socket;
  const forwarded = [req.headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
  return read(forwarded.at(-proxies) ?? '') ?? socket;
}

/** `1.2.3.4`, `1.2.3.4:5678`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:443`, also in quotes, also with a zone. */
const forms = /^"?(?:\[([^\]]*)\](?::\d+)?|([^:]*):\d+|(.*?))"?$/;

/** An address in whatever spelling, in the one that we use; null when it is none. */
function read(text: string): string | null {
  const [, bracketed, withPort, bare] = forms.exec(text.trim()) ?? [];
  const [address = ''] = (bracketed ?? withPort ?? bare ?? '').split('%');
  if (isIP(address) === 0) return null;
  // also makes ::ffff:1.2.3.4 the IPv4 address that it stands for
  const parsed = ipaddr.process(address);
  if (!(parsed instanceof ipaddr.IPv6)) return parsed.toString();
  const network = parsed.parts.slice(0, 4).map((part) => part.toString(16));
  return `${network.join(':')}::/64`;
}

const forwarding = ['x-forwarded-for', 'forwarded', 'x-real-ip'];

/** Looks at requests for signs of a proxy that nobody told us of, and says so once. */
export function proxyWarning(proxies: number, log: Log): (req: Pick<IncomingMessage, 'headers'>) => void {
  let done = proxies > 0;
  return ({ headers }) => {
    if (done) return;
    const header = forwarding.find((name) => headers[name] !== undefined);
    if (header === undefined) return;
    done = true;
    log.warn(
      { header },
      'requests come with forwarding headers, which are not believed: if they come through a proxy of yours, set ' +
        'CQ_TRUST_PROXY to the number of proxies, else limits count everybody behind it as one caller',
    );
  };
}
