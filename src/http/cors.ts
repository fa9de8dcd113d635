import type { IncomingMessage, ServerResponse } from 'node:http';

/** What a page may read of a response beside its body. */
const exposed = 'WWW-Authenticate, Retry-After, X-Request-Id, ETag, Allow, traceresponse';
/** For how many seconds a browser may remember the answer to a preflight request; browsers cap it themselves. */
const maxAge = '86400';

/** Whether a request is a CORS preflight request. */
export const isPreflight = ({ method, headers }: IncomingMessage) =>
  method === 'OPTIONS' && headers.origin !== undefined;

/**
 * Sets the CORS headers of a response to a page whose origin is allowed, whatever the response will be: a page can read errors
 * too. For a preflight request they allow `methods` and the requested headers. The request's own origin is echoed, never `*`;
 * caches keep responses apart by the `Vary: Origin` of `response-headers.ts`.
 */
export function setCorsHeaders(req: IncomingMessage, res: ServerResponse, methods: readonly string[]): void {
  res.setHeader('access-control-allow-origin', req.headers.origin ?? '');
  res.setHeader('access-control-expose-headers', exposed);
  if (!isPreflight(req)) return;
  res.setHeader('access-control-allow-methods', [...new Set([...methods, 'OPTIONS'])].join(', '));
  res.setHeader('access-control-max-age', maxAge);
  const requested = req.headers['access-control-request-headers'];
  if (requested !== undefined) res.setHeader('access-control-allow-headers', requested);
}
