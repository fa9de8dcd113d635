import { UnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import { backoff, type Clock, withJitter } from './backoff.ts';

/** Work that is done beside the requests. */
export interface Worker {
  /** What keeps it from its work; null when nothing does. */
  readonly problem: string | null;
  /** Has it look for work now, since there is some. While something holds it up, it goes on waiting. */
  wake(): void;
  /** Lets it end what it is at, and resolves when it has stopped. */
  stop(): Promise<void>;
}

/** What a step answers. */
export interface StepResult {
  /** How long to wait before the next step. */
  readonly pauseMs: number;
  /** Why there is nothing to do here for now, where that is worth saying. */
  readonly problem?: string;
}

export interface LoopOptions {
  /** What the log calls the work. */
  readonly name: string;
  /** Does what there is to do. `failures` have gone before it, one after the other. */
  readonly step: (signal: AbortSignal, failures: number) => Promise<StepResult>;
  readonly log: Log;
  readonly clock: Clock;
  /** Whether an error says that something else is away or set up wrongly; the database, unless told otherwise. */
  readonly isExpected?: (error: unknown) => boolean;
  /** Whether an error is there to stay until somebody does something; none is, unless told otherwise. */
  readonly isPermanent?: (error: unknown) => boolean;
}

/** What was away is asked again after a minute at the latest; what is wrong for good can wait longer. */
const longestAwayMs = 60_000;

/** Does the step again and again until it is told to stop. Never throws: what fails is tried again, more and more seldom. */
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
  /** Aborted when there is work. */
  let idle = new AbortController();

  async function tryStep(): Promise<number> {
    try {
      const turn = await step(signal, failures);
      const reason = turn.problem ?? null;
      if (reason === null && problem !== null) log.info(`${name} goes on`);
      if (reason !== null && reason !== problem) log.info({ reason }, `${name} rests`);
      problem = reason;
      failures = 0;
      return turn.pauseMs;
    } catch (error) {
      return signal.aborted ? 0 : unwell(error);
    }
  }

  function unwell(error: unknown): number {
    const message = error instanceof Error ? error.message : String(error);
    if (message !== problem) {
      if (isExpected(error)) log.warn({ reason: message }, `${name} is held up`);
      else log.error({ err: error }, `${name} failed unexpectedly`);
    }
    problem = message;
    const pause = backoff(failures++, clock);
    return isPermanent(error) ? pause : Math.min(pause, longestAwayMs);
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

/** Does `work` about every `everyMs`, until it is told to stop. */
export const runPeriodically = (
  work: () => Promise<void>,
  everyMs: number,
  { clock, ...options }: Omit<LoopOptions, 'step'>,
): Worker =>
  runLoop({
    ...options,
    clock,
    async step() {
      await work();
      return { pauseMs: withJitter(everyMs, clock) };
    },
  });
