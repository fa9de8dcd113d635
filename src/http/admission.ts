/**
 * Admission control: a bulkhead of concurrency slots in front of the request handlers, with a bounded queue. A request waits in
 * the queue until its deadline at most; what does not fit or comes too late is shed (`http/overloaded.ts` answers 503).
 */
export interface AdmissionLimits {
  /** How many requests hold a slot at once. */
  readonly concurrent: number;
  /** How many more may wait; a quarter of them once the queue is a standing queue. */
  readonly queued: number;
  /** A queue that has not been empty for this long is a standing queue. */
  readonly standingMs: number;
  /** The deadline of a waiting request, from its arrival. */
  readonly timeoutMs: number;
  /** A request that takes longer than this probably waits for something else, such as a lock: it gives its slot to another. */
  readonly slowMs: number;
  /** How many requests may have given up their slot for that reason at once. */
  readonly slow: number;
}

/** The concurrency slot that a running request holds. */
export interface Slot {
  /** Gives the slot to another request while this one goes on, waiting in a bounded queue of its own. */
  releaseEarly(): void;
  /** Ends the request; to be called once, also after `releaseEarly`. */
  release(): void;
}

/** How many requests there are at the moment. */
export interface AdmissionState {
  /** That hold a slot. */
  readonly running: number;
  /** That run, and have given their slot to others since they take long. */
  readonly slow: number;
  /** That wait for a slot. */
  readonly queued: number;
}

export interface Admission {
  readonly state: AdmissionState;
  /** To be called for every connection and every request, whatever becomes of it. */
  arrived(): void;
  /** Whether a request that arrives now would be shed. */
  isFull(): boolean;
  /**
   * Waits for a slot. `arrivedAt` is by `performance.now()`. Resolves with the slot; with `shed` if there will be none by the
   * deadline; with `gone` if the signal is aborted first.
   */
  acquire(arrivedAt: number, signal: AbortSignal): Promise<Slot | 'shed' | 'gone'>;
}

interface Waiting {
  readonly deadline: number;
  end(outcome: Slot | 'shed' | 'gone'): void;
}

/** For how many turns of the event loop, at most, new arrivals are accepted before the next request starts. */
const maxTurns = 100;

export function createAdmissionControl({
  concurrent,
  queued,
  standingMs,
  timeoutMs,
  slowMs,
  slow,
}: AdmissionLimits): Admission {
  const queue: Waiting[] = [];
  let running = 0;
  let runningSlowly = 0;
  let isStarting = false;
  let arrivals = 0;
  /** When the queue was last empty. */
  let lastEmptyAt = 0;
  /** For each request that has run for `slowMs` and still holds its slot: releases that. */
  const overdue = new Set<() => void>();

  const free = () => Math.max(0, concurrent - running);

  /**
   * Starts the first request of the queue. Most of a request's work is synchronous, and no socket is read meanwhile. So the event
   * loop first turns until nothing more arrives: requests then wait in this queue, which counts them and knows their deadlines,
   * and not in the kernel. The event loop accepts one new connection in each turn.
   */
  function startNext() {
    if (isStarting || queue.length === 0 || free() === 0) return;
    isStarting = true;
    afterArrivals(maxTurns, () => {
      isStarting = false;
      const now = performance.now();
      let first = queue.shift();
      for (; first && first.deadline < now; first = queue.shift()) first.end('shed');
      first?.end(takeSlot());
      startNext();
    });
  }

  function afterArrivals(turns: number, then: () => void) {
    const before = arrivals;
    setImmediate(() => {
      if (arrivals !== before && turns > 1) afterArrivals(turns - 1, then);
      else then();
    });
  }

  function takeSlot(): Slot {
    running++;
    let is: 'running' | 'slow' | 'released' = 'running';
    const becomeSlow = () => {
      is = 'slow';
      running--;
      runningSlowly++;
    };
    const timer = setTimeout(() => {
      overdue.add(becomeSlow);
      releaseOverdue();
    }, slowMs).unref();
    const release = (next: typeof is) => {
      clearTimeout(timer);
      overdue.delete(becomeSlow);
      if (is === 'running') running--;
      if (is === 'slow') runningSlowly--;
      is = next;
      releaseOverdue();
    };
    return {
      releaseEarly() {
        if (is !== 'released') release('released');
      },
      release: () => release('released'),
    };
  }

  function releaseOverdue() {
    for (const release of overdue) {
      if (runningSlowly >= slow) break;
      overdue.delete(release);
      release();
    }
    startNext();
  }

  /**
   * A burst may fill the queue. A standing queue (see CoDel) adds no throughput and makes every accepted request wait for its
   * whole length, so it is cut to a quarter.
   */
  function isFull(): boolean {
    const isStanding = queue.length > 0 && performance.now() - lastEmptyAt > standingMs;
    return queue.length >= (isStanding ? Math.ceil(queued / 4) : queued) + free();
  }

  return {
    get state() {
      return { running, slow: runningSlowly, queued: queue.length };
    },
    arrived() {
      arrivals++;
    },
    isFull,
    acquire(arrivedAt, signal) {
      if (signal.aborted) return Promise.resolve('gone');
      // where a slot is free there is nothing to wait for, so no deadline, however long the body took to arrive
      const left = queue.length < free() ? Number.POSITIVE_INFINITY : arrivedAt + timeoutMs - performance.now();
      if (isFull() || left <= 0) return Promise.resolve('shed');
      return new Promise((resolve) => {
        const waiting: Waiting = {
          deadline: performance.now() + left,
          end(outcome) {
            clearTimeout(timer);
            signal.removeEventListener('abort', leaveAsGone);
            resolve(outcome);
          },
        };
        const leaveAs = (outcome: 'shed' | 'gone') => {
          const index = queue.indexOf(waiting);
          if (index >= 0) queue.splice(index, 1);
          waiting.end(outcome);
        };
        const leaveAsGone = () => leaveAs('gone');
        const timer =
          left === Number.POSITIVE_INFINITY ? undefined : setTimeout(() => leaveAs('shed'), Math.ceil(left));
        signal.addEventListener('abort', leaveAsGone, { once: true });
        if (queue.length === 0) lastEmptyAt = performance.now();
        queue.push(waiting);
        startNext();
      });
    },
  };
}
