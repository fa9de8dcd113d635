import type { IncomingMessage, ServerResponse } from 'node:http';

/** `CQ_CORS_ORIGIN`: the origins whose web pages may call the APIs; `*` for every origin. */
export type AllowedOrigins = '*' | readonly string[];

/** Whether web pages of this origin may read responses. */
export const isAllowedOrigin = (origin: string, allowed: AllowedOrigins) => allowed === '*' || allowed.includes(origin);

/**
 * Sets the CORS headers of a response to an allowed origin, and of a preflight request those that allow `methods` and the
 * requested headers; each API passes its own (`graphql/server.ts`, `rest/handler.ts`, `mcp/handler.ts`). To be called before the response is written. The request's own origin is echoed, never `*`; caches keep
 * responses apart by the `Vary: Origin` of `http/response-headers.ts`.
 */
export function setCorsHeaders(
  { method, headers }: IncomingMessage,
  res: ServerResponse,
  methods: readonly string[],
): void {
  if (headers.origin === undefined) return;
  res.setHeader('access-control-allow-origin', headers.origin);
  res.setHeader('access-control-expose-headers', 'WWW-Authenticate, Retry-After, X-Request-Id');
  if (method !== 'OPTIONS') return;
  res.setHeader('access-control-allow-methods', [...methods, 'OPTIONS'].join(', '));
  const requested = headers['access-control-request-headers'];
  if (requested !== undefined) res.setHeader('access-control-allow-headers', requested);
}
