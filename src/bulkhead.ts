export interface BulkheadOptions {
  /** How many pieces of work run at once. */
  readonly concurrent: number;
  /** How many more may wait. */
  readonly queued: number;
  /** What to throw when as many wait already. */
  readonly full: () => Error;
  /** What to throw to a caller who was aborted before its turn; the signal's own reason, unless told otherwise. */
  readonly aborted?: (signal: AbortSignal) => unknown;
}

/**
 * Runs work when it is its turn: first come, first served. Rejects with what the work rejects with; without having begun it, when
 * too many wait, or as soon as the signal is aborted: work whose caller has gone leaves the queue. Work that runs is not stopped.
 */
export type Bulkhead = <T>(work: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

/** Bounds how much of one kind of work a process does at once, and how much waits for it. */
export function createBulkhead({
  concurrent,
  queued,
  full,
  aborted = ({ reason }) => reason,
}: BulkheadOptions): Bulkhead {
  const waiting: (() => void)[] = [];
  let running = 0;

  /** Resolves when a place is the caller's own. */
  async function takePlace(signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted) throw aborted(signal);
    if (running < concurrent) {
      running++;
      return;
    }
    if (waiting.length >= queued) throw full();
    const turn = Promise.withResolvers<void>();
    const leave = () => {
      const place = waiting.indexOf(turn.resolve);
      // otherwise its turn has come in this very moment
      if (place < 0) return;
      waiting.splice(place, 1);
      turn.reject(signal && aborted(signal));
    };
    waiting.push(turn.resolve);
    signal?.addEventListener('abort', leave, { once: true });
    await turn.promise.finally(() => signal?.removeEventListener('abort', leave));
  }

  return async (work, signal) => {
    await takePlace(signal);
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
