import type { IncomingMessage } from 'node:http';
import type { ExecutionResult } from 'graphql';
import { type FetchAPI, type GraphQLParams, processRegularResult } from 'graphql-yoga';
import { RequestBodyError, type RequestContext } from '../transport/request.ts';
import { maskError } from './errors.ts';
import type { RequestWithNumbers } from './exact-numbers.ts';
import { inProcess } from './in-process.ts';
import { namesDocument } from './persisted-documents.ts';
import type { GraphQLRequest } from './request.ts';
import { readBody } from './request-params.ts';
import type { createGraphQLServer } from './server.ts';

/**
 * Requests that need nothing of Yoga's HTTP: a POST of a query or mutation in JSON whose answer is JSON. They skip the `Request` and the `Response` that
 * Yoga makes of what Node has, a tenth of what such a request costs. What is executed, and what the answer is, is Yoga's all the same.
 */

/** What is sent: headers in their order. */
export interface PlainAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** What answers depend on, of the headers of a request. */
export const vary = 'Authorization, Origin';

/** By the `Accept` header, in which media type Yoga answers. */
const mediaTypes: ReadonlyMap<string | undefined, string> = new Map([
  [undefined, 'application/json'],
  ['*/*', 'application/json'],
  ['application/json', 'application/json'],
  ['application/graphql-response+json', 'application/graphql-response+json'],
]);

/** The parameters of a plain request; null for any other, which Yoga reads, and refuses where something is wrong with it. */
export function readPlain(req: IncomingMessage, context: RequestContext & RequestWithNumbers): GraphQLParams | null {
  if (req.method !== 'POST' || req.url !== '/graphql' || !mediaTypes.has(req.headers.accept)) return null;
  try {
    const params = readBody(context);
    // a subscription has an answer of another kind, and a document that is named may be one
    return !namesDocument(params) && typeof params.query === 'string' && !/\bsubscription\b/.test(params.query)
      ? params
      : null;
  } catch (error) {
    if (error instanceof RequestBodyError) return null;
    throw error;
  }
}

/** Executes the operation of a plain request. Rejects when its answer cannot be written. */
export async function answerPlain(
  graphql: ReturnType<typeof createGraphQLServer>,
  params: GraphQLParams,
  context: GraphQLRequest,
): Promise<PlainAnswer> {
  const mediaType = mediaTypes.get(context.req.headers.accept) as string;
  try {
    const result = await graphql.getResultForParams({ params, request: inProcess() }, context as never);
    return answerOf(result as ExecutionResult, mediaType);
  } catch (error) {
    const errors: unknown[] = error instanceof AggregateError ? error.errors : [error];
    return answerOf({ errors: errors.map(maskError) }, mediaType);
  }
}

/** The answer as Yoga writes it, with the status and headers that are in errors. */
function answerOf(result: ExecutionResult, mediaType: string): PlainAnswer {
  return processRegularResult(
    result,
    { Response: Written } as unknown as FetchAPI,
    mediaType,
  ) as unknown as PlainAnswer;
}

/** In place of a `Response`. */
class Written implements PlainAnswer {
  readonly body: string;
  readonly status: number;
  readonly headers: PlainAnswer['headers'];

  constructor(
    body: string,
    { status, headers }: { readonly status: number; readonly headers: Record<string, string> },
  ) {
    this.body = body;
    this.status = status;
    const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
    this.headers = [...given, ['vary', vary]];
  }
}
