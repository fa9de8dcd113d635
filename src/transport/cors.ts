import type { IncomingMessage, ServerResponse } from 'node:http';

/** The web pages that may call the server: all, or those of these origins. */
export type AllowedOrigins = '*' | readonly string[];

/** Whether a page of this origin may read what the server answers. */
export const mayRead = (origin: string, allowed: AllowedOrigins) => allowed === '*' || allowed.includes(origin);

/**
 * Lets the page that a request comes from read the answer, and says what it may send. To be called before the answer is
 * written, for pages that may call. Each origin is answered by itself: what caches keep of one is not for another, which
 * `http/server.ts` tells them by `Vary`.
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
  const asked = headers['access-control-request-headers'];
  if (asked !== undefined) res.setHeader('access-control-allow-headers', asked);
}
