export interface BulkheadOptions {
  /** How many calls run at once: the permits of the semaphore. */
  readonly concurrent: number;
  /** How many more calls may wait for a permit. */
  readonly queued: number;
  /** Makes the error for a call that comes while the queue is full. */
  readonly full: () => Error;
  /** Makes the error for a call that is aborted while it waits; the signal's reason by default. */
  readonly aborted?: (signal: AbortSignal) => unknown;
}

/**
 * Runs `work` as soon as a permit is free, first come, first served, and answers with its result. Rejects without starting
 * `work` when the queue is full, or as soon as `signal` is aborted: an aborted call leaves the queue. Work that has started is
 * not stopped.
 */
export type Bulkhead = <T>(work: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

/**
 * Creates a bulkhead: a FIFO semaphore with a bounded queue, which limits how much of one kind of work runs and waits in this
 * process.
 */
export function createBulkhead({
  concurrent,
  queued,
  full,
  aborted = ({ reason }) => reason,
}: BulkheadOptions): Bulkhead {
  const waiting: (() => void)[] = [];
  let running = 0;

  /** Resolves when the caller holds a permit. */
  async function acquire(signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted) throw aborted(signal);
    if (running < concurrent) {
      running++;
      return;
    }
    if (waiting.length >= queued) throw full();
    const permit = Promise.withResolvers<void>();
    const leave = () => {
      const position = waiting.indexOf(permit.resolve);
      // not in the queue any more: the permit was granted just before the abort
      if (position < 0) return;
      waiting.splice(position, 1);
      permit.reject(signal && aborted(signal));
    };
    waiting.push(permit.resolve);
    signal?.addEventListener('abort', leave, { once: true });
    await permit.promise.finally(() => signal?.removeEventListener('abort', leave));
  }

  return async (work, signal) => {
    await acquire(signal);
    try {
      return await work();
    } finally {
      // the permit is handed to the next call in the queue, so that a new call cannot overtake it
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}

/** A bulkhead whose queue has no end: for callers who are bounded by something else. No call is refused. */
export const createSemaphore = (concurrent: number): Bulkhead =>
  createBulkhead({
    concurrent,
    queued: Number.POSITIVE_INFINITY,
    full: () => new Error('unreachable: the queue has no end'),
  });
