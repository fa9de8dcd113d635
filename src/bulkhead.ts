import { EmbeddingError } from './failure.ts';

export type TakeTurn = <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T>;

/** Lets at most `most` pieces of work run at once, first come, first served. Who is aborted while waiting leaves the queue. */
export function createTurns(most: number): TakeTurn {
  const waiting: (() => void)[] = [];
  let running = 0;

  /** Resolves when a place is the caller's own. */
  async function wait(signal: AbortSignal): Promise<void> {
    if (running < most) {
      running++;
      return;
    }
    const turn = Promise.withResolvers<void>();
    const leave = () => {
      const place = waiting.indexOf(turn.resolve);
      if (place >= 0) waiting.splice(place, 1);
      turn.reject(givenUp());
    };
    waiting.push(turn.resolve);
    signal.addEventListener('abort', leave);
    await turn.promise.finally(() => signal.removeEventListener('abort', leave));
  }

  return async (work, signal) => {
    if (signal.aborted) throw givenUp();
    await wait(signal);
    try {
      return await work();
    } finally {
      // the place goes to the next in the queue, so that nobody can slip in between
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}

const givenUp = () => new EmbeddingError('The call was given up before it began.', 'service');
