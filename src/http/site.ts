import type { IncomingMessage } from 'node:http';
import type { AllowedOrigins } from '../transport/cors.ts';
import type { RequestHandler } from '../transport/request.ts';
import type { Reply } from './reply.ts';

/** What a server answers with, once it can. */
export interface Site {
  /** The APIs, by path; one that ends in `/` takes everything under it. */
  readonly handlers: Readonly<Record<string, RequestHandler>>;
  /** What else there is to GET, by path; null leaves the request to the API. */
  readonly pages: Readonly<Record<string, (req: IncomingMessage) => Reply | null | Promise<Reply | null>>>;
  /** The web pages that may read why an API does not handle their request. */
  readonly corsOrigin: AllowedOrigins;
  /** Resolves when requests can be served. */
  readonly ready: () => Promise<void>;
}

/** The API at a path. */
export function handlerAt({ handlers }: Site, path: string): RequestHandler | undefined {
  const at = Object.keys(handlers).find((each) => (each.endsWith('/') ? path.startsWith(each) : path === each));
  return at === undefined ? undefined : handlers[at];
}

/** Whether it is a page that is asked for. What may be one or not is known when the page has looked. */
export function isPage({ pages }: Site, { method, headers }: IncomingMessage, path: string): boolean {
  const isRead = method === 'GET' || method === 'HEAD';
  return isRead && Object.hasOwn(pages, path) && headers.accept?.includes('text/html') === true;
}
