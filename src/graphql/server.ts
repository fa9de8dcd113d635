import type { GraphQLSchema } from 'graphql';
import { type CORSOptions, createYoga, type GraphQLParams, type Plugin } from 'graphql-yoga';
import { authenticate } from '../domain/authenticate.ts';
import type { Secrets } from '../domain/jwt.ts';
import type { QueryVectors } from '../domain/meaning.ts';
import type { CostLimit, SignInLimit } from '../domain/rate-limit.ts';
import { nameOf, type Viewer } from '../domain/viewer.ts';
import { BusyError, UnauthenticatedError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { type AllowedOrigins, mayRead } from '../transport/cors.ts';
import { ClientGone, type RequestFacts } from '../transport/request.ts';
import { useAnswerLimit } from './answer-limit.ts';
import { useJsonBody } from './body.ts';
import { useBudget } from './budget.ts';
import type { Context, Settings } from './context.ts';
import { createDocuments } from './documents.ts';
import { maskError, toGraphQLError } from './errors.ts';
import { createLoaders } from './loaders.ts';
import { useReadReplica } from './read-routing.ts';
import type { GraphQLRequest, IdentifiedRequest } from './request.ts';

export interface GraphQLOptions {
  readonly schema: GraphQLSchema;
  readonly store: Store;
  readonly queryVectors: QueryVectors;
  readonly secrets: Secrets;
  readonly settings: Settings;
  readonly log: Log;
  readonly introspection: boolean;
  readonly maxAnswerBytes: number;
  /** Shared with the other APIs; null for no limit. */
  readonly costLimit: CostLimit | null;
  readonly signInLimit: SignInLimit;
  readonly corsOrigin: AllowedOrigins;
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
    // useDocuments keeps them, by their size
    parserAndValidationCache: false,
    logging: false,
    maskedErrors: { maskError },
    cors: corsOf(options.corsOrigin),
    plugins: [
      useJsonBody(),
      useViewer(options),
      useDocuments(schema, options),
      useBudget(schema, options),
      useReadReplica(),
      useAnswerLimit(options.maxAnswerBytes),
      useOutcome(options.log),
      useCancellation(),
      { onResponse: ({ response }) => response.headers.append('vary', 'Authorization, Origin') },
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

function createContextFactory({ store, queryVectors, secrets, settings, signInLimit }: GraphQLOptions) {
  return (request: GraphQLRequest): Context => {
    const { viewer, address, stepAside, signal } = request as IdentifiedRequest;
    const loaders = createLoaders(store, viewer.kind === 'anonymous' ? null : viewer.user.username);
    return {
      store,
      queryVectors,
      secrets,
      settings,
      viewer,
      loaders,
      signInLimit,
      stepAside,
      signal,
      address,
      budget: null,
    };
  };
}

/** Finds out who sends a request, before its operation is looked at. */
function useViewer({ store, secrets }: GraphQLOptions): Plugin<object, IdentifiedRequest> {
  return {
    async onParams({ context, setResult }) {
      try {
        context.viewer = await identify(store, secrets, context.req.headers.authorization ?? null);
        context.facts.caller = nameOf(context.viewer);
      } catch (error) {
        setResult({ errors: [maskError(error)] });
      }
    },
  };
}

/** Void credentials refuse the whole request: an agent should learn of them, not read as somebody else. */
async function identify(store: Store, secrets: Secrets, header: string | null): Promise<Viewer> {
  try {
    return await authenticate(store, secrets, header);
  } catch (error) {
    if (!(error instanceof UnauthenticatedError)) throw error;
    const refused = toGraphQLError(error);
    refused.extensions.http = { status: 401, headers: { 'WWW-Authenticate': 'Bearer' } };
    throw refused;
  }
}

function useDocuments(schema: GraphQLSchema, { introspection }: GraphQLOptions): Plugin<object, RequestFacts> {
  const documents = createDocuments(schema, { introspection });
  return {
    onParse: ({ setParseFn }) => setParseFn((source) => documents.parse(String(source))),
    onValidate({ context, setValidationFn }) {
      const { query = '' } = (context as unknown as { params: GraphQLParams }).params;
      setValidationFn((_schema, document) => documents.check(document, query));
    },
  };
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
        } else if (code === 'SERVICE_UNAVAILABLE' && !(error.originalError instanceof BusyError))
          log.error({ requestId, err: cause }, 'the database is away');
      }
    },
  };
}
