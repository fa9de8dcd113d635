import ipaddr from 'ipaddr.js';

/**
 * Which addresses webhooks may be sent to. Whoever writes a URL must not reach what only this server reaches: services on this machine, in its
 * network, and the metadata of its cloud (SSRF).
 */
export interface Reachable {
  /** Whether `http:` is allowed. */
  readonly http: boolean;
  /** Networks in CIDR notation that are not of the public internet, and allowed all the same. */
  readonly networks: readonly string[];
}

const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/** Whether an IP address is of the public internet, or of an allowed network. IPv6 forms of an IPv4 address count as that. */
export function isReachable(address: string, { networks }: Reachable): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (networks.some((network) => isWithin(parsed, network))) return true;
  if (parsed.range() !== 'unicast') return false;
  // the rest of IPv6 is not given out, and has forms that lead elsewhere, such as ::127.0.0.1
  return parsed instanceof ipaddr.IPv4 || parsed.match(globalUnicast);
}

function isWithin(address: ipaddr.IPv4 | ipaddr.IPv6, network: string): boolean {
  const [base, bits] = ipaddr.parseCIDR(network);
  if (address instanceof ipaddr.IPv4) return base instanceof ipaddr.IPv4 && address.match(base, bits);
  return base instanceof ipaddr.IPv6 && address.match(base, bits);
}

/** Why a URL cannot be sent to, as the rest of a sentence about it; null if it can, as far as is known before its name is resolved. */
export function problemOfUrl(text: string, reachable: Reachable): string | null {
  const url = URL.parse(text);
  if (!url) return 'must be a URL such as https://hooks.example.com/cq.';
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return `must be an https URL, got ${url.protocol}`;
  if (url.protocol === 'http:' && !reachable.http)
    return 'must be an https URL: http is allowed only where the server is started with CQ_WEBHOOK_HTTP=on.';
  if (url.username !== '' || url.password !== '') return 'must not contain a user or a password.';
  if (url.hash !== '') return 'must not contain a fragment (#).';
  const literal = literalIn(url);
  if (literal !== null && !isReachable(literal, reachable)) return `must not lead to ${literal}: ${notPublic}`;
  return null;
}

export const notPublic =
  'it is not an address of the public internet, and CQ_WEBHOOK_NETWORKS, which names those that are allowed beside, does not have it.';

/** The IP address that a URL has in place of a name; null where it has a name. */
export function literalIn({ hostname }: URL): string | null {
  const address = hostname.replace(/^\[|\]$/g, '');
  return ipaddr.isValid(address) ? address : null;
}
