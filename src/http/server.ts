import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../log.ts';
import type { Door, RequestFacts } from '../request.ts';
import { addressOf, proxyWarning } from './address.ts';
import { type Reply, send } from './reply.ts';

export interface HttpOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** How many proxies in front of us are ours. */
  readonly trustProxy: number;
  readonly log: Log;
  /** The standard ones, unless told otherwise. */
  readonly timeouts?: Timeouts;
}

/** What a server answers with, once it can. */
export interface Site {
  /** The APIs, by path; one that ends in `/` takes everything under it. */
  readonly doors: Readonly<Record<string, Door>>;
  /** What else there is to GET, by path; null leaves the request to the API. */
  readonly pages: Readonly<Record<string, (req: IncomingMessage) => Reply | null | Promise<Reply | null>>>;
  /** Resolves when requests can be served. */
  readonly ready: () => Promise<void>;
}

/** How long a connection may take, in milliseconds. */
export interface Timeouts {
  /** For the next request to begin. */
  readonly keepAliveMs: number;
  /** For the headers of a request, and for all of it: its sender is answered 408 and cut off. Node swaps the two where headers may take longer. */
  readonly headersMs: number;
  readonly requestMs: number;
  /** How often it is seen to the last two. */
  readonly checkMs: number;
}

export const standardTimeouts: Timeouts = {
  // longer than the idle time of common load balancers, so that they close connections and not we
  keepAliveMs: 65_000,
  headersMs: 30_000,
  requestMs: 30_000,
  checkMs: 30_000,
};

export interface HttpServer {
  readonly url: string;
  /** Answers with this from now on. Until then, all but `/livez` is 503. */
  open(site: Site): void;
  /**
   * Is not ready from now on, but goes on for `delayMs`; then stops accepting, lets what is in flight finish, and resolves.
   * What takes longer than `graceMs` from then is cut off.
   */
  close(delayMs: number, graceMs: number): Promise<void>;
}

const requestIdFormat = /^[\w.-]{1,64}$/;

/**
 * Starts listening, with nothing to answer yet: a port that is taken is found out before anything else is touched, and a
 * process that works on its database for minutes is seen to live. Rejects when the port is taken.
 */
export async function listen(options: HttpOptions): Promise<HttpServer> {
  let closing = false;
  let site: Site | null = null;
  const inFlight = new Set<ServerResponse>();
  const timeouts = options.timeouts ?? standardTimeouts;
  const warnOfProxies = proxyWarning(options.trustProxy, options.log);
  const server = createServer({ connectionsCheckingInterval: timeouts.checkMs }, (req, res) => {
    if (closing) res.setHeader('connection', 'close');
    inFlight.add(res);
    res.once('close', () => inFlight.delete(res));
    void answer(req, res).catch((error: unknown) => {
      options.log.error({ err: error, path: pathOf(req) }, 'unexpected error');
      if (!res.headersSent) send(req, res, { status: 500, json: { error: 'internal server error' } });
      else res.destroy();
    });
  });
  server.keepAliveTimeout = timeouts.keepAliveMs;
  server.headersTimeout = timeouts.headersMs;
  server.requestTimeout = timeouts.requestMs;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    open(given) {
      site = given;
    },
    async close(delayMs, graceMs) {
      closing = true;
      if (delayMs > 0) await delay(delayMs);
      // else clients would keep these connections open, and the server with them
      for (const res of inFlight) if (!res.headersSent) res.setHeader('connection', 'close');
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(timer);
    },
  };

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const path = pathOf(req);
    const given = req.headers['x-request-id'];
    const requestId = typeof given === 'string' && requestIdFormat.test(given) ? given : randomUUID();
    const facts: RequestFacts['facts'] = {};
    logWhenDone(req, res, path, requestId, facts);
    setHeaders(req, res, requestId);
    if (path === '/livez') return send(req, res, { status: 200, json: { status: 'ok' } });
    if (path === '/readyz') return send(req, res, await readiness());
    if (site === null) return send(req, res, starting);
    const page = Object.hasOwn(site.pages, path) ? site.pages[path] : undefined;
    if (page && (req.method === 'GET' || req.method === 'HEAD')) {
      const reply = await page(req);
      if (reply) return send(req, res, reply);
    }
    const door = doorAt(site, path);
    if (door) {
      warnOfProxies(req);
      await door(req, res, { req, address: addressOf(req, options.trustProxy), requestId, facts });
      return;
    }
    if (page)
      return send(req, res, { status: 405, json: { error: 'method not allowed' }, headers: { allow: 'GET, HEAD' } });
    send(req, res, { status: 404, json: { error: `there is nothing at ${path}; the API is at /graphql` } });
  }

  async function readiness(): Promise<Reply> {
    if (closing) return { status: 503, json: { status: 'stopping' } };
    if (site === null) return { status: 503, json: { status: 'starting' } };
    try {
      await site.ready();
      return { status: 200, json: { status: 'ok' } };
    } catch (error) {
      options.log.warn({ err: error }, 'not ready');
      return { status: 503, json: { status: 'not ready' } };
    }
  }

  function logWhenDone(
    req: IncomingMessage,
    res: ServerResponse,
    path: string,
    requestId: string,
    facts: RequestFacts['facts'],
  ) {
    const start = performance.now();
    res.once('close', () => {
      const probe = path === '/livez' || path === '/readyz';
      const ms = Math.round((performance.now() - start) * 10) / 10;
      const line = { requestId, method: req.method, path, status: res.statusCode, ms, ...facts };
      options.log[probe ? 'debug' : 'info'](line, res.writableFinished ? 'request' : 'request cut off');
    });
  }
}

function doorAt({ doors }: Site, path: string): Door | undefined {
  const at = Object.keys(doors).find((door) => (door.endsWith('/') ? path.startsWith(door) : path === door));
  return at === undefined ? undefined : doors[at];
}

const notYet = 'The server is starting and has no database yet. Try again later.';

/** In the form of GraphQL's errors and in that of the REST API, since nobody has looked yet which one was asked. */
const starting: Reply = {
  status: 503,
  json: { errors: [{ message: notYet, extensions: { code: 'SERVICE_UNAVAILABLE' } }], detail: notYet },
  headers: { 'retry-after': '5' },
};

function setHeaders(req: IncomingMessage, res: ServerResponse, requestId: string) {
  res.setHeader('x-request-id', requestId);
  res.setHeader('x-content-type-options', 'nosniff');
  res.setHeader('referrer-policy', 'no-referrer');
  // answers differ by caller, and some hold secrets; which pages may read them is said to each by itself
  res.setHeader('vary', 'Authorization, Origin');
  if (req.headers.authorization !== undefined || req.method === 'POST') res.setHeader('cache-control', 'no-store');
}

function pathOf({ url = '/' }: IncomingMessage): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}
