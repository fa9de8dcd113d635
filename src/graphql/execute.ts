import type { ExecutionResult } from 'graphql';
import type { GraphQLParams } from 'graphql-yoga';
import type { Viewer } from '../domain/viewer.ts';
import type { RequestContext } from '../transport/request.ts';
import { maskError } from './errors.ts';
import { inProcess, plainError } from './in-process.ts';
import type { GraphQLRequest } from './request.ts';
import type { createGraphQLServer } from './server.ts';

/** A request whose caller is known. */
export interface ExecutionContext extends RequestContext {
  readonly viewer: Viewer;
}

/** The result of an operation, with errors as they are sent. A value of `JSONObject` in it is a `JsonText`. */
export interface Executed {
  readonly data?: ExecutionResult['data'];
  readonly errors?: readonly ReturnType<typeof plainError>[];
}

/**
 * Executes an operation in process, for MCP, as if its caller had sent it to `/graphql`: the same limits, cost and error masking.
 * Errors are in the result, and do not reject. The session of the web page is for `/graphql` alone.
 */
export type Execute = (params: GraphQLParams, request: ExecutionContext) => Promise<Executed>;

export function createExecute(graphql: ReturnType<typeof createGraphQLServer>): Execute {
  return async (params, request) => {
    const context: GraphQLRequest = { ...request, web: null, door: 'mcp' };
    const { data, errors } = await resultOf(params, context);
    return { data, ...(errors && { errors: errors.map(plainError).map(asJson) }) };
  };

  async function resultOf(params: GraphQLParams, context: GraphQLRequest): Promise<ExecutionResult> {
    try {
      return (await graphql.getResultForParams({ params, request: inProcess() }, context as never)) as ExecutionResult;
    } catch (error) {
      return { errors: [maskError(error)] };
    }
  }
}

/** A value as a client would read it. */
const asJson = <T>(value: T): T => JSON.parse(JSON.stringify(value));
