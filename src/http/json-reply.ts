import type { OutgoingHttpHeaders } from 'node:http';
import type { Reply } from '../transport/reply.ts';

/** A JSON response of the HTTP server itself (probes, 404, errors), with a line break at its end for terminals. */
export const jsonReply = (status: number, value: object, headers: OutgoingHttpHeaders = {}): Reply => ({
  status,
  body: `${JSON.stringify(value)}\n`,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
});
