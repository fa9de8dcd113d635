import type { CombinedError } from 'urql';
import { onEnd, pipe, type Source, subscribe } from 'wonka';
import { problemOf } from '../app/problem.ts';

interface Result<Data> {
  readonly data?: Data | undefined;
  readonly error?: CombinedError | undefined;
}

interface Hearers<Data> {
  /** Answers the place behind it. */
  readonly tell: (data: Data) => string;
  /** Whether what happens is told as it happens. */
  readonly state: (isOpen: boolean) => void;
  /** That the server does not go on from where it was. */
  readonly refused: () => void;
}

/** A stream that has not ended after this long is taken for open: there need be nothing to tell. */
const openAfterMs = 2000;
const [firstPauseMs, longestPauseMs] = [1000, 60_000];

export interface Stream {
  close(): void;
  /** Opens it at once, where it waits to be opened again. */
  hurry(): void;
}

/**
 * Keeps a stream of events open from `cursor` on, over server-sent events, until it is closed. One that ends is opened again behind the
 * last event, later each time while none stays open: nothing is left out, and nothing comes twice.
 */
export function openStream<Data>(
  happens: (after: string) => Source<Result<Data>>,
  cursor: string,
  { tell, state, refused }: Hearers<Data>,
): Stream {
  let after = cursor;
  let pauseMs = firstPauseMs;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let close = () => {};
  let closed = false;

  function open(): void {
    timer = undefined;
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
        if (data) after = tell(data);
      }),
    );
    close = () => {
      clearTimeout(opened);
      unsubscribe();
    };
  }

  open();
  return {
    close() {
      closed = true;
      clearTimeout(timer);
      close();
    },
    hurry() {
      if (closed || timer === undefined) return;
      clearTimeout(timer);
      open();
    },
  };
}
