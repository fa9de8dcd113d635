import type { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { BusyError } from '../errors.ts';
import type { Log } from '../log.ts';
import { ClientDisconnectedError, type RequestContext } from '../transport/request.ts';
import type { Context } from './context.ts';

/** Yoga plugin: puts operation name and error codes into the access log, and logs the causes of masked errors. */
export function useRequestLog(log: Log): Plugin<object, RequestContext, Context> {
  return {
    onParams({ params, context }) {
      const { logFields } = context as unknown as RequestContext;
      if (typeof params.operationName === 'string') logFields.operation = params.operationName.slice(0, 100);
    },
    onExecutionResult({ result, context }) {
      if (!result || !('errors' in result) || !result.errors) return;
      const request = context as unknown as RequestContext;
      const codes = result.errors.map(({ extensions }) => String(extensions?.code ?? 'BAD_USER_INPUT'));
      request.logFields.codes = [...new Set(codes)];
      logErrors(log, result.errors, request);
    },
  };
}

/** Logs the causes of masked errors. */
export function logErrors(
  log: Log,
  errors: readonly GraphQLError[],
  { requestId }: Pick<RequestContext, 'requestId'>,
): void {
  for (const error of errors) {
    const cause = error.originalError?.cause ?? error.cause ?? error.originalError;
    // a client that disconnects is no bug
    if (cause instanceof ClientDisconnectedError) continue;
    const code = error.extensions?.code;
    if (code === 'INTERNAL_SERVER_ERROR') {
      error.extensions.requestId = requestId;
      log.error({ requestId, err: cause, path: error.path }, 'unexpected error');
    } else if (code === 'SERVICE_UNAVAILABLE' && !(error.originalError instanceof BusyError))
      log.error({ requestId, err: cause }, 'database unavailable');
  }
}
