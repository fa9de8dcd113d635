import { GraphQLError } from 'graphql';
import { AppError, type ErrorCode, unexpectedErrorMessage } from '../errors.ts';

/** HTTP status codes by error code; all other errors follow the GraphQL over HTTP specification. */
const statuses: Partial<Record<ErrorCode, number>> = {
  ANSWER_TOO_LARGE: 400,
  QUERY_TOO_COMPLEX: 400,
  RATE_LIMITED: 429,
  SERVICE_UNAVAILABLE: 503,
};

/** Translates an `AppError`; `located` has its path. Yoga takes status and headers from `extensions.http`, and does not send that. */
export function toGraphQLError(error: AppError, located?: GraphQLError): GraphQLError {
  const { code, details, message, retryAfterSeconds } = error;
  const status = statuses[code];
  const headers: Record<string, string> =
    retryAfterSeconds === null ? {} : { 'Retry-After': String(retryAfterSeconds) };
  return new GraphQLError(message, {
    nodes: located?.nodes,
    path: located?.path,
    originalError: error,
    extensions: { code, ...details, ...(status && { http: { status, headers } }) },
  });
}

/**
 * Error masking: an `AppError` is translated and a GraphQL request error kept; everything else is a bug, which the client sees as
 * `INTERNAL_SERVER_ERROR` and of which only the log has the cause (`request-log.ts`).
 */
export function maskError(error: unknown): GraphQLError {
  if (error instanceof AppError) return toGraphQLError(error);
  if (!(error instanceof GraphQLError)) return bug(error);
  const original = error.originalError;
  // already translated
  if (error.extensions.code !== undefined) return error;
  if (original instanceof AppError) return toGraphQLError(original, error);
  if (original && !(original instanceof GraphQLError)) return bug(original, error);
  error.extensions.code = 'BAD_USER_INPUT';
  return error;
}

function bug(cause: unknown, located?: GraphQLError): GraphQLError {
  return new GraphQLError(unexpectedErrorMessage, {
    nodes: located?.nodes,
    path: located?.path,
    originalError: cause instanceof Error ? cause : new Error(String(cause)),
    extensions: { code: 'INTERNAL_SERVER_ERROR', http: located?.path ? undefined : { status: 500 } },
  });
}
