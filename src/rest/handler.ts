import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import type { CostLimit } from '../domain/cost-limit.ts';
import { storeForReads } from '../domain/read-routing.ts';
import { nameOf } from '../domain/viewer.ts';
import { AnswerTooLargeError, AppError, UnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import { findLongList } from '../transport/json-limits.ts';
import { jsonReply } from '../transport/json-reply.ts';
import { jsonByteLength } from '../transport/json-size.ts';
import { type Reply, sendReply } from '../transport/reply.ts';
import type { RequestContext, RequestHandler } from '../transport/request.ts';
import { accountRoutes } from './account.ts';
import { authenticateCaller } from './authentication.ts';
import { discoveryRoutes, documentRoutes, healthRoute, type NodeSettings } from './discovery.ts';
import { errorReply, RestError } from './errors.ts';
import { readJson } from './json-body.ts';
import { knowledgeRoutes } from './knowledge.ts';
import { reviewRoutes } from './review.ts';
import { type RestContext, type Route, routesAt } from './route.ts';
import { statsRoutes } from './stats.ts';
import { longListDetail, schemaDetails } from './validation-details.ts';

export interface RestOptions extends RestContext, NodeSettings {
  readonly log: Log;
  /** Shared with the other APIs; null for no limit. */
  readonly costLimit: CostLimit | null;
  readonly maxAnswerBytes: number;
  readonly publicRead: boolean;
}

/** The request handler of the REST API: routing, then for each route `run`. */
export function createRestRequestHandler(options: RestOptions): RequestHandler {
  const apiRoutes = [healthRoute, ...accountRoutes, ...statsRoutes, ...knowledgeRoutes, ...reviewRoutes];
  const documented = [...apiRoutes, ...discoveryRoutes(options)];
  const routes = [...documented, ...documentRoutes(options, documented)];
  return {
    door: 'rest',
    handle,
    errorBody: ({ message }) => ({ detail: message }),
    methodsAt: (path) => methodsAt(routes, path),
  };

  async function handle(req: IncomingMessage, res: ServerResponse, context: RequestContext): Promise<void> {
    const reply = await answer(routes, req, context, options);
    // the client may have disconnected meanwhile
    if (!res.destroyed) sendReply(req, res, reply);
  }
}

/** The methods at a path, in the order of the alphabet; HEAD wherever there is GET. */
function methodsAt(routes: readonly Route[], path: string): string[] {
  const methods = routesAt(routes, path).map(({ route }) => route.method);
  return [...new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))].sort();
}

async function answer(
  routes: readonly Route[],
  req: IncomingMessage,
  context: RequestContext,
  options: RestOptions,
): Promise<Reply> {
  const [path = '', ...rest] = (req.url ?? '').split('?');
  const search = rest.join('?');
  const matches = routesAt(routes, path);
  const method = req.method === 'HEAD' ? 'GET' : req.method;
  const match = matches.find(({ route }) => route.method === method);
  if (match) return run(match.route, match.id, search, context, options);
  if (matches.length > 0) {
    return jsonReply(405, { detail: 'Method Not Allowed' }, { allow: methodsAt(routes, path).join(', ') });
  }
  return jsonReply(404, { detail: 'Not Found' });
}

/** Runs a route, translates its errors, and logs those that the client does not see. */
async function run(
  route: Route,
  id: string,
  search: string,
  context: RequestContext,
  options: RestOptions,
): Promise<Reply> {
  const { requestId, signal, logFields, observation } = context;
  logFields.operation = route.operation;
  if (observation) observation.route = route.path;
  try {
    const json = await handleRoute(route, id, search, context, options);
    // making, measuring and serialising 1000 units take some ms each: the event loop turns in between
    await nextTurn();
    if (jsonByteLength(json, options.maxAnswerBytes) > options.maxAnswerBytes)
      throw new AnswerTooLargeError(options.maxAnswerBytes);
    await nextTurn();
    return jsonReply(route.status, json);
  } catch (error) {
    if (error instanceof AppError) logFields.codes = [error.code];
    if (error instanceof UnavailableError) options.log.error({ requestId, err: error.cause }, 'database unavailable');
    const reply = errorReply(error, route);
    if (reply) return reply;
    // a client that disconnects is no bug
    if (error !== signal.reason) {
      options.log.error({ requestId, err: error }, 'unexpected error');
      logFields.codes = ['INTERNAL_SERVER_ERROR'];
    }
    return jsonReply(500, { detail: 'Internal Server Error' });
  }
}

async function handleRoute(route: Route, id: string, search: string, context: RequestContext, options: RestOptions) {
  const { req, address, baseUrl, signal, releaseSlot, logFields } = context;
  // parsed before authentication: malformed JSON is refused for every caller alike
  const readBody = route.body ? readJson(context) : undefined;
  const viewer = await authenticateCaller(route, options, req.headers.authorization ?? null, address);
  logFields.caller = nameOf(viewer);
  const query = route.query && validate(route.query, queryParameters(route.query, search), 'query');
  if (route.cost) {
    logFields.cost = route.cost(query);
    await options.costLimit?.spend(viewer, address, logFields.cost, route.purpose);
  }
  const body = route.body && validate(route.body, readBody?.() ?? undefined, 'body', route.secret);
  const store = route.method === 'GET' ? await storeForReads(options.store, viewer) : options.store;
  signal.throwIfAborted();
  const userAgent = req.headers['user-agent'];
  return route.handle({ ...options, store, viewer, address, userAgent, baseUrl, releaseSlot, signal, id, query, body });
}

function validate(schema: z.ZodType, value: unknown, where: 'body' | 'query', secret = false): unknown {
  // zod would make an issue of each item
  const long = findLongList(value, 'extensions');
  if (long) throw new RestError(422, [longListDetail(long, where)]);
  const parsed = schema.safeParse(value, { reportInput: true });
  if (!parsed.success) throw new RestError(422, schemaDetails(parsed.error, where, !secret));
  return parsed.data;
}

/** The query parameters that a schema names; of a repeated parameter that is no list the last one counts. */
function queryParameters({ shape }: z.ZodObject, search: string): Record<string, unknown> {
  const given = new URLSearchParams(search);
  const known = Object.entries(shape).filter(([name]) => given.has(name));
  return Object.fromEntries(
    known.map(([name, field]) => [name, isList(field) ? given.getAll(name) : given.getAll(name).at(-1)]),
  );
}

const isList = (field: unknown): boolean =>
  field instanceof z.ZodArray || (field instanceof z.ZodDefault && isList(field.unwrap()));
