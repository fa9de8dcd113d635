import type { IncomingMessage, ServerResponse } from 'node:http';
import { webHeader } from './web-session.ts';

/** Security headers, and the headers by which caches must keep responses apart. */
export const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  vary: 'Authorization, Origin',
};

/** Sets what every response has: its request id, the security headers, and `no-store` where it may be private. */
export function setResponseHeaders(req: IncomingMessage, res: ServerResponse, requestId: string, trustProxy: number) {
  res.setHeader('x-request-id', requestId);
  for (const [name, value] of Object.entries(securityHeaders)) res.setHeader(name, value);
  // by which links in the response may differ
  if (trustProxy > 0) res.setHeader('vary', `${securityHeaders.vary}, X-Forwarded-Prefix`);
  if (isPrivate(req)) res.setHeader('cache-control', 'no-store');
}

const isPrivate = ({ method, headers }: IncomingMessage) =>
  method === 'POST' ||
  headers.authorization !== undefined ||
  headers[webHeader] !== undefined ||
  // the answer has what is left to the caller
  headers['graphql-cost'] !== undefined;
