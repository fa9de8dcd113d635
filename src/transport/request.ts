import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Door, RequestObservation } from '../observations/request.ts';

/** The session of the web page that a request comes from (`http/web-session.ts`). Its token is in a cookie, which no script can read. */
export interface WebSession {
  /** Why the request is not one of the page, although it says so; null where it is. With a problem it is to be refused. */
  readonly problem: string | null;
  /** The token in the cookie; null without one. */
  readonly token: string | null;
  /** Has the browser keep this token until it expires. */
  keep(token: { readonly text: string; readonly expiresAt: Date }): void;
  /** Has the browser forget the token. */
  forget(): void;
}

/** What the HTTP server passes to a request handler together with the request. */
export interface RequestContext {
  readonly req: IncomingMessage;
  /** The client's network address, in the form that rate limits count by (`http/client-address.ts`). */
  readonly address: string;
  /** Where the client reaches this server, without a slash at the end: a URL, a path, or empty (`http/public-path.ts`). */
  readonly baseUrl: string;
  readonly requestId: string;
  /** The web page that sent the request; null for any other client. Only GraphQL takes its session. */
  readonly web: WebSession | null;
  /** Aborted when the client disconnects before its response is sent. Its reason is a `ClientDisconnectedError`. */
  readonly signal: AbortSignal;
  /**
   * Gives this request's concurrency slot (`http/admission.ts`) to another one before this one is finished. To be called
   * before work that has a bounded queue of its own, such as hashing a password.
   */
  readonly releaseSlot: () => void;
  /** The complete body, received and decompressed already. Throws `RequestBodyError`. */
  readonly body: () => Buffer;
  /** Filled in by the handler; the HTTP server writes them into the access log. */
  readonly logFields: {
    operation?: string;
    caller?: string;
    cost?: number;
    codes?: string[];
    traceId?: string;
    spanId?: string;
  };
  /** What is told of this request to those who observe it; null where nobody does. */
  readonly observation?: RequestObservation | null;
}

/**
 * Handles the requests of one API. The HTTP server finds it by path (`http/routes.ts`), and calls it once the body has been
 * received and a concurrency slot is free.
 *
 * @example
 * const echo: RequestHandler = {
 *   handle: (_req, res, { body }) => res.end(body()),
 *   errorBody: ({ code, message }) => ({ error: { code, message } }),
 *   methodsAt: () => ['POST'],
 * };
 */
export interface RequestHandler {
  /** What requests of this API are counted as; `other` where it does not say. */
  readonly door?: Door;
  /**
   * Writes the response. When it throws or rejects, the HTTP server logs the error and answers 500 with `errorBody`. Resolves with `streaming`
   * where the response goes on: the handler sees to a client that does not read it, and ends it when streams are to end.
   */
  handle(req: IncomingMessage, res: ServerResponse, context: RequestContext): unknown;
  /** The JSON body, in this API's error format, of a response that the HTTP server writes in the handler's place. */
  errorBody(error: HttpServerError): object;
  /** The methods at a path, for the CORS preflight requests that the HTTP server answers in the handler's place. */
  methodsAt(path: string): readonly string[];
  /** Whether a page of the request's `Origin` may read the response; by `CQ_CORS_ORIGIN` where the handler does not say. */
  allowsOrigin?(req: IncomingMessage): boolean;
}

/** A request to open a WebSocket, which the HTTP server has checked. */
export interface SocketRequest extends Pick<RequestContext, 'req' | 'address' | 'baseUrl' | 'requestId'> {
  readonly socket: Duplex;
  /** The first bytes behind the request. */
  readonly head: Buffer;
  /** The session of the web page, where the first message says that it comes from there; null for any other client. */
  webSession(firstMessage: Readonly<Record<string, unknown>>): RequestContext['web'];
  /** Waits for a concurrency slot for one operation, as a request does; `release` is to be called once. */
  admit(signal: AbortSignal): Promise<{ releaseEarly(): void; release(): void } | 'shed' | 'gone'>;
  /** Writes a line of the access log about an operation. */
  logOperation(fields: RequestContext['logFields'] & { readonly ms: number }): void;
  /** Filled in by the handler, for the line of the access log when the WebSocket is closed. */
  readonly logFields: RequestContext['logFields'] & { closeCode?: number };
}

/** Opens WebSockets at one path. */
export interface SocketHandler {
  /** Of these the client has to name one. */
  readonly protocols: readonly string[];
  /** Completes the handshake. Throws `AppError` where there is to be no connection: the HTTP server answers with it. */
  open(request: SocketRequest): void;
}

/** Why the HTTP server answers a request in the handler's place: 400, 426, 503 (load shedding) or 500. */
export interface HttpServerError {
  readonly code: 'BAD_USER_INPUT' | 'SERVICE_UNAVAILABLE' | 'INTERNAL_SERVER_ERROR';
  /** Written for the client: it contains no text of an internal error. */
  readonly message: string;
  readonly requestId: string;
}

/** The client disconnected before its response was sent: the reason of `RequestContext.signal`. */
export class ClientDisconnectedError extends Error {
  constructor() {
    super('the client disconnected');
  }
}

/** A request body cannot be read: wrong type, charset or compression (415), too large (413), damaged, not UTF-8 or not JSON (400). */
export class RequestBodyError extends Error {
  readonly status: 400 | 413 | 415;
  /** Headers of the response, by their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: 400 | 413 | 415, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** A request body is larger than `CQ_MAX_BODY_BYTES`. */
export class BodyTooLargeError extends RequestBodyError {
  /** `cutShort`: part of the body was left unread, so the response closes the connection. */
  constructor(maxBytes: number, cutShort: boolean, what = 'The body') {
    super(413, `${what} must be at most ${maxBytes} bytes.`, cutShort ? { connection: 'close' } : {});
  }
}
