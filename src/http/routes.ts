import type { IncomingMessage } from 'node:http';
import type { AllowedOrigins } from '../transport/cors.ts';
import type { Reply } from '../transport/reply.ts';
import type { RequestHandler } from '../transport/request.ts';

/** The routing table of the HTTP server, once the database is open. `main.ts` makes it. */
export interface Routes {
  /** Request handlers of the APIs by path; a path that ends in `/` is a prefix. */
  readonly handlers: Readonly<Record<string, RequestHandler>>;
  /** Pages for GET and HEAD, by path. A page that returns null leaves the request to the handler at the same path. */
  readonly pages: Readonly<Record<string, (req: IncomingMessage) => Reply | null | Promise<Reply | null>>>;
  /** The origins that get CORS headers on a 503 of load shedding; every API sets those of its own responses. */
  readonly corsOrigin: AllowedOrigins;
  /** Readiness check: rejects while requests cannot be served. */
  readonly ready: () => Promise<void>;
}

/** The request handler at a path. */
export function findHandler({ handlers }: Routes, path: string): RequestHandler | undefined {
  const at = Object.keys(handlers).find((each) => (each.endsWith('/') ? path.startsWith(each) : path === each));
  return at === undefined ? undefined : handlers[at];
}

/** Whether a request is for a page in a browser, and not for the API at the same path. */
export function isPage({ pages }: Routes, { method, headers }: IncomingMessage, path: string): boolean {
  const isRead = method === 'GET' || method === 'HEAD';
  return isRead && Object.hasOwn(pages, path) && headers.accept?.includes('text/html') === true;
}
