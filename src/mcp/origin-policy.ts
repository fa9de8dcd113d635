import type { IncomingMessage } from 'node:http';
import { type AllowedOrigins, isAllowedOrigin } from '../transport/cors.ts';

/** What `Host` and `Origin` of a request are checked against. */
export interface OriginPolicy {
  /** `CQ_HOST`: the address that the server listens on. */
  readonly host: string;
  /** `CQ_PUBLIC_URL`: the address that clients use. */
  readonly publicUrl: string | null;
  /** `CQ_CORS_ORIGIN`: the origins of web pages that may call the server. */
  readonly corsOrigin: AllowedOrigins;
}

/**
 * Protection against DNS rebinding and cross-origin calls: why a request is refused with 403; null when it is allowed. A web page
 * whose host name was rebound to this server's address sends that name as `Host`, and every web page sends its `Origin`.
 */
export function originProblem({ headers }: IncomingMessage, policy: OriginPolicy): string | null {
  const { host = '', origin } = headers;
  if (!isOwnHost(host, policy))
    return `The Host header must name this server: localhost, or the host of CQ_PUBLIC_URL; got ${JSON.stringify(host)}.`;
  if (origin !== undefined && !isOriginAllowed(origin, policy))
    return `Pages of ${JSON.stringify(origin)} may not call this server; CQ_CORS_ORIGIN says which may.`;
  return null;
}

function isOwnHost(host: string, { host: bound, publicUrl }: OriginPolicy): boolean {
  const name = parse(`http://${host}`)?.hostname;
  if (name === undefined) return false;
  if (isLoopback(name) || name === hostOf(bound) || name === parse(publicUrl ?? '')?.hostname) return true;
  // DNS rebinding needs a host name: an IP address in Host cannot be rebound
  return !isLoopback(hostOf(bound)) && isAddress(name);
}

function isOriginAllowed(origin: string, { host: bound, publicUrl, corsOrigin }: OriginPolicy): boolean {
  const page = parse(origin);
  if (
    (corsOrigin !== '*' && isAllowedOrigin(origin, corsOrigin)) ||
    (page && page.origin === parse(publicUrl ?? '')?.origin)
  )
    return true;
  // `*`, the default, opens a public server to every page; one that listens on loopback only to pages of the same machine
  return isLoopback(hostOf(bound)) ? page !== null && isLoopback(page.hostname) : corsOrigin === '*';
}

const isLoopback = (name: string) => name === 'localhost' || name === '[::1]' || /^127(\.\d+){3}$/.test(name);
const isAddress = (name: string) => name.startsWith('[') || /^\d+(\.\d+){3}$/.test(name);
const hostOf = (bound: string) => (bound.includes(':') ? `[${bound}]` : bound.toLowerCase());
const parse = (text: string) => URL.parse(text);
