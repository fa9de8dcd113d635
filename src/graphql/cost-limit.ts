import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
} from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import type { Budget, CostLimit, Purpose } from '../domain/cost-limit.ts';
import { AppError, askForLess } from '../errors.ts';
import { maySignIn, signsIn } from './account.ts';
import type { Context, Settings } from './context.ts';
import { type Cost, createCostCalculator } from './cost-directive.ts';
import type { CostKnown } from './cost-report.ts';
import { toGraphQLError } from './errors.ts';
import type { IdentifiedRequest } from './request.ts';

interface Options {
  readonly settings: Settings;
  /** Null for no limit. */
  readonly costLimit: CostLimit | null;
  readonly introspection: boolean;
}

/** The cost of an operation that fails to parse or to validate. */
const costOfInvalid = 10;
/** A response may have `fieldsPerPoint` fields for each point of `CQ_MAX_QUERY_COST`, and at least what introspection by tools needs. */
const [minFieldLimit, fieldsPerPoint] = [50_000, 10];
/** At most this many errors about variables are reported, since each repeats a part of them. */
const maxVariableErrors = 5;

type Request = IdentifiedRequest &
  CostKnown & {
    /** Set when the operation fails to parse, to validate or a limit. */
    invalid?: boolean;
    /** Set when the caller's points are spent: the operation may do nothing but sign in. */
    rateLimited?: GraphQLError;
    /** What each event of a subscription costs. */
    subscriptionCost?: number;
  };

/** What Yoga passes to a plugin before an operation is carried out. */
interface Admitted {
  readonly args: Pick<ExecutionArgs, 'document' | 'operationName' | 'variableValues' | 'contextValue'>;
  readonly extendContext: (context: never) => void;
  readonly setResultAndStopExecution: (result: ExecutionResult) => void;
}

/**
 * Yoga plugin: enforces the cost limit (`domain/cost-limit.ts`) and `CQ_MAX_QUERY_COST`. A request pays 1 point before it is
 * parsed, the rest of its cost (`cost-directive.ts`) before it is executed, and 10 points in all if it is invalid.
 */
export function useCostLimit(schema: GraphQLSchema, options: Options): Plugin<object, Request, Context> {
  const { settings, costLimit } = options;
  const costOf = createCostCalculator(schema);
  return {
    async onParams({ params, context, setResult }) {
      // no viewer: useAuthentication has refused the request
      if (!context.viewer || !costLimit) return;
      const pay = (purpose?: Purpose) =>
        rateLimitErrorOf(async () => {
          context.budgetLeft = await costLimit.spend(context.viewer, context.address, 1, purpose);
        });
      let error = await pay();
      // whether it only signs in is known after parsing: until then the points for signing in pay
      if (error && maySignIn(params.query)) {
        context.rateLimited = error;
        error = await pay('signIn');
      }
      if (error) setResult({ errors: [error] });
    },

    onParse:
      ({ context }) =>
      ({ result }) => {
        const { operationName } = (context as unknown as { params: GraphQLParams }).params;
        if (result instanceof Error || !getOperationAST(result as DocumentNode, operationName)) markInvalid(context);
      },

    onValidate:
      ({ context }) =>
      ({ valid }) => {
        if (!valid) markInvalid(context);
      },

    onExecute: (operation) => admit(operation),

    // the events of a subscription are paid when they are told
    onSubscribe: ({ args, extendContext, setResultAndStopExecution }) =>
      admit({ args, extendContext, setResultAndStopExecution }),

    async onExecutionResult({ context }) {
      const request = context as unknown as Request;
      const { invalid, rateLimited, viewer, address, budgetLeft: left } = request;
      if (!invalid || !costLimit) return;
      await costLimit.charge(viewer, address, costOfInvalid - 1, rateLimited && 'signIn');
      if (left) request.budgetLeft = { ...left, remaining: Math.max(0, left.remaining - costOfInvalid + 1) };
    },
  };

  /** Checks the variables and the cost of an operation, and has the caller pay. */
  async function admit({ args, extendContext, setResultAndStopExecution }: Admitted) {
    const { document, operationName, variableValues } = args;
    const context = args.contextValue as unknown as Context & Request;
    const operation = getOperationAST(document, operationName);
    // the executor reports a missing or unknown operation
    if (!operation) return;
    const refuse = (...errors: GraphQLError[]) => {
      markInvalid(context);
      setResultAndStopExecution({ errors });
    };
    // checked here and not by the executor, whose errors would each repeat all variables
    const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {}, {
      maxErrors: maxVariableErrors,
      hideSuggestions: !options.introspection,
    });
    if (errors) return refuse(...errors.map(badRequest));
    const { cost, fields } = costOf(document, operation, variableValues ?? {});
    const excess = excessOf({ cost, fields }, settings);
    if (excess) return refuse(excess);
    context.logFields.cost = Math.max(cost, 1);
    context.subscriptionCost = Math.max(cost, 1);
    if (!costLimit) return;
    const purpose = signsIn(document, operationName) ? 'signIn' : undefined;
    if (context.rateLimited && !purpose) return setResultAndStopExecution({ errors: [context.rateLimited] });
    const error = await rateLimitErrorOf(async () => {
      const budget: Budget = await costLimit.spend(context.viewer, context.address, Math.max(cost, 1) - 1, purpose);
      context.budgetLeft = budget;
      extendContext({ budget: { ...budget, cost: Math.max(cost, 1) } } as Partial<Context> as never);
    });
    if (error) setResultAndStopExecution({ errors: [error] });
  }
}

function markInvalid(context: object): void {
  const request = context as Request;
  request.invalid = true;
  request.logFields.cost = costOfInvalid;
}

/** Why an operation of this cost is refused whatever its caller has left; null when it is not. */
export function excessOf(
  { cost, fields }: Cost,
  { maxQueryCost }: Pick<Settings, 'maxQueryCost'>,
): GraphQLError | null {
  const refuse = (message: string, details: object) =>
    toGraphQLError(new AppError('QUERY_TOO_COMPLEX', `${message} ${askForLess}`, { details: { ...details } }));
  if (cost > maxQueryCost)
    return refuse(`The operation costs ${cost}, at most ${maxQueryCost}.`, { cost, limit: maxQueryCost });
  const limit = Math.max(minFieldLimit, maxQueryCost * fieldsPerPoint);
  if (fields > limit) return refuse(`The answer could have ${fields} fields, at most ${limit}.`, { fields, limit });
  return null;
}

function badRequest(error: GraphQLError): GraphQLError {
  Object.assign(error.extensions, { code: 'BAD_USER_INPUT', http: { status: 400 } });
  return error;
}

/** The error when fewer points are left than `spend` needs, else null. */
async function rateLimitErrorOf(spend: () => Promise<unknown>): Promise<GraphQLError | null> {
  try {
    await spend();
    return null;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return toGraphQLError(error);
  }
}
