import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Refusal, RequestHandler } from '../transport/request.ts';
import type { Reply } from './reply.ts';

const safeHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  // answers differ by caller, and some hold secrets; which pages may read them is said to each by itself
  vary: 'Authorization, Origin',
};
export const shedHeaders = Object.entries({
  ...safeHeaders,
  'cache-control': 'no-store',
  'retry-after': '1',
  'content-type': 'application/json; charset=utf-8',
}).flat();

export const tooMuch = 'The server has more to do than it can. Try again in 1 s.';
export const unexpected = 'Something went wrong on the server; its log says what, under the request id.';

/** An answer in the form of the API that was to give it. */
export function refusal(handler: RequestHandler | null | undefined, status: 400 | 500, given: Refusal): Reply {
  return { status, json: handler ? handler.refusal(given) : { error: given.message, requestId: given.requestId } };
}

/** A probe may come again sooner; a person or a proxy learns when it is worth it. */
export const notReady = (status: 'starting' | 'stopping' | 'not ready'): Reply => ({
  status: 503,
  json: { status },
  headers: { 'retry-after': '5' },
});

const notYet = 'The server is starting and has no database yet. Try again later.';

/** In the form of GraphQL's errors and in that of the REST API, since nobody has looked yet which one was asked. */
export const starting: Reply = {
  status: 503,
  json: { errors: [{ message: notYet, extensions: { code: 'SERVICE_UNAVAILABLE' } }], detail: notYet },
  headers: { 'retry-after': '5' },
};

const requestIdFormat = /^[\w.-]{1,64}$/;

/** The id that a proxy gave the request, or a new one. */
export function idOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && requestIdFormat.test(given) ? given : randomUUID();
}

export function setHeaders(req: IncomingMessage, res: ServerResponse, requestId: string) {
  res.setHeader('x-request-id', requestId);
  for (const [name, value] of Object.entries(safeHeaders)) res.setHeader(name, value);
  if (req.headers.authorization !== undefined || req.method === 'POST') res.setHeader('cache-control', 'no-store');
}

export function pathOf({ url = '/' }: IncomingMessage): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}
