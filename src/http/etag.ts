import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** A strong entity tag of a body. */
export const etagOf = (body: string | Buffer): string =>
  `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;

/** The same for a body that comes in several encodings, whose bytes differ. */
export const weak = (tag: string): string => `W/${tag}`;

/** Whether the client has the body of this tag already (`If-None-Match`). */
export function hasEtag({ headers }: IncomingMessage, etag: string): boolean {
  const tags = headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  return tags.includes(etag) || tags.includes('*');
}
