import type { IncomingMessage } from 'node:http';
import { readTypeDefs } from '../graphql/type-defs.ts';
import type { Reply } from '../transport/reply.ts';
import { etagOf, hasEtag } from './etag.ts';

/** `GET /schema.graphql`: the SDL for code generators, with an ETag. */
export function schemaPage(): (req: IncomingMessage) => Reply {
  const body = readTypeDefs();
  const etag = etagOf(body);
  const headers = { 'content-type': 'text/plain; charset=utf-8', etag, 'cache-control': 'no-cache' };
  return (req) => (hasEtag(req, etag) ? { status: 304, body: '', headers } : { status: 200, body, headers });
}
