import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { readTypeDefs } from '../graphql/schema.ts';
import type { Reply } from '../transport/reply.ts';

/** `GET /schema.graphql`: the SDL for code generators, with an ETag. */
export function schemaPage(): (req: IncomingMessage) => Reply {
  const body = readTypeDefs();
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
  const headers = { 'content-type': 'text/plain; charset=utf-8', etag, 'cache-control': 'no-cache' };
  return (req) =>
    matches(req.headers['if-none-match'], etag) ? { status: 304, body: '', headers } : { status: 200, body, headers };
}

function matches(condition: string | undefined, etag: string): boolean {
  const tags = condition?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  return tags.includes(etag) || tags.includes('*');
}
