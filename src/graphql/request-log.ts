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
      const { logFields, requestId } = context as unknown as RequestContext;
      const codes = result.errors.map(({ extensions }) => String(extensions?.code ?? 'BAD_USER_INPUT'));
      logFields.codes = [...new Set(codes)];
      for (const error of result.errors) {
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
    },
  };
}
