import type { IncomingMessage } from 'node:http';
import { type AllowedOrigins, mayRead } from '../transport/cors.ts';

/** Where the server listens, and for whom. */
export interface OriginPolicy {
  /** The address it is bound to. */
  readonly host: string;
  /** The address that clients know it by. */
  readonly publicUrl: string | null;
  /** The web pages that may call it. */
  readonly corsOrigin: AllowedOrigins;
}

/**
 * Why a request must not come through this door; null when it may. A page whose name was rebound to our address sends
 * that name as `Host`, and every page of a browser sends its `Origin`.
 */
export function refusalOf({ headers }: IncomingMessage, whereabouts: OriginPolicy): string | null {
  const { host = '', origin } = headers;
  if (!isOurs(host, whereabouts))
    return `The Host header must name this server: localhost, or the host of CQ_PUBLIC_URL; got ${JSON.stringify(host)}.`;
  if (origin !== undefined && !mayCall(origin, whereabouts))
    return `Pages of ${JSON.stringify(origin)} may not call this server; CQ_CORS_ORIGIN says which may.`;
  return null;
}

function isOurs(host: string, { host: bound, publicUrl }: OriginPolicy): boolean {
  const name = parse(`http://${host}`)?.hostname;
  if (name === undefined) return false;
  if (isLoopback(name) || name === hostOf(bound) || name === parse(publicUrl ?? '')?.hostname) return true;
  // an address that is bound to by its number was not rebound
  return !isLoopback(hostOf(bound)) && isAddress(name);
}

function mayCall(origin: string, { host: bound, publicUrl, corsOrigin }: OriginPolicy): boolean {
  const page = parse(origin);
  if ((corsOrigin !== '*' && mayRead(origin, corsOrigin)) || (page && page.origin === parse(publicUrl ?? '')?.origin))
    return true;
  // `*` is what an operator opens to the world; a server on a laptop is open to the pages of that laptop
  return isLoopback(hostOf(bound)) ? page !== null && isLoopback(page.hostname) : corsOrigin === '*';
}

const isLoopback = (name: string) => name === 'localhost' || name === '[::1]' || /^127(\.\d+){3}$/.test(name);
const isAddress = (name: string) => name.startsWith('[') || /^\d+(\.\d+){3}$/.test(name);
const hostOf = (bound: string) => (bound.includes(':') ? `[${bound}]` : bound.toLowerCase());
const parse = (text: string) => URL.parse(text);
