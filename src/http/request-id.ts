import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const format = /^[\w.-]{1,64}$/;

/** The request id: the `X-Request-Id` that the client or a proxy sent, if it is well-formed, else a new UUID. */
export function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && format.test(given) ? given : randomUUID();
}
