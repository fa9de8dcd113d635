import { RateLimitedError, UnauthenticatedError, UnavailableError } from '../errors.ts';
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
export function toErrorResponse(error: unknown): Response | null {
  if (error instanceof McpHttpError) return errorResponse(error.status, error.message, error.headers);
  if (error instanceof RequestBodyError) return errorResponse(error.status, error.message, error.headers);
  if (error instanceof UnauthenticatedError) return errorResponse(401, error.message, { 'www-authenticate': 'Bearer' });
  if (error instanceof UnavailableError || error instanceof RateLimitedError) {
    const { message, retryAfterSeconds } = error;
    return errorResponse(
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

function errorResponse(status: number, message: string, headers: Readonly<Record<string, string>>): Response {
  const error = { code: codesByStatus[status] ?? -32_000, message };
  return Response.json({ jsonrpc: '2.0', id: null, error }, { status, headers });
}
