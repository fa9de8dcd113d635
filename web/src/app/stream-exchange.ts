import type { Exchange, Operation, OperationResult } from '@urql/core';
import { makeFetchBody, makeFetchOptions, makeFetchSource, makeFetchURL } from '@urql/core/internal';
import { filter, make, merge, mergeMap, onEnd, pipe, type Source, subscribe, takeUntil } from 'wonka';

/**
 * Sends subscriptions as `fetchExchange` does, and says of each when its answer is over. That one does not where the answer is no
 * stream: of a refusal, such as a 503, it says that more may come.
 */
export const streamExchange: Exchange =
  ({ forward }) =>
  (operations) => {
    const streams = pipe(
      operations,
      filter(({ kind }) => kind === 'subscription'),
      mergeMap((operation) => {
        const torn = filter(({ kind, key }: Operation) => kind === 'teardown' && key === operation.key)(operations);
        return pipe(answersTo(operation), takeUntil(torn));
      }),
    );
    const others = forward(filter(({ kind }: Operation) => kind !== 'subscription')(operations));
    return merge([streams, others]);
  };

function answersTo(operation: Operation): Source<OperationResult> {
  const body = makeFetchBody(operation);
  const answers = makeFetchSource(operation, makeFetchURL(operation, body), makeFetchOptions(operation, body));
  // asked for at once what comes next: else an end waits until the page asks for something
  return make(({ next, complete }) => {
    const end = () => {
      next(over(operation));
      complete();
    };
    return pipe(answers, onEnd(end), subscribe(next)).unsubscribe;
  });
}

const over = (operation: Operation): OperationResult => ({
  operation,
  data: undefined,
  error: undefined,
  extensions: undefined,
  stale: false,
  hasNext: false,
});
