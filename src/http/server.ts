import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../log.ts';
import { mayRead, setCorsHeaders } from '../transport/cors.ts';
import { BodyTooLarge, ClientGone, type RequestFacts, type RequestHandler } from '../transport/request.ts';
import { addressOf, proxyWarning } from './address.ts';
import { type AdmissionLimits, createAdmission, type Place } from './admission.ts';
import { idOf, notReady, pathOf, refusal, setHeaders, shedHeaders, starting, tooMuch, unexpected } from './answers.ts';
import { type Body, type BodyLimits, createBodies } from './bodies.ts';
import { refuseUnreadable } from './client-error.ts';
import { type Reply, send } from './reply.ts';
import { createShedLog } from './shed-log.ts';
import { handlerAt, isPage, type Site } from './site.ts';
import { readTarget } from './target.ts';
import { standardTimeouts, type Timeouts } from './timeouts.ts';

export interface HttpOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** How many proxies in front of us are ours. */
  readonly trustProxy: number;
  readonly log: Log;
  readonly admission: AdmissionLimits;
  readonly bodies: BodyLimits;
  /** The standard ones, unless told otherwise. */
  readonly timeouts?: Timeouts;
}

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
  const admission = createAdmission(options.admission);
  const bodies = createBodies(options.bodies);
  const shedLog = createShedLog(options.log);
  // the Host header is checked with the rest of the target
  const settings = { connectionsCheckingInterval: timeouts.checkMs, requireHostHeader: false };
  const server = createServer(settings, (req, res) => {
    admission.arrived();
    if (closing) res.setHeader('connection', 'close');
    const target = readTarget(req);
    const path = 'path' in target ? target.path : pathOf(req);
    const handler = site && handlerAt(site, path);
    // before anything else is done for it: to refuse must cost next to nothing
    if (handler && needsPlace(req, path) && 'path' in target && admission.isFull())
      return shed(req, res, handler, idOf(req));
    inFlight.add(res);
    res.once('close', () => inFlight.delete(res));
    const requestId = idOf(req);
    const facts: RequestFacts['facts'] = {};
    logWhenDone(req, res, path, requestId, facts);
    setHeaders(req, res, requestId);
    if ('problem' in target)
      return send(req, res, refusal(handler, 400, { code: 'BAD_USER_INPUT', message: target.problem, requestId }));
    void answer(req, res, path, requestId, facts).catch((error: unknown) => {
      if (error instanceof ClientGone) return;
      options.log.error({ requestId, err: error, path }, 'unexpected error');
      facts.codes = ['INTERNAL_SERVER_ERROR'];
      if (res.headersSent) return res.destroy();
      send(req, res, refusal(handler, 500, { code: 'INTERNAL_SERVER_ERROR', message: unexpected, requestId }));
    });
  });
  server.on('connection', admission.arrived);
  server.on('clientError', refuseUnreadable);
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

  /** Whether it is work, of which there may be too much; probes and pages are not, nor is what a browser asks beforehand. */
  function needsPlace(req: IncomingMessage, path: string): boolean {
    return req.method !== 'OPTIONS' && !(site && isPage(site, req, path));
  }

  async function answer(
    req: IncomingMessage,
    res: ServerResponse,
    path: string,
    requestId: string,
    facts: RequestFacts['facts'],
  ): Promise<void> {
    if (path === '/livez') return send(req, res, { status: 200, json: { status: 'ok' } });
    if (path === '/readyz') return send(req, res, await readiness());
    if (site === null) return send(req, res, starting);
    const page = Object.hasOwn(site.pages, path) ? site.pages[path] : undefined;
    if (page && (req.method === 'GET' || req.method === 'HEAD')) {
      const reply = await page(req);
      if (reply) return send(req, res, reply);
    }
    const handler = handlerAt(site, path);
    if (handler) {
      warnOfProxies(req);
      return enter(handler, req, res, requestId, facts);
    }
    if (page)
      return send(req, res, { status: 405, json: { error: 'method not allowed' }, headers: { allow: 'GET, HEAD' } });
    send(req, res, { status: 404, json: { error: `there is nothing at ${path}; the API is at /graphql` } });
  }

  /** Has its API handle a request once its body is there and it is its turn, unless the client has gone. */
  async function enter(
    handler: RequestHandler,
    req: IncomingMessage,
    res: ServerResponse,
    requestId: string,
    facts: RequestFacts['facts'],
  ): Promise<void> {
    const arrivedAt = performance.now();
    const gone = new AbortController();
    res.once('close', () => {
      if (!res.writableFinished) gone.abort(new ClientGone());
    });
    const { signal } = gone;
    const body = await bodies.read(req);
    if (body === 'gone') return;
    if (body === 'shed') {
      // the rest of the body is on its way, and nobody reads it
      res.setHeader('connection', 'close');
      return shed(req, res, handler, requestId);
    }
    try {
      const place = req.method === 'OPTIONS' ? noPlace : await admission.enter(arrivedAt, signal);
      if (place === 'gone') return;
      if (place === 'shed') return shed(req, res, handler, requestId);
      try {
        const address = addressOf(req, options.trustProxy);
        const { stepAside } = place;
        await handler.handle(req, res, {
          req,
          address,
          requestId,
          signal,
          stepAside,
          body: () => contentOf(body),
          facts,
        });
        cutOffUnread(res);
      } finally {
        place.leave();
      }
    } finally {
      body.release();
    }
  }

  function cutOffUnread(res: ServerResponse): void {
    if (res.writableFinished || res.destroyed) return;
    const timer = setTimeout(() => res.destroy(), timeouts.answerMs).unref();
    res.once('close', () => clearTimeout(timer));
  }

  function shed(req: IncomingMessage, res: ServerResponse, handler: RequestHandler, requestId: string): void {
    shedLog.note();
    const { origin } = req.headers;
    if (site && origin !== undefined && mayRead(origin, site.corsOrigin)) setCorsHeaders(req, res, []);
    const body = JSON.stringify(handler.refusal({ code: 'SERVICE_UNAVAILABLE', message: tooMuch, requestId }));
    // in one go, since there may be many
    res.writeHead(503, [...shedHeaders, 'x-request-id', requestId, 'content-length', String(Buffer.byteLength(body))]);
    res.end(body);
  }

  async function readiness(): Promise<Reply> {
    if (closing) return notReady('stopping');
    if (site === null) return notReady('starting');
    try {
      await site.ready();
      return { status: 200, json: { status: 'ok' } };
    } catch (error) {
      options.log.warn({ err: error }, 'not ready');
      return notReady('not ready');
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

function contentOf({ content }: Body): Buffer {
  if (content instanceof BodyTooLarge) throw content;
  return content;
}

/** What is no work takes none. */
const noPlace: Place = { stepAside: () => {}, leave: () => {} };
