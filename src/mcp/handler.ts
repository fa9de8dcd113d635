import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  createMcpHandler,
  isLegacyRequest,
  type JSONRPCMessage,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import type { GraphQLSchema } from 'graphql';
import type { CostLimit } from '../domain/cost-limit.ts';
import { JsonText } from '../domain/json-text.ts';
import { nameOf, type Viewer } from '../domain/viewer.ts';
import { RateLimitedError, UnauthenticatedError } from '../errors.ts';
import type { Execute, ExecutionContext } from '../graphql/execute.ts';
import type { Log } from '../log.ts';
import { jsonReply } from '../transport/json-reply.ts';
import { type Reply, sendReply } from '../transport/reply.ts';
import type { RequestContext, RequestHandler } from '../transport/request.ts';
import { errorBody, McpHttpError, toErrorReply } from './errors.ts';
import { readMessage } from './message.ts';
import { type OriginPolicy, originProblem } from './origin-policy.ts';
import { invalidParamsReply } from './params.ts';
import { modern as modernEra, plainRequest } from './plain-request.ts';
import { createMcpServer } from './server.ts';
import { createStandingServer } from './standing-server.ts';
import { readTools } from './tools.ts';

export interface McpOptions {
  readonly schema: GraphQLSchema;
  readonly execute: Execute;
  /** Authenticates an `Authorization` header; throws `UnauthenticatedError` when it is invalid. */
  readonly authenticate: (header: string | null, address: string) => Promise<Viewer>;
  /** Shared with the other APIs; null for no limit. A message costs 1 point, and the operation of a tool its own. */
  readonly costLimit: CostLimit | null;
  readonly originPolicy: OriginPolicy;
  readonly version: string;
  readonly log: Log;
}

/**
 * The request handler of `/mcp`: tools and prompts over streamable HTTP, answered as JSON. Stateless (no sessions, no streams), so
 * that any process can answer any request. Speaks protocol version 2026-07-28, and those of 2025 with older clients.
 */
export function createMcpRequestHandler({
  schema,
  execute,
  authenticate,
  costLimit,
  originPolicy,
  version,
  log,
}: McpOptions): RequestHandler {
  const options = { tools: readTools(schema, execute), version, log };
  const onerror = (error: Error) => log.debug({ err: error }, 'MCP SDK error');
  const standing = {
    legacy: createStandingServer((callerOf) => createMcpServer(options, callerOf), null, onerror),
    modern: createStandingServer(
      (callerOf) => createMcpServer({ ...options, supportedProtocolVersions: [modernEra.revision] }, callerOf),
      modernEra,
      onerror,
    ),
  };
  /** The results that are the same for all, as JSON: by era and method. */
  const lists = new Map<string, JsonText>();
  const contexts = new WeakMap<Request, ExecutionContext>();
  const modern = createMcpHandler(({ requestInfo }) => serverFor(requestInfo), { legacy: 'reject', onerror });

  return {
    door: 'mcp',
    handle,
    errorBody,
    methodsAt: () => ['POST'],
    allowsOrigin: (req) => originProblem(req, originPolicy) === null,
  };

  async function handle(req: IncomingMessage, res: ServerResponse, context: RequestContext): Promise<void> {
    try {
      sendReply(req, res, await answer(req, context));
    } catch (error) {
      const reply = toErrorReply(error);
      if (!reply) throw error;
      if (reply.status === 503) log.error({ requestId: context.requestId, err: error }, 'database unavailable');
      sendReply(req, res, reply);
    }
  }

  async function answer(req: IncomingMessage, context: RequestContext): Promise<Reply> {
    const problem = originProblem(req, originPolicy);
    if (problem) throw new McpHttpError(403, problem);
    if (req.method === 'OPTIONS') return { status: 204, body: '' };
    if (req.method !== 'POST') throw new McpHttpError(405, 'Messages are sent by POST.', { allow: 'POST, OPTIONS' });
    const viewer = await authenticateCaller(req.headers.authorization ?? null, context.address);
    context.logFields.caller = nameOf(viewer);
    const { method, message } = readMessage(context);
    try {
      await costLimit?.spend(viewer, context.address, 1);
    } catch (error) {
      // the operation of a tool is refused too: in a tool result, which clients show to the agent
      if (!(error instanceof RateLimitedError && method === 'tools/call')) throw error;
    }
    context.signal.throwIfAborted();
    if (method !== null) context.logFields.operation = method;
    const caller = { ...context, viewer };
    return (
      (await invalidParamsReply(message)) ??
      (await answerStanding(req, message, caller)) ??
      (await answerBySdk(req, message, caller))
    );
  }

  /**
   * Clients take a 401 for an invitation to sign in by OAuth, which this server does not have: they look for an authorization server,
   * try to register, and report that this failed, instead of what is wrong with the key. So a void key is a 403, and
   * so is a header without one, as a variable that is not set leaves it.
   */
  async function authenticateCaller(header: string | null, address: string): Promise<Viewer> {
    try {
      return await authenticate(header, address);
    } catch (error) {
      if (error instanceof UnauthenticatedError && header !== null) throw new McpHttpError(403, error.message);
      throw error;
    }
  }

  /** The answer of a standing server; null where the message is not for one. */
  async function answerStanding(
    req: IncomingMessage,
    message: object,
    caller: ExecutionContext,
  ): Promise<Reply | null> {
    const plain = plainRequest(req.headers, message);
    const answer = plain && (await standing[plain.era].answer(plain.request, caller));
    return answer && jsonReply(200, withKnownResult(`${plain.era} ${plain.request.method}`, answer));
  }

  /** Lists are the same for all, and large: they are written once. */
  function withKnownResult(key: string, answer: JSONRPCMessage): object {
    if (!key.endsWith('/list') || !('result' in answer)) return answer;
    const known = lists.get(key) ?? new JsonText(JSON.stringify(answer.result));
    lists.set(key, known);
    return { ...answer, result: known };
  }

  /** Every other message, by the SDK's own HTTP handlers and a server that is gone with it. */
  async function answerBySdk(req: IncomingMessage, message: object, caller: ExecutionContext): Promise<Reply> {
    const request = requestOf(req);
    contexts.set(request, caller);
    const response = (await isLegacyRequest(request, message))
      ? await handleLegacyProtocol(request, message)
      : await modern.fetch(request, { parsedBody: message });
    return { status: response.status, body: await response.text(), headers: Object.fromEntries(response.headers) };
  }

  /** Clients of 2025: the SDK's ready-made handler would answer them in event streams, this transport answers JSON. */
  async function handleLegacyProtocol(request: Request, parsedBody: unknown): Promise<Response> {
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
    transport.onerror = onerror;
    const server = serverFor(request);
    await server.connect(transport);
    try {
      return await transport.handleRequest(request, { parsedBody });
    } finally {
      await server.close();
    }
  }

  function serverFor(request: Request | undefined) {
    const caller = request && contexts.get(request);
    if (!caller) throw new Error('the request was not made by requestOf');
    return createMcpServer(options, () => caller);
  }
}

/** The headers of a request as a web `Request` for the SDK. */
function requestOf({ headers }: IncomingMessage): Request {
  const given = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  // the SDK requires both types, and the response is JSON whatever the client accepts
  return new Request('http://localhost/mcp', {
    method: 'POST',
    headers: [...given.filter(([name]) => name !== 'accept'), ['accept', 'application/json, text/event-stream']],
  });
}
