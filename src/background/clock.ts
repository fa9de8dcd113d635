import { setTimeout as delay } from 'node:timers/promises';

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
