import type { ExecutionResult } from 'graphql';
import type { GraphQLParams } from 'graphql-yoga';
import type { RequestFacts } from '../transport/request.ts';
import type { createGraphQLServer } from './server.ts';

/**
 * Runs an operation of another front door as `/graphql` would, for whoever sent the request: the same credentials,
 * limits, cost, budget and masking of errors. Never rejects on account of the operation.
 */
export type Execute = (params: GraphQLParams, facts: RequestFacts) => Promise<ExecutionResult>;

export function createExecute(graphql: ReturnType<typeof createGraphQLServer>): Execute {
  return async (params, facts) => {
    const response = await graphql.fetch('http://localhost/graphql', { method: 'POST' }, { ...facts, params });
    return (await response.json()) as ExecutionResult;
  };
}
