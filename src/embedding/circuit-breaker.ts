import { equalJitter } from '../background/backoff.ts';

export interface CircuitBreakerOptions {
  /** Consecutive failures that open the circuit. */
  readonly failureThreshold: number;
  /** How long the circuit stays open the first time; doubled after each failed trial call, up to `maxOpenMs`. */
  readonly openMs: number;
  readonly maxOpenMs: number;
  /** A monotonic clock, in milliseconds. */
  readonly now: () => number;
  /** From 0 to 1, for jitter: open times are cut by up to half, so that processes do not all retry at once. */
  readonly random: () => number;
}

export const circuitBreakerDefaults: CircuitBreakerOptions = {
  failureThreshold: 5,
  openMs: 1000,
  maxOpenMs: 60_000,
  now: () => performance.now(),
  random: Math.random,
};

/** Records the outcome of an admitted call. Ignored for calls that began before the circuit last opened or closed. */
export type RecordOutcome = (succeeded: boolean) => void;

export type CircuitState = 'closed' | 'open' | 'half-open';

export interface CircuitBreaker {
  /** `half-open`: the next call, or the one that runs, is a trial. */
  readonly state: CircuitState;
  /**
   * Admits a call: the caller must record its outcome. Null while the circuit is open. After `openMs` it is half-open: one
   * trial call is admitted, whose outcome closes or reopens the circuit; others get null until then.
   */
  admitCall(): RecordOutcome | null;
}

/**
 * A circuit breaker: callers fail fast instead of waiting for a service that has failed repeatedly. Decision 16 says why none
 * of a library's.
 */
export function createCircuitBreaker({
  failureThreshold,
  openMs,
  maxOpenMs,
  now,
  random,
}: CircuitBreakerOptions): CircuitBreaker {
  let failures = 0;
  /** How many times the circuit has opened since it was last closed. */
  let openings = 0;
  /** Null while the circuit is closed. */
  let openUntil: number | null = null;
  /** Whether the trial call of the half-open circuit is running. */
  let trialRunning = false;
  /** Incremented whenever the circuit opens or closes. */
  let generation = 0;

  function record(succeeded: boolean) {
    failures = succeeded ? 0 : failures + 1;
    if (succeeded && openUntil === null) return;
    if (!succeeded && failures < failureThreshold) return;
    generation++;
    trialRunning = false;
    if (succeeded) {
      openings = 0;
      openUntil = null;
    } else {
      openUntil = now() + equalJitter(Math.min(maxOpenMs, openMs * 2 ** openings), random);
      openings++;
    }
  }

  return {
    get state() {
      if (openUntil === null) return 'closed';
      return trialRunning || now() >= openUntil ? 'half-open' : 'open';
    },

    admitCall() {
      if (openUntil !== null && (trialRunning || now() < openUntil)) return null;
      trialRunning = openUntil !== null;
      const began = generation;
      return (succeeded) => {
        if (began === generation) record(succeeded);
      };
    },
  };
}
