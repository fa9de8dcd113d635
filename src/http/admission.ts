/**
 * How many requests a process works on, and how many wait for it: a bulkhead with a bounded queue, in which a request waits
 * until its deadline at most. What comes beyond is shed.
 */
export interface AdmissionLimits {
  /** How many requests are worked on at once. */
  readonly concurrent: number;
  /** How many more may wait; a quarter of them while the queue has not been empty for `standingMs`. */
  readonly queued: number;
  readonly standingMs: number;
  /** After this many milliseconds from its arrival a request waits no longer. */
  readonly timeoutMs: number;
  /**
   * What takes longer than `slowMs` waits for something else, such as a lock, and leaves its place to others; at most
   * `slow` requests at once do so.
   */
  readonly slowMs: number;
  readonly slow: number;
}

/** What a request that is worked on holds. */
export interface Place {
  /** Lets others be worked on meanwhile: what is left of this request waits in a bounded queue of its own. */
  stepAside(): void;
  /** Gives the place back; to be called once. */
  leave(): void;
}

export interface Admission {
  /** To be told of every connection and request, whatever becomes of it. */
  arrived(): void;
  /** Whether whoever enters now is shed. */
  isFull(): boolean;
  /**
   * Resolves when it is the turn of a request that arrived at `arrivedAt`, by `performance.now()`: with its place, or with `shed` when it will not be its turn in time. A request whose signal is aborted is `gone`, and takes no place.
   */
  enter(arrivedAt: number, signal: AbortSignal): Promise<Place | 'shed' | 'gone'>;
}

interface Waiting {
  readonly deadline: number;
  end(outcome: Place | 'shed' | 'gone'): void;
}

/** For this many turns of the event loop, at most, new arrivals go before work. */
const mostTurns = 100;

export function createAdmission({
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
  let turnIsComing = false;
  let arrivals = 0;
  /** When the queue was last seen empty. */
  let lastEmptyAt = 0;
  /** How those step aside that have taken long. */
  const overdue = new Set<() => void>();

  const free = () => Math.max(0, concurrent - running);

  /**
   * Most of the work is synchronous, and while it goes on no socket is read. So before each request the event loop turns until
   * nothing more arrives: what waits does so here, where it is counted and has its deadline, and not unseen in the kernel. Of
   * new connections a turn accepts one.
   */
  function nextTurn() {
    if (turnIsComing || queue.length === 0 || free() === 0) return;
    turnIsComing = true;
    afterArrivals(mostTurns, () => {
      turnIsComing = false;
      const now = performance.now();
      let first = queue.shift();
      for (; first && first.deadline < now; first = queue.shift()) first.end('shed');
      first?.end(takePlace());
      nextTurn();
    });
  }

  function afterArrivals(turns: number, then: () => void) {
    const before = arrivals;
    setImmediate(() => {
      if (arrivals !== before && turns > 1) afterArrivals(turns - 1, then);
      else then();
    });
  }

  function takePlace(): Place {
    running++;
    let is: 'running' | 'slow' | 'aside' = 'running';
    const becomeSlow = () => {
      is = 'slow';
      running--;
      runningSlowly++;
    };
    const timer = setTimeout(() => {
      overdue.add(becomeSlow);
      letStepAside();
    }, slowMs).unref();
    const release = (next: typeof is) => {
      clearTimeout(timer);
      overdue.delete(becomeSlow);
      if (is === 'running') running--;
      if (is === 'slow') runningSlowly--;
      is = next;
      letStepAside();
    };
    return {
      stepAside() {
        if (is !== 'aside') release('aside');
      },
      leave: () => release('aside'),
    };
  }

  function letStepAside() {
    for (const stepAside of overdue) {
      if (runningSlowly >= slow) break;
      overdue.delete(stepAside);
      stepAside();
    }
    nextTurn();
  }

  /**
   * A burst may fill the queue. One that does not get empty again is a standing queue: it lets no more work be done, and all
   * that are accepted wait for its length.
   */
  function isFull(): boolean {
    const isStanding = queue.length > 0 && performance.now() - lastEmptyAt > standingMs;
    return queue.length >= (isStanding ? Math.ceil(queued / 4) : queued) + free();
  }

  return {
    arrived() {
      arrivals++;
    },
    isFull,
    enter(arrivedAt, signal) {
      if (signal.aborted) return Promise.resolve('gone');
      // whoever finds a place need not wait for it, however long its body was on its way
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
          const place = queue.indexOf(waiting);
          if (place >= 0) queue.splice(place, 1);
          waiting.end(outcome);
        };
        const leaveAsGone = () => leaveAs('gone');
        const timer =
          left === Number.POSITIVE_INFINITY ? undefined : setTimeout(() => leaveAs('shed'), Math.ceil(left));
        signal.addEventListener('abort', leaveAsGone, { once: true });
        if (queue.length === 0) lastEmptyAt = performance.now();
        queue.push(waiting);
        nextTurn();
      });
    },
  };
}
