import { UnavailableError } from '../../errors.ts';
import { lockWaitMs } from './connection.ts';
import { tellOfWait } from './lock-wait.ts';

interface Waiter {
  /** Null while there is no deadline. */
  readonly deadline: () => number | null;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** A FIFO mutex with deadlines: a waiter whose deadline passes is rejected with `UnavailableError`. */
export class WriterQueue {
  #locked = false;
  readonly #queue = new Set<Waiter>();
  #timer: NodeJS.Timeout | undefined;

  /** How many wait. */
  get waiting(): number {
    return this.#queue.size;
  }

  /** Whether somebody waits. */
  get isWaitedFor(): boolean {
    return this.#queue.size > 0;
  }

  async acquire(deadline: Waiter['deadline']): Promise<void> {
    if (this.#locked) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      this.#queue.add({ deadline, resolve, reject });
      this.#startTimer();
      this.#timer?.ref();
      const since = performance.now();
      await promise.catch((error: unknown) => {
        tellOfWait('turn', since, true);
        throw error;
      });
      tellOfWait('turn', since, false);
    }
    this.#locked = true;
  }

  release(): void {
    const [next] = this.#queue;
    // handed over while locked, so that a new caller cannot overtake the queue
    if (!next) this.#locked = false;
    else {
      this.#queue.delete(next);
      // with nobody to wait for it, it keeps no process that has closed its store from ending
      if (this.#queue.size === 0) this.#timer?.unref();
      next.resolve();
    }
  }

  /** One timer for the whole queue: earlier waiters have earlier deadlines. */
  #startTimer(): void {
    const [first] = this.#queue;
    if (this.#timer || !first) return;
    const deadline = first.deadline();
    const pause = deadline === null ? lockWaitMs : Math.max(0, deadline - Date.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      for (const waiter of this.#queue) {
        const deadline = waiter.deadline();
        if (deadline === null || deadline > Date.now()) break;
        this.#queue.delete(waiter);
        waiter.reject(new UnavailableError(new Error('timed out waiting for other writers of this process')));
      }
      this.#startTimer();
    }, pause);
  }
}
