import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Budget } from '../domain/cost-limit.ts';
import type { GraphQLRequest } from './request.ts';

/** By this header a client asks for the cost of its operations: `GraphQL-Cost: report`. */
export const costHeader = 'graphql-cost';

/** What is known of the cost of an operation, and of the budget of its caller. */
export interface CostKnown {
  /** The points of the caller after what was paid last; null where nothing was, or where there is no limit. */
  budgetLeft?: Budget | null;
}

type Request = GraphQLRequest & CostKnown;

/** What is in `extensions.cost`; without what is not known, as of a request that was refused before it was read. */
interface CostReport {
  readonly requested?: number;
  readonly limit?: number;
  readonly remaining?: number;
  readonly resetAt?: string;
}

/** Whether the request asks for its cost. A tool of MCP has a form of its own. */
const isAsked = ({ req, door }: GraphQLRequest): boolean =>
  door !== 'mcp' && String(req.headers[costHeader] ?? '').toLowerCase() === 'report';

/**
 * Yoga plugin, after what replaces results: adds the cost to an answer whose client asks for it, and what is left to the caller. Of a
 * subscription it is in the answer to each event (`withCost`).
 */
export function useCostReport(): Plugin<object, GraphQLRequest> {
  return {
    onExecutionResult({ result, context }) {
      const request = context as unknown as Request;
      if (!result || Array.isArray(result) || Symbol.asyncIterator in result) return;
      addCost(result as ExecutionResult, request, request.budgetLeft, request.logFields.cost);
    },
  };
}

/** Adds to an answer what it has cost, if the client asks for that. */
export function addCost(
  result: ExecutionResult,
  request: GraphQLRequest,
  budget: Budget | null | undefined,
  requested: number | undefined,
): void {
  if (!isAsked(request)) return;
  const cost: CostReport = {
    ...(requested !== undefined && { requested }),
    ...(budget && { limit: budget.limit, remaining: budget.remaining, resetAt: budget.resetAt.toISOString() }),
  };
  if (Object.keys(cost).length > 0) Object.assign(result, { extensions: { ...result.extensions, cost } });
}
