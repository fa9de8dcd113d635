import type { GraphQLSchema } from 'graphql';
import { createYoga, type GraphQLParams, type Plugin } from 'graphql-yoga';
import type { Authority } from '../domain/authenticate.ts';
import type { CostLimit } from '../domain/cost-limit.ts';
import type { QueryVectors } from '../domain/query-vectors.ts';
import type { SignInLimit } from '../domain/sign-in-limit.ts';
import type { Live } from '../live/live.ts';
import type { Log } from '../log.ts';
import type { RequestContext } from '../transport/request.ts';
import { useAnswerLimit } from './answer-limit.ts';
import { useAuthentication } from './authentication.ts';
import { useCancellation } from './cancellation.ts';
import type { Context, Settings } from './context.ts';
import { useCostLimit } from './cost-limit.ts';
import { useCostReport } from './cost-report.ts';
import { createDocumentCache, type DocumentCache } from './document-cache.ts';
import { maskError } from './errors.ts';
import { useExactNumbers } from './exact-numbers.ts';
import { createLoaders } from './loaders.ts';
import { type IsKnown, useObservations } from './observing.ts';
import { type PersistingRequest, usePersistedDocuments } from './persisted-documents.ts';
import { vary } from './plain-request.ts';
import { usePlannedExecution } from './planned-execution.ts';
import { useReadReplica } from './read-routing.ts';
import type { GraphQLRequest, IdentifiedRequest } from './request.ts';
import { useRequestLog } from './request-log.ts';
import { useRequestParams } from './request-params.ts';
import { useSubscriptions } from './subscribing.ts';
import type { TrustedDocuments } from './trusted-documents.ts';

export interface GraphQLOptions extends Authority {
  readonly schema: GraphQLSchema;
  readonly queryVectors: QueryVectors;
  readonly settings: Settings;
  readonly live: Live;
  readonly log: Log;
  readonly introspection: boolean;
  /** The only documents that are run; null for all. */
  readonly trusted: TrustedDocuments | null;
  /** Says which documents are told by name to those who observe operations; those that are trusted, unless given. */
  readonly isKnown?: IsKnown;
  readonly maxAnswerBytes: number;
  /** Shared with the other APIs; null for no limit. */
  readonly costLimit: CostLimit | null;
  readonly signInLimit: SignInLimit;
}

/** Yoga with its plugins, in the order in which they see a request. `handler.ts` and `execute.ts` call it. */
export function createGraphQLServer(options: GraphQLOptions) {
  const { schema } = options;
  const documents = createDocumentCache(schema, options);
  return createYoga<GraphQLRequest, Context>({
    schema,
    context: createContextFactory(options),
    graphqlEndpoint: '/graphql',
    landingPage: false,
    graphiql: false,
    batching: false,
    multipart: false,
    // http/request-bodies.ts limits bodies
    maxRequestBodySize: false,
    // useDocumentCache has a cache that is bounded by bytes
    parserAndValidationCache: false,
    logging: false,
    maskedErrors: { maskError },
    // http/cors.ts, for all responses of the server
    cors: false,
    plugins: [
      useObservations(options.isKnown ?? ((text) => options.trusted?.has(text) ?? false)),
      useRequestParams(),
      useAuthentication(options),
      usePersistedDocuments(documents),
      useDocumentCache(documents),
      useCostLimit(schema, options),
      useExactNumbers(schema),
      useReadReplica(),
      usePlannedExecution(documents),
      useSubscriptions(options),
      useAnswerLimit(options.maxAnswerBytes),
      useCostReport(),
      useRequestLog(options.log),
      useCancellation(),
      { onResponse: ({ response }) => response.headers.append('vary', vary) },
    ],
  });
}

function createContextFactory({ store, queryVectors, secrets, settings, live, signInLimit }: GraphQLOptions) {
  return (request: GraphQLRequest): Context => {
    const { req, viewer, web, address, releaseSlot, signal } = request as IdentifiedRequest;
    const loaders = createLoaders(store, viewer.kind === 'anonymous' ? null : viewer.user.username);
    return {
      store,
      queryVectors,
      secrets,
      settings,
      viewer,
      loaders,
      live,
      since: performance.now(),
      signInLimit,
      releaseSlot,
      signal,
      web,
      address,
      userAgent: req.headers['user-agent'],
      budget: null,
    };
  };
}

function useDocumentCache(documents: DocumentCache): Plugin<object, RequestContext> {
  return {
    onParse: ({ setParseFn }) => setParseFn((source) => documents.parse(String(source))),
    onValidate({ context, setValidationFn }) {
      const { params, viewer, registers } = context as unknown as PersistingRequest & { params: GraphQLParams };
      const caller = { isAnonymous: viewer.kind === 'anonymous', registers };
      setValidationFn((_schema, document) => documents.validate(document, params.query ?? '', caller));
    },
  };
}
