import { AsyncLocalStorage } from 'node:async_hooks';
import { type DocumentNode, type ExecutionResult, getOperationAST } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { observed } from '../observations/observed.ts';
import { type OperationObservation, operations } from '../observations/operation.ts';
import type { GraphQLRequest } from './request.ts';
import { sha256 } from './trusted-documents.ts';

type Result = ExecutionResult | AsyncIterable<ExecutionResult>;
type ResultFor = (payload: { readonly params: GraphQLParams }, context: GraphQLRequest) => Result | Promise<Result>;

/** Says whether a text is that of a document that is known, of which there are few. */
export type IsKnown = (text: string) => boolean;

/** Yoga plugin: tells of each operation, in whatever way it has come in. `isKnown` is asked once for each document. */
export function useObservations(isKnown: IsKnown): Plugin<object, GraphQLRequest> {
  const facts = new WeakMap<DocumentNode, Pick<OperationObservation, 'hash' | 'isKnown'>>();
  return {
    onYogaInit({ yoga }) {
      const server = yoga as unknown as { getResultForParams: ResultFor };
      const resultFor = server.getResultForParams;
      server.getResultForParams = (payload, context) => {
        if (!operations.hasSubscribers) return resultFor(payload, context);
        const message: OperationObservation = {
          ...{ since: performance.now(), ms: 0, isEvent: false, cost: 0, codes: [] },
          requestId: context.requestId,
          traceparent: payload.params.extensions?.traceparent,
          ...{ door: context.door ?? 'graphql', name: null, kind: null, hash: null, isKnown: false },
        };
        context.operationObservation = message;
        return observed(
          operations,
          message,
          async () => resultFor(payload, context),
          (_, result) => {
            message.cost = context.logFields.cost ?? 0;
            if ('errors' in result) message.codes = codesOf(result);
          },
        );
      };
    },

    onValidate({ context, params: { documentAST: document } }) {
      const { operationObservation: message, params } = context as unknown as GraphQLRequest & {
        readonly params: GraphQLParams;
      };
      if (!message) return;
      const operation = getOperationAST(document, params.operationName);
      message.name = operation?.name?.value ?? null;
      message.kind = operation?.operation ?? null;
      const text = params.query ?? '';
      const known = facts.get(document) ?? { hash: sha256(text), isKnown: isKnown(text) };
      facts.set(document, known);
      Object.assign(message, known);
    },
  };
}

/** What tells of the answers to the events of a subscription, as parts of it; null where nobody observes. */
export function eventObserver({
  operationObservation,
}: GraphQLRequest): ((answer: () => Promise<ExecutionResult>) => Promise<ExecutionResult>) | null {
  if (!operationObservation || !operations.hasSubscribers) return null;
  const within = AsyncLocalStorage.snapshot();
  return (answer) => {
    const message = { ...operationObservation, since: performance.now(), ms: 0, isEvent: true, codes: [] };
    return within(() =>
      observed<OperationObservation, ExecutionResult>(operations, message, answer, (own, result) => {
        own.codes = codesOf(result);
      }),
    );
  };
}

const codesOf = ({ errors = [] }: ExecutionResult): string[] => [
  ...new Set(errors.map(({ extensions }) => String(extensions?.code ?? 'BAD_USER_INPUT'))),
];
