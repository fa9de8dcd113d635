import type { CombinedError } from 'urql';
import { onEnd, pipe, type Source, subscribe } from 'wonka';
import { problemOf } from '../app/problem.ts';
import type { HappensSubscription, LiveEventFragment } from '../gql/graphql.ts';

interface Result {
  readonly data?: HappensSubscription | undefined;
  readonly error?: CombinedError | undefined;
}

interface Hearers {
  readonly tell: (event: LiveEventFragment) => void;
  /** Whether what happens is told as it happens. */
  readonly state: (isOpen: boolean) => void;
  /** That the server does not go on from where it was. */
  readonly refused: () => void;
}

/** A stream that has not ended after this long is taken for open: there need be nothing to tell. */
const openAfterMs = 2000;
const [firstPauseMs, longestPauseMs] = [1000, 60_000];

/**
 * Keeps a stream of events open from `cursor` on, over server-sent events, until the returned function is called. One that ends is opened
 * again behind the last event, later each time while none stays open: nothing is left out, and nothing comes twice.
 */
export function openStream(
  happens: (after: string) => Source<Result>,
  cursor: string,
  { tell, state, refused }: Hearers,
): () => void {
  let after = cursor;
  let pauseMs = firstPauseMs;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let close = () => {};
  let closed = false;

  function open(): void {
    const opened = setTimeout(() => {
      pauseMs = firstPauseMs;
      state(true);
    }, openAfterMs);
    const { unsubscribe } = pipe(
      happens(after),
      onEnd(() => {
        clearTimeout(opened);
        if (closed) return;
        state(false);
        timer = setTimeout(open, pauseMs);
        pauseMs = Math.min(2 * pauseMs, longestPauseMs);
      }),
      subscribe(({ data, error }) => {
        // the cursor is of another database, or too far behind
        if (error && problemOf(error).kind === 'input') refused();
        if (!data) return;
        after = data.knowledgeEvents.cursor;
        tell(data.knowledgeEvents.activity);
      }),
    );
    close = () => {
      clearTimeout(opened);
      unsubscribe();
    };
  }

  open();
  return () => {
    closed = true;
    clearTimeout(timer);
    close();
  };
}
