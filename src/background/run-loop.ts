import { UnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import { backoff, withJitter } from './backoff.ts';
import type { Clock } from './clock.ts';

/** A background worker: a loop beside the requests. */
export interface Worker {
  /** The error or state that keeps it from working; null when nothing does. */
  readonly problem: string | null;
  /** Ends an idle pause, so that it looks for work now. Does not cut a backoff short. */
  wake(): void;
  /** Aborts the signal of the running step, and resolves when the loop has ended. */
  stop(): Promise<void>;
}

/** The result of one step. */
export interface StepResult {
  /** How long to wait before the next step. */
  readonly pauseMs: number;
  /** Why the worker has nothing to do for now, if operators should know. */
  readonly problem?: string;
}

export interface LoopOptions {
  /** The name of the work in log messages. */
  readonly name: string;
  /** Does the work once. `failures` is how many steps in a row have failed before. */
  readonly step: (signal: AbortSignal, failures: number) => Promise<StepResult>;
  readonly log: Log;
  readonly clock: Clock;
  /** Whether an error is an outage or a misconfiguration rather than a bug; by default, an `UnavailableError`. */
  readonly isExpected?: (error: unknown) => boolean;
  /** Whether an error stays until an operator acts; by default, none does. */
  readonly isPermanent?: (error: unknown) => boolean;
}

/** The longest backoff after transient errors; after permanent ones it may grow longer. */
const maxTransientPauseMs = 60_000;

/** Repeats the step until stopped. Never throws: a failed step is retried with exponential backoff. */
export function runLoop({
  name,
  step,
  log,
  clock,
  isExpected = (error) => error instanceof UnavailableError,
  isPermanent = () => false,
}: LoopOptions): Worker {
  const stopped = new AbortController();
  const { signal } = stopped;
  let problem: string | null = null;
  let failures = 0;
  /** Aborted by `wake`. */
  let idle = new AbortController();

  async function tryStep(): Promise<number> {
    try {
      const result = await step(signal, failures);
      const reason = result.problem ?? null;
      if (reason === null && problem !== null) log.info(`${name} resumed`);
      if (reason !== null && reason !== problem) log.info({ reason }, `${name} paused`);
      problem = reason;
      failures = 0;
      return result.pauseMs;
    } catch (error) {
      return signal.aborted ? 0 : handleFailure(error);
    }
  }

  function handleFailure(error: unknown): number {
    const message = error instanceof Error ? error.message : String(error);
    if (message !== problem) {
      if (isExpected(error)) log.warn({ reason: message }, `${name} failed; retrying`);
      else log.error({ err: error }, `${name} failed unexpectedly; retrying`);
    }
    problem = message;
    const pause = backoff(failures++, clock);
    return isPermanent(error) ? pause : Math.min(pause, maxTransientPauseMs);
  }

  async function work(): Promise<void> {
    while (!signal.aborted) {
      idle = new AbortController();
      const pause = await tryStep();
      if (pause > 0) await clock.sleep(pause, failures > 0 ? signal : idle.signal);
    }
  }

  const ended = work();
  return {
    get problem() {
      return problem;
    },
    wake: () => idle.abort(),
    stop() {
      stopped.abort();
      idle.abort();
      return ended;
    },
  };
}

/** Runs `work` periodically, every `intervalMs` with jitter, until stopped. */
export const runPeriodically = (
  work: () => Promise<void>,
  intervalMs: number,
  { clock, ...options }: Omit<LoopOptions, 'step'>,
): Worker =>
  runLoop({
    ...options,
    clock,
    async step() {
      await work();
      return { pauseMs: withJitter(intervalMs, clock) };
    },
  });
