import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import type { CostLimit } from '../domain/rate-limit.ts';
import { storeForReads } from '../domain/read-routing.ts';
import { AnswerTooLargeError, AppError, UnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import { jsonBytes } from '../transport/answer-size.ts';
import { type AllowedOrigins, mayRead, setCorsHeaders } from '../transport/cors.ts';
import type { RequestFacts, RequestHandler } from '../transport/request.ts';
import { accountRoutes } from './account.ts';
import { readJson } from './body.ts';
import { identify } from './callers.ts';
import { discoveryRoutes, documentRoutes, healthRoute, type NodeSettings } from './discovery.ts';
import { knowledgeRoutes } from './knowledge.ts';
import { type Reply, RestError, refusal, schemaDetails } from './refusals.ts';
import { reviewRoutes } from './review.ts';
import { type RestContext, type Route, routesAt } from './route.ts';
import { statsRoutes } from './stats.ts';

export interface RestOptions extends RestContext, NodeSettings {
  readonly log: Log;
  /** Shared with the other APIs; null for no limit. */
  readonly costLimit: CostLimit | null;
  readonly maxAnswerBytes: number;
  readonly publicRead: boolean;
  readonly corsOrigin: AllowedOrigins;
}

/** The REST API of cq's clients, and the document by which they find it. */
export function createRestServer(options: RestOptions): RequestHandler {
  const known = [healthRoute, ...accountRoutes, ...statsRoutes, ...knowledgeRoutes, ...reviewRoutes];
  const described = [...known, ...discoveryRoutes(options)];
  const routes = [...described, ...documentRoutes(options, described)];
  return { handle: respond, refusal: ({ message }) => ({ detail: message }) };

  async function respond(req: IncomingMessage, res: ServerResponse, facts: RequestFacts): Promise<void> {
    const { origin } = req.headers;
    const isAdmitted = origin !== undefined && mayRead(origin, options.corsOrigin);
    if (isAdmitted) setCorsHeaders(req, res, methodsAt(routes, req.url));
    // a browser asks whether its page may send what it wants to
    if (req.method === 'OPTIONS' && origin !== undefined) return send(req, res, { status: 204, json: undefined });
    const reply = await answer(routes, req, facts, options);
    // a caller who is gone needs none
    if (!res.destroyed) send(req, res, reply);
  }
}

const methodsAt = (routes: readonly Route[], url = '') => [
  ...new Set(routesAt(routes, url.split('?')[0] ?? '').map(({ route }) => route.method)),
];

async function answer(
  routes: readonly Route[],
  req: IncomingMessage,
  facts: RequestFacts,
  options: RestOptions,
): Promise<Reply> {
  const [path = '', ...rest] = (req.url ?? '').split('?');
  const search = rest.join('?');
  const found = routesAt(routes, path);
  const at = found.find(({ route }) => route.method === req.method);
  if (at) return run(at.route, at.id, search, facts, options);
  if (found.length > 0) {
    const allow = [...new Set(found.map(({ route }) => route.method))].sort().join(', ');
    return { status: 405, json: { detail: 'Method Not Allowed' }, headers: { allow } };
  }
  const bare = path.replace(/\/+$/, '');
  if (bare !== path && routesAt(routes, bare).length > 0)
    return { status: 307, headers: { location: search === '' ? bare : `${bare}?${search}` } };
  return { status: 404, json: { detail: 'Not Found' } };
}

async function run(
  route: Route,
  id: string,
  search: string,
  request: RequestFacts,
  options: RestOptions,
): Promise<Reply> {
  const { requestId, signal, facts } = request;
  facts.operation = route.operation;
  try {
    const json = await handle(route, id, search, request, options);
    // making, measuring and writing 1000 units take some ms each: others have their turn in between
    await nextTurn();
    if (jsonBytes(json, options.maxAnswerBytes) > options.maxAnswerBytes)
      throw new AnswerTooLargeError(options.maxAnswerBytes);
    await nextTurn();
    return { status: route.status, json };
  } catch (error) {
    if (error instanceof AppError) facts.codes = [error.code];
    if (error instanceof UnavailableError) options.log.error({ requestId, err: error.cause }, 'the database is away');
    const reply = refusal(error, route);
    if (reply) return reply;
    // a caller who hangs up is no bug
    if (error !== signal.reason) {
      options.log.error({ requestId, err: error }, 'unexpected error');
      facts.codes = ['INTERNAL_SERVER_ERROR'];
    }
    return { status: 500, json: { detail: 'Internal Server Error' } };
  }
}

async function handle(route: Route, id: string, search: string, request: RequestFacts, options: RestOptions) {
  const { req, address, signal, stepAside, facts } = request;
  // before the credentials: what is no JSON is refused whoever sends it
  const sent = route.body ? readJson(request) : undefined;
  const viewer = await identify(route, options, req.headers.authorization ?? null);
  facts.caller = viewer.kind === 'anonymous' ? 'anonymous' : `${viewer.kind} ${viewer.user.username}`;
  const query = route.query && read(route.query, parameters(route.query, search), 'query');
  if (route.cost) {
    facts.cost = route.cost(query);
    await options.costLimit?.spend(viewer, address, facts.cost, route.purpose);
  }
  const body = route.body && read(route.body, sent ?? undefined, 'body', route.secret);
  // what only reads may be read from a replica
  const store = route.method === 'GET' ? await storeForReads(options.store, viewer) : options.store;
  signal.throwIfAborted();
  return route.handle({ ...options, store, viewer, address, stepAside, signal, id, query, body });
}

function read(schema: z.ZodType, value: unknown, where: 'body' | 'query', secret = false): unknown {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (!parsed.success) throw new RestError(422, schemaDetails(parsed.error, where, !secret));
  return parsed.data;
}

/** What a URL says of the fields of a schema; of a parameter that is no list, the last one counts. */
function parameters({ shape }: z.ZodObject, search: string): Record<string, unknown> {
  const given = new URLSearchParams(search);
  const named = Object.entries(shape).filter(([name]) => given.has(name));
  return Object.fromEntries(
    named.map(([name, field]) => [name, isList(field) ? given.getAll(name) : given.getAll(name).at(-1)]),
  );
}

const isList = (field: unknown): boolean =>
  field instanceof z.ZodArray || (field instanceof z.ZodDefault && isList(field.unwrap()));

function send(req: IncomingMessage, res: ServerResponse, { status, json, headers }: Reply): void {
  const body = json === undefined ? '' : JSON.stringify(json);
  const type = json === undefined ? {} : { 'content-type': 'application/json' };
  res.writeHead(status, { ...type, 'content-length': Buffer.byteLength(body), ...headers });
  res.end(req.method === 'HEAD' ? undefined : body);
  // a body that nobody reads must not hold up the connection
  req.resume();
}
