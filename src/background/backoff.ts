import type { Clock } from './clock.ts';

const maxBackoffMs = 600_000;

/** Exponential backoff with equal jitter: `1 s · 2^attempts`, at most 10 min, of which up to half is cut. In milliseconds. */
export function backoff(attempts: number, { random }: Clock): number {
  return equalJitter(Math.min(maxBackoffMs, 1000 * 2 ** Math.min(attempts, 30)), random);
}

/**
 * Equal jitter: from half of `ms` to all of it, so that processes that failed together do not retry together (Brooker,
 * "Exponential Backoff And Jitter", 2015).
 */
export const equalJitter = (ms: number, random: () => number): number => ms * (1 - random() / 2);

/** The interval with jitter of ±25 %, so that processes that poll do not do so together. */
export const withJitter = (ms: number, { random }: Clock): number => ms * (0.75 + random() / 2);
