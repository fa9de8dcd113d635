/**
 * How many requests a process works on, and how many wait for it: a bulkhead with a bounded queue, in which a request waits
 * until its deadline at most. What comes beyond is shed.
 */
export interface AdmissionLimits {
  /** How many requests are worked on at once. */
  readonly concurrent: number;
  /** How many more may wait. */
  readonly queued: number;
  /** After this many milliseconds from its arrival a request waits no longer. */
  readonly timeoutMs: number;
  /**
   * What takes longer than `slowMs` waits for something else, such as a lock, and leaves its place to others; at most
   * `slow` requests at once do so.
   */
  readonly slowMs: number;
  readonly slow: number;
}

/** Gives the place back; to be called once. */
export type Leave = () => void;

export interface Admission {
  /** Whether whoever enters now is shed. */
  isFull(): boolean;
  /**
   * Resolves when it is the turn of a request that arrived at `arrivedAt`, by `performance.now()`: with what gives the place
   * back, or with `shed` when it will not be its turn in time. A request whose signal is aborted is `gone`, and takes no place.
   */
  enter(arrivedAt: number, signal: AbortSignal): Promise<Leave | 'shed' | 'gone'>;
}

interface Waiting {
  readonly deadline: number;
  end(outcome: Leave | 'shed' | 'gone'): void;
}

export function createAdmission({ concurrent, queued, timeoutMs, slowMs, slow }: AdmissionLimits): Admission {
  const queue: Waiting[] = [];
  let running = 0;
  let runningSlowly = 0;
  let turnIsComing = false;
  /** How those step aside that have taken long. */
  const overdue = new Set<() => void>();

  const free = () => Math.max(0, concurrent - running);

  /**
   * One request in each turn of the event loop: most of the work is synchronous, and between two requests the sockets are
   * read. So what waits does so here, where it is counted and has its deadline, and not unseen in the kernel.
   */
  function nextTurn() {
    if (turnIsComing || queue.length === 0 || free() === 0) return;
    turnIsComing = true;
    setImmediate(() => {
      turnIsComing = false;
      const now = performance.now();
      let first = queue.shift();
      for (; first && first.deadline < now; first = queue.shift()) first.end('shed');
      first?.end(takePlace());
      nextTurn();
    });
  }

  function takePlace(): Leave {
    running++;
    let isSlow = false;
    const stepAside = () => {
      isSlow = true;
      running--;
      runningSlowly++;
    };
    const timer = setTimeout(() => {
      overdue.add(stepAside);
      letStepAside();
    }, slowMs).unref();
    return () => {
      clearTimeout(timer);
      overdue.delete(stepAside);
      if (isSlow) runningSlowly--;
      else running--;
      letStepAside();
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

  const isFull = () => queue.length >= queued + free();

  return {
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
        queue.push(waiting);
        nextTurn();
      });
    },
  };
}
