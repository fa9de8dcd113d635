import type { OutgoingHttpHeaders } from 'node:http';
import { writeJson } from '../domain/json-text.ts';
import type { Reply } from './reply.ts';

/** A JSON response of REST and MCP, byte for byte as their clients know it: no charset, no line break at the end. */
export const jsonReply = (status: number, value: unknown, headers: OutgoingHttpHeaders = {}): Reply => ({
  status,
  body: writeJson(value),
  headers: { 'content-type': 'application/json', ...headers },
});
