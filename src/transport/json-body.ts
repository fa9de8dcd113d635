import { RequestBodyError, type RequestContext } from './request.ts';

/**
 * The text of an `application/json` body in UTF-8, for GraphQL and MCP. Refuses every other content type: a web page can send
 * a form to any server in its visitor's name, and JSON only after a CORS preflight. Throws `RequestBodyError`.
 */
export function readJsonBody({ req, body }: Pick<RequestContext, 'req' | 'body'>): string {
  const type = req.headers['content-type'];
  if (type?.split(';')[0]?.trim().toLowerCase() !== 'application/json')
    throw new RequestBodyError(415, `The content type must be application/json, got ${type ?? 'none'}.`);
  return decodeText(body(), type);
}

/** The text of a body in UTF-8, without a byte order mark. Throws `RequestBodyError`, also where `type` names another charset. */
export function decodeText(body: Buffer, type: string): string {
  const charset = /;\s*charset\s*=\s*"?([^\s";,]+)/i.exec(type)?.[1] ?? 'utf-8';
  // every text in US-ASCII is one in UTF-8
  if (!/^(?:utf-?8|us-ascii)$/i.test(charset))
    throw new RequestBodyError(415, `The charset must be utf-8, got ${charset}.`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new RequestBodyError(400, 'The body is not valid UTF-8.');
  }
}
