export interface CircuitBreakerOptions {
  /** So many failures in a row, and nobody calls for a while. */
  readonly failures: number;
  /** The first pause; each one after a failed trial is twice as long, up to the longest. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** Milliseconds since any fixed point. */
  readonly now: () => number;
  /** From 0 to 1: pauses are cut by up to half, so that many processes do not come back at once. */
  readonly random: () => number;
}

/** Ends a call that was let through. Calls that began before the latest pause or recovery change nothing. */
export type Settle = (succeeded: boolean) => void;

export interface CircuitBreaker {
  /** Null during a pause. After it, one call is let through as a trial, and decides. */
  enter(): Settle | null;
}

/**
 * A circuit breaker: keeps callers from waiting for a service that has failed several times in a row. Decision 16 says why it is
 * no library's.
 */
export function createCircuitBreaker({
  failures,
  firstPauseMs,
  longestPauseMs,
  now,
  random,
}: CircuitBreakerOptions): CircuitBreaker {
  let failed = 0;
  let pauses = 0;
  let pausedUntil: number | null = null;
  let onTrial = false;
  /** Goes up with every pause and every recovery. */
  let generation = 0;

  function settle(succeeded: boolean) {
    failed = succeeded ? 0 : failed + 1;
    if (succeeded && pausedUntil === null) return;
    if (!succeeded && failed < failures) return;
    generation++;
    onTrial = false;
    if (succeeded) {
      pauses = 0;
      pausedUntil = null;
    } else {
      const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** pauses);
      pausedUntil = now() + pause * (1 - random() / 2);
      pauses++;
    }
  }

  return {
    enter() {
      if (pausedUntil !== null && (onTrial || now() < pausedUntil)) return null;
      onTrial = pausedUntil !== null;
      const began = generation;
      return (succeeded) => {
        if (began === generation) settle(succeeded);
      };
    },
  };
}
