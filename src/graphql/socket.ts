import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage } from 'node:http';
import { type ExecutionArgs, type ExecutionResult, type GraphQLError, parse } from 'graphql';
import { makeServer, type Context as SocketContext, type SubscribePayload } from 'graphql-ws';
import type { GraphQLParams } from 'graphql-yoga';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Authority } from '../domain/authenticate.ts';
import { needsExactParser, parseExactly, toJsonText } from '../domain/json-text.ts';
import { nameOf, type Viewer } from '../domain/viewer.ts';
import { AppError, BusyError, RateLimitedError } from '../errors.ts';
import type { Opened } from '../live/connections.ts';
import type { Live } from '../live/live.ts';
import { tellOfShed } from '../observations/shed.ts';
import { jsonProblem } from '../transport/json-limits.ts';
import {
  ClientDisconnectedError,
  RequestBodyError,
  type RequestContext,
  type SocketHandler,
  type SocketRequest,
} from '../transport/request.ts';
import { identify, recheck } from './authentication.ts';
import { maskError, toGraphQLError } from './errors.ts';
import { inProcess, plainError } from './in-process.ts';
import type { GraphQLRequest, Stream } from './request.ts';
import type { createGraphQLServer } from './server.ts';
import { closeCodes, createSocketFlow, type SocketFlow } from './socket-flow.ts';

export interface SocketOptions extends Authority {
  readonly live: Live;
  readonly maxBodyBytes: number;
  readonly limits?: Partial<SocketLimits>;
}

export interface SocketLimits {
  /** How often the client is asked whether it is there. */
  readonly pingMs: number;
  /** For how long it may leave unread what was sent, beyond `bufferedBytes`. */
  readonly slowReaderMs: number;
  readonly bufferedBytes: number;
  /** How long it may take to agree that it is closed. */
  readonly closingMs: number;
  /** How long it may take to say who it is. */
  readonly initMs: number;
  /** Operations that run at once over one WebSocket. */
  readonly operations: number;
}

const standardLimits: SocketLimits = {
  pingMs: 15_000,
  slowReaderMs: 15_000,
  bufferedBytes: 65_536,
  closingMs: 2000,
  initMs: 10_000,
  operations: 20,
};

const spoken = 'graphql-transport-ws';

/** What belongs to one WebSocket. */
interface Socket {
  readonly request: SocketRequest;
  readonly opened: Opened;
  readonly stream: Stream;
  /** Aborted when it is closed. */
  readonly signal: AbortSignal;
  readonly close: SocketFlow['close'];
  /** Runs an operation as a part of the request that has opened the WebSocket. */
  readonly within: <Result>(work: () => Result) => Result;
  /** Numbers of operations as they were written, by the operation's id, where `JSON.parse` changes them. */
  readonly exactTexts: Map<string, string>;
  /** The handshake, with the credentials of `connection_init`. */
  req: IncomingMessage;
  web: RequestContext['web'];
  running: number;
}

/** Execution arguments for graphql-ws, whose result is there already. */
interface Carried extends ExecutionArgs {
  readonly result: ExecutionResult | AsyncIterable<ExecutionResult>;
}
const documents = { answer: parse('query { result }'), answers: parse('subscription { result }') };

/**
 * WebSockets in the protocol `graphql-transport-ws`, by graphql-ws. Each operation runs as a request of its own, from authentication on,
 * with all limits, by what `connection_init` says: `{ authorization: "Bearer …" }`, or what the web page sends for its session.
 */
export function createGraphQLSocketHandler(
  graphql: ReturnType<typeof createGraphQLServer>,
  { live, maxBodyBytes, limits: given, ...authority }: SocketOptions,
): SocketHandler {
  const limits = { ...standardLimits, ...given };
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    // which may not be the first one that the client names
    handleProtocols: () => spoken,
    maxPayload: maxBodyBytes,
    perMessageDeflate: false,
  });
  const protocol = makeServer<Record<string, unknown>, Socket>({
    connectionInitWaitTimeout: limits.initMs,
    onConnect: (context) => connect(context.extra, context.connectionParams ?? {}),
    onSubscribe: (context, id, payload) => carryOut(context, id, payload),
    execute: (args) => (args as Carried).result as ExecutionResult,
    subscribe: (args) => (args as Carried).result as AsyncIterable<ExecutionResult>,
    onNext: (_context, _id, _payload, _args, { data, errors, extensions }) => ({
      ...(data !== undefined && { data }),
      ...(errors && { errors: errors.map(plainError) }),
      ...(extensions && { extensions }),
    }),
    onError: (_context, _id, _payload, errors) => errors.map(plainError),
  });

  /** Finds out who it is; closes the connection of a caller who may not have one. */
  async function connect(socket: Socket, init: Record<string, unknown>): Promise<boolean> {
    const { request, opened } = socket;
    const { authorization = request.req.headers.authorization } = init;
    const headers = { ...request.req.headers, authorization };
    if (authorization === undefined) delete headers.authorization;
    socket.req = Object.create(request.req, { headers: { value: headers } });
    socket.web = request.webSession(init);
    try {
      if (authorization !== undefined && typeof authorization !== 'string')
        throw new AppError('BAD_USER_INPUT', 'authorization of connection_init must be a text such as "Bearer …".');
      const { req, web } = socket;
      const { address } = request;
      const viewer: Viewer = await identify(authority, { req, address, web }, null);
      request.logFields.caller = nameOf(viewer);
      opened.identify({ viewer, address, credentials: recheck(authority, { req, address, web, viewer }) });
      return true;
    } catch (error) {
      const { message, extensions } = maskError(error);
      request.logFields.codes = [String(extensions.code)];
      const code = error instanceof RateLimitedError ? closeCodes.tooMany : closeCodes.forbidden;
      socket.close(extensions.code === 'SERVICE_UNAVAILABLE' ? 1013 : code, message);
      return false;
    }
  }

  async function carryOut(
    { extra: socket }: SocketContext<Record<string, unknown>, Socket>,
    id: string,
    payload: SubscribePayload,
  ): Promise<readonly GraphQLError[] | Carried> {
    const exactText = socket.exactTexts.get(id);
    socket.exactTexts.delete(id);
    const problem = jsonProblem(payload);
    if (problem !== null) return [toGraphQLError(new AppError('BAD_USER_INPUT', problem))];
    if (socket.running >= limits.operations)
      return [
        toGraphQLError(new RateLimitedError(`One WebSocket may run ${limits.operations} operations at once.`, 1)),
      ];
    socket.running++;
    const ended = () => {
      socket.running--;
    };
    try {
      const result = await socket.within(() => resultOf(socket, payload as GraphQLParams, exactText));
      if (Symbol.asyncIterator in result) return { ...carried(documents.answers), result: endingWith(result, ended) };
      ended();
      if (result.data === undefined && result.errors) return result.errors;
      return { ...carried(documents.answer), result };
    } catch (error) {
      ended();
      return [maskError(error)];
    }
  }

  async function resultOf(
    { request, req, web, signal, stream }: Socket,
    params: GraphQLParams,
    exactText: string | undefined,
  ): Promise<ExecutionResult | AsyncIterable<ExecutionResult>> {
    const slot = await request.admit(signal);
    if (slot === 'gone') throw new ClientDisconnectedError();
    if (slot === 'shed') {
      tellOfShed('websocket');
      throw new BusyError('The server is overloaded. Try again later.');
    }
    const start = performance.now();
    const logFields: RequestContext['logFields'] = {};
    try {
      const { address, baseUrl, requestId } = request;
      const context: GraphQLRequest = {
        ...{ req, address, baseUrl, requestId, web, signal, logFields, stream, door: 'websocket' as const },
        releaseSlot: slot.releaseEarly,
        body: () => {
          throw new RequestBodyError(400, 'There is no body.');
        },
        ...(exactText !== undefined && { exactText }),
      };
      const result = await graphql.getResultForParams(
        { params: { ...params, operationName: params.operationName || undefined }, request: inProcess() },
        context as never,
      );
      return result as ExecutionResult | AsyncIterable<ExecutionResult>;
    } finally {
      slot.release();
      request.logOperation({ ...logFields, ms: Math.round((performance.now() - start) * 10) / 10 });
    }
  }

  return {
    protocols: [spoken],

    open(request) {
      let close: Socket['close'] = () => {};
      const opened = live.connections.open(request.address, (reason) =>
        reason ? close(closeCodes.forbidden, reason.message) : close(closeCodes.goingAway, 'The server stops.'),
      );
      request.socket.once('close', () => opened.close());
      sockets.handleUpgrade(request.req, request.socket, request.head, (websocket) => {
        const flow = createSocketFlow(websocket, request.socket, limits);
        close = flow.close;
        serve(websocket, request, opened, flow);
      });
    },
  };

  function serve(websocket: WebSocket, request: SocketRequest, opened: Opened, flow: SocketFlow) {
    const { close } = flow;
    const closed = new AbortController();
    const socket: Socket = {
      ...{ request, opened, close, signal: closed.signal },
      within: AsyncLocalStorage.snapshot(),
      ...{ req: request.req, web: null, running: 0, exactTexts: new Map() },
      stream: { isOwn: false, ready: flow.ready },
    };
    const end = protocol.opened(
      {
        protocol: websocket.protocol,
        send: flow.send,
        close: (code, reason) => close(code ?? 1000, reason ?? ''),
        onMessage: (take) =>
          websocket.on('message', (data, isBinary) => {
            // what comes after it was closed is nobody's any more
            if (flow.isClosed()) return;
            flow.holdBack();
            if (isBinary) return close(1003, 'Messages must be texts.');
            const text = String(data);
            if (socket.exactTexts.size < limits.operations) keepExact(text, socket.exactTexts);
            take(text).catch(() => close(1011, 'Something went wrong on the server.'));
          }),
      },
      socket,
    );
    // each is answered, as messages are
    websocket.on('ping', flow.holdBack);
    let isThere = true;
    websocket.on('pong', () => {
      isThere = true;
    });
    const heartbeat = setInterval(() => {
      if (!isThere) return websocket.terminate();
      isThere = false;
      websocket.ping();
    }, limits.pingMs).unref();
    websocket.on('error', () => websocket.terminate());
    websocket.once('close', (code, reason) => {
      clearInterval(heartbeat);
      closed.abort(new ClientDisconnectedError());
      opened.close();
      request.logFields.closeCode = code;
      void end(code, String(reason)).catch(() => {});
    });
  }
}

/** What graphql-ws asks for of an operation; it has been carried out. */
const carried = (document: ExecutionArgs['document']) => ({ document, schema: null as never, contextValue: null });

/** The numbers of an operation's variables, where they are to be read as they were written. */
function keepExact(text: string, exactTexts: Map<string, string>): void {
  if (!needsExactParser(text)) return;
  try {
    const message = parseExactly(text) as {
      readonly id?: unknown;
      readonly type?: unknown;
      readonly payload?: unknown;
    };
    if (message.type === 'subscribe' && typeof message.id === 'string')
      exactTexts.set(message.id, toJsonText(message.payload));
  } catch {
    // graphql-ws says so
  }
}

/** The same answers; `ended` is called once when there are no more. */
function endingWith(
  answers: AsyncIterable<ExecutionResult>,
  ended: () => void,
): AsyncIterableIterator<ExecutionResult> {
  const source = answers[Symbol.asyncIterator]();
  let isEnded = false;
  const end = () => {
    if (!isEnded) ended();
    isEnded = true;
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const result = await source.next();
      if (result.done) end();
      return result;
    },
    async return() {
      end();
      await source.return?.();
      return { done: true, value: undefined };
    },
  };
}
