import { equalJitter } from '../background/backoff.ts';
import type { Clock } from '../background/clock.ts';

/** The longest pause between two attempts: five a day at least. */
const maxPauseMs = 5 * 3_600_000;

/**
 * The pause after a failed attempt, in milliseconds: `5 s · 3^(attempts - 1)` with equal jitter, at most 5 h, and at least as long as the
 * receiver asks for, up to the same. A day has about 12 attempts.
 */
export function pauseAfter(attempts: number, { random }: Clock, retryAfterSeconds: number | null = null): number {
  const pause = equalJitter(Math.min(maxPauseMs, 5000 * 3 ** Math.min(attempts - 1, 30)), random);
  return Math.max(pause, Math.min(maxPauseMs, (retryAfterSeconds ?? 0) * 1000));
}
