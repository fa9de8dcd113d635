import { BodyTooLargeError, type RequestContext } from './request.ts';

/** A request body cannot be read: wrong content type (415), too large (413), not UTF-8 or not JSON (400). */
export class RequestBodyError extends Error {
  readonly status: number;
  /** True if part of the body was left unread: the response must close the connection. */
  readonly cutShort: boolean;
  constructor(status: number, message: string, cutShort = false) {
    super(message);
    this.status = status;
    this.cutShort = cutShort;
  }
}

/**
 * The text of an `application/json` body in UTF-8, for GraphQL and MCP. Refuses every other content type: a web page can send
 * a form to any server in its visitor's name, and JSON only after a CORS preflight. Throws `RequestBodyError`.
 */
export function readJsonBody({ req, body }: Pick<RequestContext, 'req' | 'body'>): string {
  const type = req.headers['content-type'];
  if (type?.split(';')[0]?.trim().toLowerCase() !== 'application/json')
    throw new RequestBodyError(415, `The content type must be application/json, got ${type ?? 'none'}.`);
  const charset = /charset="?([\w-]+)/i.exec(type)?.[1] ?? 'utf-8';
  if (!/^utf-?8$/i.test(charset)) throw new RequestBodyError(415, `The charset must be utf-8, got ${charset}.`);
  const encoding = req.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity')
    throw new RequestBodyError(415, `The content encoding must be identity, got ${encoding}.`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body());
  } catch (error) {
    if (error instanceof BodyTooLargeError) throw new RequestBodyError(413, error.message, error.cutShort);
    if (!(error instanceof TypeError)) throw error;
    throw new RequestBodyError(400, 'The body is not valid UTF-8.');
  }
}
