import { type DocumentNode, type GraphQLError, type GraphQLSchema, getOperationAST, getVariableValues } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import type { Budget, CostLimit, Purpose } from '../domain/rate-limit.ts';
import { AppError } from '../errors.ts';
import { signsIn } from './account.ts';
import type { Context, Settings } from './context.ts';
import { type Cost, createCosts } from './cost.ts';
import { toGraphQLError } from './errors.ts';
import type { IdentifiedRequest } from './request.ts';

interface Options {
  readonly settings: Settings;
  /** Null for no limit. */
  readonly costLimit: CostLimit | null;
  readonly introspection: boolean;
}

/** What an operation costs that cannot be run, for having been read and checked. */
const costOfUnfit = 10;
/** Fields that an answer may have: those that tools ask of the schema in any case. */
const [leastFields, fieldsPerPoint] = [50_000, 10];
/** Each one repeats a part of what was sent. */
const maxVariableErrors = 5;

type Request = IdentifiedRequest & {
  /** Whether the operation turned out to be none that could be run. */
  unfit?: boolean;
  /** Why the operation may do nothing but sign in: the caller's other points are spent. */
  spent?: GraphQLError;
};

/**
 * Has callers pay: a point for each request, before anything is done for it; what is left of its cost when that is known,
 * before it runs; and what it takes to find out that an operation cannot be run. Refuses what costs too much.
 */
export function useBudget(schema: GraphQLSchema, options: Options): Plugin<object, Request, Context> {
  const { settings, costLimit } = options;
  const costOf = createCosts(schema);
  return {
    async onParams({ params, context, setResult }) {
      // unknown credentials are refused already
      if (!context.viewer || !costLimit) return;
      const pay = (purpose?: Purpose) => refusalOf(() => costLimit.spend(context.viewer, context.address, 1, purpose));
      let refusal = await pay();
      // whether it signs in is known once it is parsed, which points of that purpose pay for then
      if (refusal && typeof params.query === 'string' && params.query.includes('signIn')) {
        context.spent = refusal;
        refusal = await pay('signIn');
      }
      if (refusal) setResult({ errors: [refusal] });
    },

    onParse:
      ({ context }) =>
      ({ result }) => {
        const { operationName } = (context as unknown as { params: GraphQLParams }).params;
        if (result instanceof Error || !getOperationAST(result as DocumentNode, operationName)) markUnfit(context);
      },

    onValidate:
      ({ context }) =>
      ({ valid }) => {
        if (!valid) markUnfit(context);
      },

    async onExecute({ args, extendContext, setResultAndStopExecution }) {
      const { document, operationName, variableValues } = args;
      const context = args.contextValue as unknown as Context & Request;
      const operation = getOperationAST(document, operationName);
      // which one is meant is for the executor to say
      if (!operation) return;
      const refuse = (...errors: GraphQLError[]) => {
        markUnfit(context);
        setResultAndStopExecution({ errors });
      };
      // the executor would repeat everything that was sent with each of its errors
      const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {}, {
        maxErrors: maxVariableErrors,
        hideSuggestions: !options.introspection,
      });
      if (errors) return refuse(...errors.map(badRequest));
      const { cost, fields } = costOf(document, operation, variableValues ?? {});
      const excess = excessOf({ cost, fields }, settings);
      if (excess) return refuse(excess);
      context.facts.cost = Math.max(cost, 1);
      if (!costLimit) return;
      const purpose = signsIn(document, operationName) ? 'signIn' : undefined;
      if (context.spent && !purpose) return setResultAndStopExecution({ errors: [context.spent] });
      const refusal = await refusalOf(async () => {
        const budget: Budget = await costLimit.spend(context.viewer, context.address, Math.max(cost, 1) - 1, purpose);
        extendContext({ budget: { ...budget, cost: Math.max(cost, 1) } } as Partial<Context> as never);
      });
      if (refusal) setResultAndStopExecution({ errors: [refusal] });
    },

    async onExecutionResult({ context }) {
      const { unfit, spent, viewer, address } = context as unknown as Request;
      if (unfit) await costLimit?.charge(viewer, address, costOfUnfit - 1, spent && 'signIn');
    },
  };
}

function markUnfit(context: object): void {
  const request = context as Request;
  request.unfit = true;
  request.facts.cost = costOfUnfit;
}

function excessOf({ cost, fields }: Cost, { maxQueryCost }: Settings): GraphQLError | null {
  const advice = 'Ask for smaller pages or fewer fields.';
  const refuse = (message: string, details: object) =>
    toGraphQLError(new AppError('QUERY_TOO_COMPLEX', `${message} ${advice}`, { details: { ...details } }));
  if (cost > maxQueryCost)
    return refuse(`The operation costs ${cost}, at most ${maxQueryCost}.`, { cost, limit: maxQueryCost });
  const limit = Math.max(leastFields, maxQueryCost * fieldsPerPoint);
  if (fields > limit) return refuse(`The answer could have ${fields} fields, at most ${limit}.`, { fields, limit });
  return null;
}

function badRequest(error: GraphQLError): GraphQLError {
  Object.assign(error.extensions, { code: 'BAD_USER_INPUT', http: { status: 400 } });
  return error;
}

/** What a caller is told whose points do not suffice. */
async function refusalOf(spend: () => Promise<unknown>): Promise<GraphQLError | null> {
  try {
    await spend();
    return null;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return toGraphQLError(error);
  }
}
