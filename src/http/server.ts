import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { unexpectedErrorMessage } from '../errors.ts';
import type { Log } from '../log.ts';
import { tellOfShed } from '../observations/shed.ts';
import { destroyAfter } from '../transport/closing.ts';
import { type AllowedOrigins, isAllowedOrigin } from '../transport/cors.ts';
import { sendReply } from '../transport/reply.ts';
import {
  ClientDisconnectedError,
  type HttpServerError,
  RequestBodyError,
  type RequestContext,
  type RequestHandler,
} from '../transport/request.ts';
import { type AdmissionLimits, type AdmissionState, createAdmissionControl, type Slot } from './admission.ts';
import { clientAddress, proxyWarning } from './client-address.ts';
import { answerClientError } from './client-error.ts';
import { isPreflight, setCorsHeaders } from './cors.ts';
import { jsonReply } from './json-reply.ts';
import { createLoadSheddingLog } from './load-shedding-log.ts';
import { observationOf, observing } from './observing.ts';
import { sendOverloaded } from './overloaded.ts';
import { createOwnPages } from './own-pages.ts';
import { type PublicPath, publicPath, routePath } from './public-path.ts';
import { readiness, starting } from './readiness.ts';
import { type BodyLimits, createBodyReader } from './request-bodies.ts';
import { requestIdOf } from './request-id.ts';
import { readRequestTarget } from './request-target.ts';
import { setResponseHeaders } from './response-headers.ts';
import { findHandler, findPage, isPage, isProbe, isRoute, methodsAt, type Routes } from './routes.ts';
import { createSockets } from './sockets.ts';
import { standardTimeouts, type Timeouts } from './timeouts.ts';
import { asksForWebSocket, noWebSocket, upgradeHeaders } from './upgrade.ts';
import { webSession } from './web-session.ts';

export interface HttpOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** `CQ_TRUST_PROXY`: how many reverse proxies in front of this server are the operator's own. */
  readonly trustProxy: number;
  /** `CQ_PUBLIC_URL`, without a slash at the end: its path is that below which clients reach this server. */
  readonly publicUrl: string | null;
  /** `CQ_WEB`: whether there is a web page, whose requests may have a session. */
  readonly web: boolean;
  /** `CQ_CORS_ORIGIN`: the origins whose pages may read responses. */
  readonly corsOrigin: AllowedOrigins;
  readonly log: Log;
  readonly admission: AdmissionLimits;
  readonly bodies: BodyLimits;
  /** `standardTimeouts` unless given. */
  readonly timeouts?: Timeouts;
}

export interface HttpServer {
  readonly url: string;
  /** How many requests there are at the moment. */
  readonly admission: AdmissionState;
  /** Serves these routes from now on. Before that, all but `/livez` is answered 503. */
  open(routes: Routes): void;
  /**
   * Graceful shutdown. `/readyz` answers 503 at once; requests are accepted for `delayMs` more; then the server stops, ends what streams,
   * accepting and waits up to `graceMs` for requests in flight before it closes their connections. Resolves when all are closed.
   */
  close(delayMs: number, graceMs: number): Promise<void>;
}

/**
 * Listens on a port, without any routes yet: a port in use is found out before the database is touched, and `/livez` answers
 * while migrations run for minutes. Rejects when it cannot listen.
 */
export async function listen(options: HttpOptions): Promise<HttpServer> {
  let closing = false;
  let routes: Routes | null = null;
  const inFlight = new Set<ServerResponse>();
  const sockets = new Set<Socket>();
  const timeouts = options.timeouts ?? standardTimeouts;
  const publicPathOf = publicPath(options);
  const ownPages = createOwnPages(options);
  const warnOfProxies = proxyWarning(options.trustProxy, options.log);
  const admission = createAdmissionControl(options.admission);
  const bodies = createBodyReader(options.bodies);
  const sheddingLog = createLoadSheddingLog(options.log);
  const upgrades = createSockets(options, {
    ...{ admission, ownPages, publicPathOf },
    routes: () => routes,
  });
  // readRequestTarget checks the Host header
  const settings = {
    connectionsCheckingInterval: timeouts.checkMs,
    requireHostHeader: false,
    shouldUpgradeCallback: upgrades.isOpening,
  };
  const server = createServer(settings, (req, res) => {
    admission.arrived();
    if (closing) res.setHeader('connection', 'close');
    const { path: given, problem } = readRequestTarget(req);
    const place = publicPathOf(req);
    const path = routePath(given, place.prefix, (one) => isRoute(routes, one));
    if (path !== given) req.url = `${path}${req.url?.slice(given.length)}`;
    const handler = routes && findHandler(routes, path);
    if (isReadable(req, handler)) setCorsHeaders(req, res, methodsAt(routes, path));
    const requestId = requestIdOf(req);
    const logFields: RequestContext['logFields'] = {};
    const observation = observationOf(req, res, { routes, path, requestId, fields: logFields });
    // load shedding comes first, since a refusal must cost next to nothing
    if (handler && needsSlot(req, path) && problem === null && admission.isFull())
      return observing(observation, res, () => shed(res, handler, requestId));
    inFlight.add(res);
    res.once('close', () => inFlight.delete(res));
    writeAccessLog(req, res, path, requestId, logFields);
    setResponseHeaders(req, res, requestId, options.trustProxy);
    const sendError = (status: number, code: HttpServerError['code'], message: string, headers = {}) => {
      const body = handler?.errorBody({ code, message, requestId }) ?? { error: message, requestId };
      sendReply(req, res, jsonReply(status, body, headers));
    };
    observing(observation, res, () => {
      if (problem !== null) return sendError(400, 'BAD_USER_INPUT', problem);
      if (asksForWebSocket(req)) return sendError(426, 'BAD_USER_INPUT', noWebSocket, upgradeHeaders);
      void answer(req, res, path, place, { requestId, logFields, observation }).catch((error: unknown) => {
        if (error instanceof ClientDisconnectedError) return;
        options.log.error({ requestId, err: error, path }, 'unexpected error');
        logFields.codes = ['INTERNAL_SERVER_ERROR'];
        if (res.headersSent) return res.destroy();
        sendError(500, 'INTERNAL_SERVER_ERROR', unexpectedErrorMessage);
      });
    });
  });
  upgrades.listenTo(server);
  server.on('connection', admission.arrived);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('clientError', answerClientError);
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
    get admission() {
      return admission.state;
    },
    open(given) {
      routes = given;
    },
    async close(delayMs, graceMs) {
      closing = true;
      if (delayMs > 0) await delay(delayMs);
      // without this header, keep-alive would hold these connections open, and the server with them
      for (const res of inFlight) if (!res.headersSent) res.setHeader('connection', 'close');
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      routes?.endStreams?.();
      // without a request yet, Node takes them for connections with one under way
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
      const timer = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(timer);
    },
  };

  /** Whether a web page may read the response to this request (CORS). */
  function isReadable(req: IncomingMessage, handler: RequestHandler | null | undefined): boolean {
    const { origin } = req.headers;
    return origin !== undefined && (handler?.allowsOrigin?.(req) ?? isAllowedOrigin(origin, options.corsOrigin));
  }

  /** Whether admission control applies: not to probes, pages and CORS preflight requests. */
  function needsSlot(req: IncomingMessage, path: string): boolean {
    return req.method !== 'OPTIONS' && !(routes && isPage(routes, req, path));
  }

  async function answer(
    req: IncomingMessage,
    res: ServerResponse,
    path: string,
    place: PublicPath,
    told: Told,
  ): Promise<void> {
    const handler = routes && findHandler(routes, path);
    // a handler with a policy of its own says why it refuses a page
    if (isPreflight(req) && (!handler?.allowsOrigin || handler.allowsOrigin(req)))
      return sendReply(req, res, { status: 204, body: '' });
    if (path === '/livez') return sendReply(req, res, jsonReply(200, { status: 'ok' }));
    if (path === '/readyz') return sendReply(req, res, await readiness(routes, closing, options.log));
    if (routes === null) return sendReply(req, res, starting);
    const page = findPage(routes, path);
    const isRead = req.method === 'GET' || req.method === 'HEAD';
    const reply = page && isRead ? await page(req, place.prefix) : null;
    if (reply) {
      sendReply(req, res, reply);
      return closeUnread(res);
    }
    if (handler) {
      warnOfProxies(req);
      return handle(handler, req, res, place, told);
    }
    if (page && !isRead)
      return sendReply(req, res, jsonReply(405, { error: 'method not allowed' }, { allow: 'GET, HEAD' }));
    // a cache must not keep it: another process may have what is missing here, as a file of the page during an update
    const notKept = { 'cache-control': 'no-store' };
    const error = `there is nothing at ${path}; the API is at ${place.prefix}/graphql`;
    sendReply(req, res, jsonReply(404, { error }, notKept));
  }

  /** Receives the body, waits for a concurrency slot, and calls the handler; stops where the client disconnects. */
  async function handle(
    handler: RequestHandler,
    req: IncomingMessage,
    res: ServerResponse,
    { baseUrl, prefix }: PublicPath,
    told: Told,
  ): Promise<void> {
    const { requestId, observation } = told;
    const arrivedAt = performance.now();
    const disconnected = new AbortController();
    res.once('close', () => {
      if (!res.writableFinished) disconnected.abort(new ClientDisconnectedError());
    });
    const { signal } = disconnected;
    const body = await bodies.read(req);
    if (body === 'gone') return;
    if (body === 'shed') {
      // the rest of the body will not be read
      res.setHeader('connection', 'close');
      return shed(res, handler, requestId);
    }
    try {
      const slot = req.method === 'OPTIONS' ? noSlot : await admission.acquire(arrivedAt, signal);
      if (slot === 'gone') return;
      if (slot === 'shed') return shed(res, handler, requestId);
      try {
        const content = await body.read();
        const address = clientAddress(req, options.trustProxy);
        const { releaseEarly: releaseSlot } = slot;
        const outcome = await handler.handle(req, res, {
          req,
          address,
          baseUrl,
          ...told,
          web: options.web ? webSession(ownPages, req, res, prefix) : null,
          signal,
          releaseSlot,
          body: () => contentOf(content),
        });
        if (outcome !== 'streaming') closeUnread(res);
        else if (observation) observation.isStream = true;
      } finally {
        slot.release();
      }
    } finally {
      body.release();
    }
  }

  /** Closes the connection of a client that does not read its response in time. */
  function closeUnread(res: ServerResponse): void {
    if (res.writableFinished || res.destroyed) return;
    destroyAfter(res, timeouts.answerMs);
  }

  function shed(res: ServerResponse, handler: RequestHandler, requestId: string): void {
    sheddingLog.note();
    tellOfShed(handler.door ?? 'other');
    sendOverloaded(res, { handler, requestId });
  }

  function writeAccessLog(
    req: IncomingMessage,
    res: ServerResponse,
    path: string,
    requestId: string,
    logFields: RequestContext['logFields'],
  ) {
    const start = performance.now();
    res.once('close', () => {
      const isRoutine = isProbe(path) || (path === '/metrics' && res.statusCode === 200);
      const ms = Math.round((performance.now() - start) * 10) / 10;
      const line = { requestId, method: req.method, path, status: res.statusCode, ms, ...logFields };
      options.log[isRoutine ? 'debug' : 'info'](line, res.writableFinished ? 'request' : 'request cut off');
    });
  }
}

function contentOf(content: Buffer | RequestBodyError): Buffer {
  if (content instanceof RequestBodyError) throw content;
  return content;
}

/** What a request is told of by, in the log and to those who observe it. */
type Told = Pick<RequestContext, 'requestId' | 'logFields' | 'observation'>;

/** For a CORS preflight request, which takes no slot. */
const noSlot: Slot = { releaseEarly: () => {}, release: () => {} };
