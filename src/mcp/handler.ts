import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  createMcpHandler,
  isLegacyRequest,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import { buildSchema } from 'graphql';
import { nameOf, type Viewer } from '../domain/viewer.ts';
import type { Execute } from '../graphql/execute.ts';
import { readTypeDefs } from '../graphql/schema.ts';
import type { Log } from '../log.ts';
import { setCorsHeaders } from '../transport/cors.ts';
import type { RequestFacts, RequestHandler } from '../transport/request.ts';
import { faultOf, NotAllowed, refusal } from './faults.ts';
import { readMessage } from './message.ts';
import { type OriginPolicy, refusalOf } from './origin.ts';
import { refusalOfParams } from './params.ts';
import { createMcpServer } from './server.ts';
import { readTools } from './tools.ts';

export interface McpOptions {
  readonly execute: Execute;
  /** Who sends this `Authorization` header; throws `UnauthenticatedError` when it is void. */
  readonly authenticate: (header: string | null) => Promise<Viewer>;
  readonly whereabouts: OriginPolicy;
  readonly version: string;
  readonly log: Log;
}

/**
 * The MCP endpoint: tools and prompts over streamable HTTP, answered as JSON. Nothing is kept between two requests, so
 * that any process can answer any of them. Speaks the protocol of 2026-07-28, and those of 2025 with clients that do.
 */
export function createMcpRequestHandler({
  execute,
  authenticate,
  whereabouts,
  version,
  log,
}: McpOptions): RequestHandler {
  const tools = readTools(buildSchema(readTypeDefs()), execute);
  const senders = new WeakMap<Request, RequestFacts>();
  const onerror = (error: Error) => log.debug({ err: error }, 'mcp');
  const modern = createMcpHandler(({ requestInfo }) => serverFor(requestInfo), { legacy: 'reject', onerror });

  return { handle, refusal };

  async function handle(req: IncomingMessage, res: ServerResponse, sender: RequestFacts): Promise<void> {
    try {
      await write(res, await answer(req, res, sender));
    } catch (error) {
      const fault = faultOf(error);
      if (!fault) throw error;
      if (fault.status === 503) log.error({ requestId: sender.requestId, err: error }, 'the database is away');
      await write(res, fault);
    } finally {
      // a body that nobody reads must not hold up the connection
      req.resume();
    }
  }

  async function answer(req: IncomingMessage, res: ServerResponse, sender: RequestFacts): Promise<Response> {
    const notAllowed = refusalOf(req, whereabouts);
    if (notAllowed) throw new NotAllowed(403, notAllowed);
    setCorsHeaders(req, res, ['POST']);
    if (req.method === 'OPTIONS') return new Response(null, { status: 204 });
    if (req.method !== 'POST') throw new NotAllowed(405, 'Messages are sent by POST.', { allow: 'POST, OPTIONS' });
    sender.facts.caller = nameOf(await authenticate(req.headers.authorization ?? null));
    const { method, message } = readMessage(sender);
    sender.signal.throwIfAborted();
    if (method !== null) sender.facts.operation = method;
    const refused = await refusalOfParams(message);
    if (refused) return refused;
    const request = requestOf(req);
    senders.set(request, sender);
    if (await isLegacyRequest(request, message)) return handleLegacyProtocol(request, message);
    return modern.fetch(request, { parsedBody: message });
  }

  /** The SDK's own handler would answer these clients in streams of events. */
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
    const sender = request && senders.get(request);
    if (!sender) throw new Error('a request that did not come through the door');
    return createMcpServer(tools, sender, version, log);
  }
}

/** The head of a request, as the SDK reads it. */
function requestOf({ headers }: IncomingMessage): Request {
  const given = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  // the answer is JSON, whatever else a client would take
  return new Request('http://localhost/mcp', {
    method: 'POST',
    headers: [...given.filter(([name]) => name !== 'accept'), ['accept', 'application/json, text/event-stream']],
  });
}

async function write(res: ServerResponse, response: Response): Promise<void> {
  const body = await response.text();
  res.writeHead(response.status, Object.fromEntries(response.headers));
  res.end(body);
}
