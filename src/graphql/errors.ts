import { GraphQLError } from 'graphql';
import { AppError, type ErrorCode } from '../errors.ts';

/** The status of an HTTP answer that an error decides about; others leave it to the rules of GraphQL over HTTP. */
const statuses: Partial<Record<ErrorCode, number>> = {
  ANSWER_TOO_LARGE: 400,
  QUERY_TOO_COMPLEX: 400,
  RATE_LIMITED: 429,
  SERVICE_UNAVAILABLE: 503,
};

/** An error of ours as GraphQL answers it; `located` says where it was thrown. `http` is for the HTTP layer, and is not sent. */
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
 * What a client sees of an error: ours as they are, malformed requests as what they are, everything else as a bug, of which the
 * log has the cause.
 */
export function maskError(error: unknown): GraphQLError {
  if (error instanceof AppError) return toGraphQLError(error);
  if (!(error instanceof GraphQLError)) return bug(error);
  const original = error.originalError;
  // translated before
  if (error.extensions.code !== undefined) return error;
  if (original instanceof AppError) return toGraphQLError(original, error);
  if (original && !(original instanceof GraphQLError)) return bug(original, error);
  error.extensions.code = 'BAD_USER_INPUT';
  return error;
}

function bug(cause: unknown, located?: GraphQLError): GraphQLError {
  return new GraphQLError('Something went wrong on the server; its log says what, under the request id.', {
    nodes: located?.nodes,
    path: located?.path,
    originalError: cause instanceof Error ? cause : new Error(String(cause)),
    extensions: { code: 'INTERNAL_SERVER_ERROR', http: located?.path ? undefined : { status: 500 } },
  });
}
