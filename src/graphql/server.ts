import { useDisableIntrospection } from '@graphql-yoga/plugin-disable-introspection';
import { type ExecutionArgs, GraphQLError, type GraphQLSchema, getOperationAST, parse } from 'graphql';
import { type CORSOptions, createYoga, type GraphQLParams, type Plugin } from 'graphql-yoga';
import { type AllowedOrigins, mayRead } from '../cors.ts';
import { authenticate } from '../domain/authenticate.ts';
import type { Meanings } from '../domain/meaning.ts';
import type { CostLimit, SignInLimit } from '../domain/rate-limit.ts';
import type { Secrets } from '../domain/tokens.ts';
import { nameOf, type Viewer } from '../domain/viewer.ts';
import { AppError, UnauthenticatedError } from '../errors.ts';
import type { Log } from '../log.ts';
import { ClientGone, type RequestFacts } from '../request.ts';
import type { Store } from '../store/store.ts';
import { useJsonBody } from './body.ts';
import type { Context, Settings } from './context.ts';
import { costOf } from './cost.ts';
import { shapeLimits, shapeRule } from './limits.ts';
import { createLoaders } from './loaders.ts';
import { useReading } from './reading.ts';

export interface GraphQLOptions {
  readonly schema: GraphQLSchema;
  readonly store: Store;
  readonly meanings: Meanings;
  readonly secrets: Secrets;
  readonly settings: Settings;
  readonly log: Log;
  readonly introspection: boolean;
  /** Shared with the other APIs; null for no limit. */
  readonly costLimit: CostLimit | null;
  readonly signInLimit: SignInLimit;
  readonly corsOrigin: AllowedOrigins;
}

/** A request whose operation another front door may have made; else it is in the request itself. */
export interface GraphQLRequest extends RequestFacts {
  readonly params?: GraphQLParams;
}

/** The GraphQL endpoint, as a handler for node:http. */
export function createGraphQLServer(options: GraphQLOptions) {
  const { schema } = options;
  return createYoga<GraphQLRequest, Context>({
    schema,
    context: createContextFactory(options),
    graphqlEndpoint: '/graphql',
    landingPage: false,
    graphiql: false,
    batching: false,
    multipart: false,
    // bodies are read, and limited, before they come here
    maxRequestBodySize: false,
    logging: false,
    maskedErrors: { maskError: mask },
    cors: corsOf(options.corsOrigin),
    plugins: [
      useJsonBody(),
      useShapeLimits(),
      useCost(options),
      useReading(),
      useOutcome(options.log),
      useCancellation(),
      { onResponse: ({ response }) => response.headers.append('vary', 'Authorization, Origin') },
      ...(options.introspection ? [] : [useDisableIntrospection()]),
    ],
  });
}

/** Each origin is answered by itself; one that may not call gets no headers, by which a browser refuses it. */
function corsOf(allowed: AllowedOrigins) {
  return (request: Request): CORSOptions => {
    const origin = request.headers.get('origin');
    if (origin === null || !mayRead(origin, allowed)) return false;
    return { origin: [origin], credentials: false, methods: ['GET', 'POST', 'OPTIONS'] };
  };
}

function createContextFactory({ store, meanings, secrets, settings, signInLimit }: GraphQLOptions) {
  return async ({ req, address, facts }: RequestFacts): Promise<Context> => {
    const viewer = await identify(store, secrets, req.headers.authorization ?? null);
    const username = viewer.kind === 'anonymous' ? null : viewer.user.username;
    facts.caller = nameOf(viewer);
    const loaders = createLoaders(store, username);
    return { store, meanings, secrets, settings, viewer, loaders, signInLimit, address, budget: null };
  };
}

/** Void credentials refuse the whole request: an agent should learn of them, not read as somebody else. */
async function identify(store: Store, secrets: Secrets, header: string | null): Promise<Viewer> {
  try {
    return await authenticate(store, secrets, header);
  } catch (error) {
    if (!(error instanceof UnauthenticatedError)) throw error;
    const http = { status: 401, headers: { 'WWW-Authenticate': 'Bearer' } };
    throw new AppError('UNAUTHENTICATED', error.message, { http });
  }
}

function useShapeLimits(): Plugin {
  return {
    onParse({ setParseFn }) {
      setParseFn((source, options) => parse(source, { ...options, maxTokens: shapeLimits.tokens }));
    },
    onValidate({ addValidationRule }) {
      addValidationRule(shapeRule);
    },
  };
}

/** Reckons each operation's cost, refuses what costs too much, and spends it of the caller's budget. */
function useCost({ schema, settings, costLimit }: GraphQLOptions): Plugin<object, RequestFacts, Context> {
  return {
    async onExecute({ args, extendContext, setResultAndStopExecution }) {
      const context = args.contextValue as unknown as Context & RequestFacts;
      const cost = costOfExecution(schema, args);
      context.facts.cost = cost;
      const stop = (error: GraphQLError) => setResultAndStopExecution({ errors: [error] });
      if (cost > settings.maxQueryCost) {
        const message = `The operation costs ${cost}, at most ${settings.maxQueryCost}. Ask for smaller pages or fewer fields.`;
        return stop(
          new AppError('QUERY_TOO_COMPLEX', message, { cost, limit: settings.maxQueryCost, http: { status: 400 } }),
        );
      }
      if (!costLimit) return;
      try {
        const budget = await costLimit.spend(context.viewer, context.address, Math.max(cost, 1));
        extendContext({ budget } as Partial<Context> as never);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        stop(error);
      }
    },
  };
}

function costOfExecution(schema: GraphQLSchema, { document, operationName, variableValues }: ExecutionArgs): number {
  const operation = getOperationAST(document, operationName);
  return operation ? costOf(schema, document, operation, variableValues ?? {}) : 0;
}

/**
 * What of an operation is not begun when its client goes, is not begun at all. The executor looks at the signal between
 * fields, and is told nothing in between: what has begun is waited for, so that whoever calls and hangs up cannot have more
 * going on at once than a process admits.
 */
function useCancellation(): Plugin<object, RequestFacts, Context> {
  return {
    onExecute({ args }) {
      const { signal } = args.contextValue as unknown as RequestFacts;
      const looked = {
        get aborted() {
          return signal.aborted;
        },
        get reason() {
          return signal.reason;
        },
        throwIfAborted: () => signal.throwIfAborted(),
        addEventListener: () => {},
        removeEventListener: () => {},
      };
      Object.assign(args, { signal: looked });
    },
  };
}

/** Notes an operation's name and the codes of its errors for the log, and logs every cause that clients do not see. */
function useOutcome(log: Log): Plugin<object, RequestFacts, Context> {
  return {
    onParams({ params, context }) {
      const facts = (context as unknown as RequestFacts).facts;
      if (typeof params.operationName === 'string') facts.operation = params.operationName.slice(0, 100);
    },
    onExecutionResult({ result, context }) {
      if (!result || !('errors' in result) || !result.errors) return;
      const { facts, requestId } = context as unknown as RequestFacts;
      facts.codes = [...new Set(result.errors.map(({ extensions }) => String(extensions?.code ?? 'BAD_USER_INPUT')))];
      for (const error of result.errors) {
        const cause = error.originalError?.cause ?? error.cause ?? error.originalError;
        // a caller who hangs up is no bug
        if (cause instanceof ClientGone) continue;
        const code = error.extensions?.code;
        if (code === 'INTERNAL_SERVER_ERROR') {
          error.extensions.requestId = requestId;
          log.error({ requestId, err: cause, path: error.path }, 'unexpected error');
        } else if (code === 'SERVICE_UNAVAILABLE') log.error({ requestId, err: cause }, 'the database is away');
      }
    },
  };
}

/** What a client sees of an error: ours as they are, malformed requests as what they are, everything else as a bug. */
function mask(error: unknown): Error {
  if (!(error instanceof GraphQLError)) return bug(error);
  const original = error.originalError;
  if (original && !(original instanceof GraphQLError)) return bug(original, error);
  if (error.extensions.code === undefined) error.extensions.code = 'BAD_USER_INPUT';
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
