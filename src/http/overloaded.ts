import type { ServerResponse } from 'node:http';
import { retryAfterSeconds } from '../errors.ts';
import type { RequestHandler } from '../transport/request.ts';
import { securityHeaders } from './response-headers.ts';

/** Load shedding: what a client is told whose request is refused because this process is overloaded. */
const overloaded = `The server has more to do than it can. Try again in ${retryAfterSeconds.overloaded} s.`;

const overloadedHeaders = Object.entries({
  ...securityHeaders,
  'cache-control': 'no-store',
  'retry-after': String(retryAfterSeconds.overloaded),
  'content-type': 'application/json; charset=utf-8',
}).flat();

/**
 * Answers 503 in the error format of the handler's API. Called for every request that is shed, so it costs as little as
 * possible: one `writeHead` with headers that are made in advance.
 */
export function sendOverloaded(
  res: ServerResponse,
  { handler, requestId }: { handler: RequestHandler; requestId: string },
): void {
  const body = JSON.stringify(handler.errorBody({ code: 'SERVICE_UNAVAILABLE', message: overloaded, requestId }));
  const own = ['x-request-id', requestId, 'content-length', String(Buffer.byteLength(body))];
  res.writeHead(503, [...overloadedHeaders, ...own]);
  res.end(body);
}
