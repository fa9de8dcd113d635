import { retryAfterSeconds } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Reply } from '../transport/reply.ts';
import { jsonReply } from './json-reply.ts';
import type { Routes } from './routes.ts';

const retryAfter = { 'retry-after': String(retryAfterSeconds.unavailable) };

/** The response of the readiness probe `/readyz`: 200, or 503 while starting, while stopping, or without its database. */
export async function readiness(routes: Routes | null, isClosing: boolean, log: Log): Promise<Reply> {
  if (isClosing) return notReady('stopping');
  if (routes === null) return notReady('starting');
  try {
    await routes.ready();
    return jsonReply(200, { status: 'ok' });
  } catch (error) {
    log.warn({ err: error }, 'not ready');
    return notReady('not ready');
  }
}

const notReady = (status: 'starting' | 'stopping' | 'not ready') => jsonReply(503, { status }, retryAfter);

const message = 'The server is starting and has no database yet. Try again later.';

/**
 * The response to all but probes until the server has its routes. Which API was called is not known before that, so the body
 * has the error formats of GraphQL and of REST at once.
 */
export const starting: Reply = jsonReply(
  503,
  { errors: [{ message, extensions: { code: 'SERVICE_UNAVAILABLE' } }], detail: message },
  retryAfter,
);
