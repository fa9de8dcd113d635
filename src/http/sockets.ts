import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError, RateLimitedError } from '../errors.ts';
import type { Log } from '../log.ts';
import { begun, ended } from '../observations/observed.ts';
import { type RequestObservation, requests } from '../observations/request.ts';
import { destroyAfter } from '../transport/closing.ts';
import { type AllowedOrigins, isAllowedOrigin } from '../transport/cors.ts';
import type { SocketHandler, SocketRequest } from '../transport/request.ts';
import type { Admission } from './admission.ts';
import { clientAddress } from './client-address.ts';
import type { OwnPages } from './own-pages.ts';
import { type PublicPath, routePath } from './public-path.ts';
import { requestIdOf } from './request-id.ts';
import { readRequestTarget } from './request-target.ts';
import { isRoute, type Routes } from './routes.ts';
import { asksForWebSocket } from './upgrade.ts';
import { webSessionOfSocket } from './web-session.ts';

export interface SocketsOptions {
  readonly trustProxy: number;
  readonly corsOrigin: AllowedOrigins;
  readonly web: boolean;
  readonly log: Log;
}

/** What the HTTP server shares with its WebSockets. */
export interface Shared {
  readonly admission: Admission;
  readonly ownPages: OwnPages;
  readonly publicPathOf: (req: IncomingMessage) => PublicPath;
  /** Null before there are any, and while the server stops. */
  readonly routes: () => Routes | null;
}

/** Opens WebSockets by Node's event `upgrade`. */
export interface Sockets {
  /**
   * Whether a request opens one; else it goes on as a request like any other. Where Node cannot ask this (before 22.21 and 24.9), there are
   * no WebSockets, since every offer of another protocol would be taken for one.
   */
  isOpening(req: IncomingMessage): boolean;
  listenTo(server: Server): void;
}

export function createSockets({ trustProxy, corsOrigin, web, log }: SocketsOptions, shared: Shared): Sockets {
  const { admission, ownPages, publicPathOf, routes } = shared;

  function placeOf(req: IncomingMessage) {
    const { path: given, problem } = readRequestTarget(req);
    const place = publicPathOf(req);
    const path = routePath(given, place.prefix, (one) => isRoute(routes(), one));
    const at = routes()?.sockets ?? {};
    const handler = problem === null && Object.hasOwn(at, path) ? at[path] : undefined;
    return { path, place, handler };
  }

  function open(req: IncomingMessage, socket: Duplex, head: Buffer) {
    admission.arrived();
    socket.on('error', () => socket.destroy());
    const requestId = requestIdOf(req);
    const at = placeOf(req);
    const logFields: SocketRequest['logFields'] = {};
    if (!requests.hasSubscribers) return void shake(req, socket, head, at, requestId, logFields);
    const observation: RequestObservation = {
      ...{ since: performance.now(), ms: 0, door: 'websocket', method: 'GET', status: 0 },
      ...{ path: at.path, route: at.handler ? at.path : null, requestId, headers: req.headers, fields: logFields },
      ...{ isStream: false, isCutOff: false, setHeader: null },
    };
    begun(requests, observation, () => {
      observation.status = shake(req, socket, head, at, requestId, logFields);
    });
    ended(requests, observation);
  }

  /** Opens a WebSocket, or refuses; answers the status. */
  function shake(
    req: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    { path, place, handler }: ReturnType<typeof placeOf>,
    requestId: string,
    logFields: SocketRequest['logFields'],
  ): number {
    const start = performance.now();
    const elapsed = () => Math.round(performance.now() - start);
    const said = { requestId, path };
    const refuse = (status: number, message: string, headers: Record<string, string> = {}) => {
      log.info({ ...said, status, ms: elapsed() }, 'websocket refused');
      sendRefusal(socket, status, { error: message, requestId }, headers);
      return status;
    };
    if (!handler) return refuse(503, 'The server is starting or stopping. Try again later.', { 'retry-after': '1' });
    const { origin } = req.headers;
    if (origin !== undefined && !isAllowedOrigin(origin, corsOrigin) && ownPages.problemOfSocket(req) !== null)
      return refuse(403, `Pages of ${JSON.stringify(origin.slice(0, 200))} may not connect to this server.`);
    if (!names(req, handler)) return refuse(400, `Name the protocol ${handler.protocols.join(' or ')}.`);
    socket.once('close', () => log.info({ ...said, ...logFields, ms: elapsed() }, 'websocket'));
    try {
      handler.open({
        ...{ req, socket, head, requestId, logFields },
        address: clientAddress(req, trustProxy),
        baseUrl: place.baseUrl,
        webSession(firstMessage) {
          const session = web ? webSessionOfSocket(ownPages, req, firstMessage) : null;
          // a cookie can only be set by a response
          return session && { ...session, keep: () => {}, forget: () => {} };
        },
        admit: (signal) => admission.acquire(performance.now(), signal),
        logOperation: (fields) => log.info({ ...said, ...fields }, 'operation'),
      });
      return 101;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const seconds = error.retryAfterSeconds;
      return refuse(
        error instanceof RateLimitedError ? 429 : 503,
        error.message,
        seconds === null ? {} : { 'retry-after': String(seconds) },
      );
    }
  }

  return {
    isOpening: (req) => asksForWebSocket(req) && placeOf(req).handler !== undefined,
    listenTo(server) {
      if (!('shouldUpgradeCallback' in server)) return;
      server.on('upgrade', (req, socket, head) => {
        try {
          open(req, socket, head);
        } catch (error) {
          log.error({ err: error }, 'unexpected error');
          socket.destroy();
        }
      });
    },
  };
}

/** How long a client may take to read a refusal. */
const refusedMs = 2000;

const names = ({ headers }: IncomingMessage, { protocols }: SocketHandler): boolean =>
  (headers['sec-websocket-protocol'] ?? '').split(',').some((one) => protocols.includes(one.trim()));

function sendRefusal(socket: Duplex, status: number, body: object, headers: Record<string, string>) {
  const text = JSON.stringify(body);
  const all = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(text)),
    connection: 'close',
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${text}`);
  // Node watches over it no more, and a client need not close its side
  destroyAfter(socket, refusedMs);
}
