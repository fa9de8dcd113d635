import { setTimeout as delay } from 'node:timers/promises';

/** What a worker waits by; a test turns its own. */
export interface Clock {
  readonly now: () => Date;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Resolves after that long, or at once when `signal` says so. */
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

/** About that long, from three quarters to five: many who wait for the same do not come at once. */
export const withJitter = (ms: number, { random }: Clock): number => ms * (0.75 + random() / 2);

const longestPauseMs = 600_000;

/** 2 s after the first attempt, twice as long after each, at most 10 min, less up to half of it, so that many do not come back at once. */
export function backoff(attempts: number, { random }: Clock): number {
  return Math.min(longestPauseMs, 1000 * 2 ** Math.min(attempts, 30)) * (1 - random() / 2);
}
