import { setTimeout as delay } from 'node:timers/promises';
import type { Store } from '../store/store.ts';

/** Time, chance and sleep, as workers use them; tests pass their own. */
export interface Clock {
  readonly now: () => Date;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Resolves after `ms`, or as soon as `signal` is aborted; never rejects because of the signal. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

export const systemClock: Clock = {
  now: () => new Date(),
  random: Math.random,
  sleep: (ms, signal) =>
    delay(ms, undefined, { signal }).catch((error: Error) => {
      if (!signal.aborted) throw error;
    }),
};

/** The system's clock with the time of a store, for what is compared with instants of other processes. */
export const clockOf = (store: Pick<Store, 'now'>): Clock => ({
  now: () => store.now(),
  random: () => systemClock.random(),
  sleep: (ms, signal) => systemClock.sleep(ms, signal),
});
