import type { IncomingMessage } from 'node:http';
import type { Reply } from '../transport/reply.ts';
import type { RequestHandler, SocketHandler } from '../transport/request.ts';

/** The routing table of the HTTP server, once the database is open. `main.ts` makes it. */
export interface Routes {
  /** Request handlers of the APIs by path; a path that ends in `/` is a prefix. */
  readonly handlers: Readonly<Record<string, RequestHandler>>;
  /** Handlers of WebSockets, by path. */
  readonly sockets?: Readonly<Record<string, SocketHandler>>;
  /** Pages for GET and HEAD by path; one that ends in `/`, but for the root, is a prefix. */
  readonly pages: Readonly<Record<string, Page>>;
  /** Readiness check: rejects while requests cannot be served. */
  readonly ready: () => Promise<void>;
  /** Ends responses and connections that go on until they are ended: nobody waits for them. */
  readonly endStreams?: () => void;
}

/**
 * Answers a request for a page; null leaves it to the handler at the same path. `prefix` is the path below which the client
 * reaches this server (`public-path.ts`).
 */
export type Page = (req: IncomingMessage, prefix: string) => Reply | null | Promise<Reply | null>;

const probes: readonly string[] = ['/livez', '/readyz'];

export const isProbe = (path: string): boolean => probes.includes(path);

/** The path as it is in the table; a prefix with `*` behind it. Null where there is nothing. */
export function routeOf(routes: Routes | null, path: string): string | null {
  if (isProbe(path)) return path;
  if (!routes) return null;
  const at = handlerKey(routes, path) ?? pageKey(routes, path);
  if (at === undefined) return null;
  return at !== '/' && at.endsWith('/') ? `${at}*` : at;
}

/** Whether there is anything at a path. Before the routes are there, only the probes are. */
export const isRoute = (routes: Routes | null, path: string): boolean =>
  isProbe(path) || (routes !== null && (!!findPage(routes, path) || !!findHandler(routes, path)));

/** The methods at a path, for CORS. Before the routes are there, those that any of them has. */
export function methodsAt(routes: Routes | null, path: string): readonly string[] {
  if (routes === null) return ['GET', 'HEAD', 'POST'];
  const isRead = isProbe(path) || !!findPage(routes, path);
  return [...(isRead ? ['GET', 'HEAD'] : []), ...(findHandler(routes, path)?.methodsAt(path) ?? [])];
}

/** The request handler at a path. */
export function findHandler(routes: Routes, path: string): RequestHandler | undefined {
  const at = handlerKey(routes, path);
  return at === undefined ? undefined : routes.handlers[at];
}

const handlerKey = ({ handlers }: Routes, path: string): string | undefined =>
  Object.keys(handlers).find((each) => (each.endsWith('/') ? path.startsWith(each) : path === each));

/** The page at a path. */
export function findPage(routes: Routes, path: string): Page | undefined {
  const at = pageKey(routes, path);
  return at === undefined ? undefined : routes.pages[at];
}

function pageKey({ pages }: Routes, path: string): string | undefined {
  if (Object.hasOwn(pages, path)) return path;
  // only the first segment: whatever is below it is one page
  const segment = path.slice(0, path.indexOf('/', 1) + 1);
  return segment !== '' && Object.hasOwn(pages, segment) ? segment : undefined;
}

/** Whether a request is for a page in a browser, and not for the API at the same path. */
export function isPage(routes: Routes, { method, headers }: IncomingMessage, path: string): boolean {
  const isRead = method === 'GET' || method === 'HEAD';
  return isRead && !!findPage(routes, path) && headers.accept?.includes('text/html') === true;
}
