import type { Log } from '../log.ts';
import { type Clock, systemClock } from './clock.ts';
import { runPeriodically, type Worker } from './run-loop.ts';

/** The interval between saves; a killed process loses at most this much. */
const intervalMs = 60_000;
/** How long a stopping server waits for the last save. */
const finalSaveMs = 2000;

export interface SavingOptions {
  /** The name of the work in log messages. */
  readonly name: string;
  /** The message when the last save has failed. */
  readonly lost: string;
  readonly log: Log;
  readonly clock?: Clock;
}

/** Saves what is buffered in memory every minute, so that no request waits for a write. Saves once more when stopped, best effort. */
export function startSaving(
  save: () => Promise<void>,
  { name, lost, log, clock = systemClock }: SavingOptions,
): Worker {
  const worker = runPeriodically(save, intervalMs, { name, log, clock });
  return {
    get problem() {
      return worker.problem;
    },
    wake: () => worker.wake(),
    async stop() {
      const done = new AbortController();
      const last = worker.stop().then(save);
      last.then(
        () => done.abort(),
        (error: Error) => {
          log.warn({ reason: error.message }, lost);
          done.abort();
        },
      );
      await clock.sleep(finalSaveMs, done.signal);
    },
  };
}
