import type { ExecutionResult } from 'graphql';
import type { GraphQLParams } from 'graphql-yoga';
import type { Viewer } from '../domain/viewer.ts';
import type { RequestContext } from '../transport/request.ts';
import type { createGraphQLServer } from './server.ts';

/** A request whose caller is known. */
export interface ExecutionContext extends RequestContext {
  readonly viewer: Viewer;
}

/**
 * Executes an operation in process, for MCP, as if its caller had sent it to `/graphql`: the same limits, cost and error masking.
 * Errors are in the result, and do not reject. The session of the web page is for `/graphql` alone.
 */
export type Execute = (params: GraphQLParams, request: ExecutionContext) => Promise<ExecutionResult>;

export function createExecute(graphql: ReturnType<typeof createGraphQLServer>): Execute {
  return async (params, request) => {
    const response = await graphql.fetch(
      'http://localhost/graphql',
      { method: 'POST' },
      { ...request, web: null, params },
    );
    return (await response.json()) as ExecutionResult;
  };
}
