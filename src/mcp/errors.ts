import { RateLimitedError, UnauthenticatedError, UnavailableError } from '../errors.ts';
import { jsonReply } from '../transport/json-reply.ts';
import type { Reply } from '../transport/reply.ts';
import { type HttpServerError, RequestBodyError } from '../transport/request.ts';

/** A request is refused by an HTTP status, before there is a JSON-RPC message to answer. */
export class McpHttpError extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, message: string, headers = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** Translates an error that is no answer to a JSON-RPC message into a response; null for a bug. */
export function toErrorReply(error: unknown): Reply | null {
  if (error instanceof McpHttpError) return errorReply(error.status, error.message, error.headers);
  if (error instanceof RequestBodyError) return errorReply(error.status, error.message, error.headers);
  if (error instanceof UnauthenticatedError) return errorReply(401, error.message, { 'www-authenticate': 'Bearer' });
  if (error instanceof UnavailableError || error instanceof RateLimitedError) {
    const { message, retryAfterSeconds } = error;
    return errorReply(
      error instanceof RateLimitedError ? 429 : 503,
      message,
      retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) },
    );
  }
  return null;
}

/** JSON-RPC error codes by HTTP status: invalid request, internal error; -32000 for all others. */
const codesByStatus: Readonly<Record<number, number>> = { 400: -32_600, 503: -32_603 };

const codesOfServerErrors: Readonly<Record<HttpServerError['code'], number>> = {
  BAD_USER_INPUT: -32_600,
  SERVICE_UNAVAILABLE: -32_603,
  INTERNAL_SERVER_ERROR: -32_603,
};

/** `RequestHandler.errorBody` of MCP: a JSON-RPC error without an id. */
export const errorBody = ({ code, message, requestId }: HttpServerError) => ({
  jsonrpc: '2.0',
  id: null,
  error: { code: codesOfServerErrors[code], message, data: { code, requestId } },
});

function errorReply(status: number, message: string, headers: Readonly<Record<string, string>>): Reply {
  const error = { code: codesByStatus[status] ?? -32_000, message };
  return jsonReply(status, { jsonrpc: '2.0', id: null, error }, headers);
}
