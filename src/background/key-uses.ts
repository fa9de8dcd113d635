import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { type Clock, systemClock } from './clock.ts';
import { runPeriodically, type Worker } from './run-loop.ts';

/** The interval between saves; a killed process loses at most this much. */
const intervalMs = 60_000;
/** How long a stopping server waits for the last save. */
const finalSaveMs = 2000;

export interface KeyUsesOptions {
  readonly store: Pick<Store, 'apiKeys'>;
  readonly log: Log;
  readonly clock?: Clock;
}

/**
 * Saves every minute when API keys were last used, so that no request waits for a write. Saves once more when stopped, best
 * effort.
 */
export function startSavingKeyUses({ store, log, clock = systemClock }: KeyUsesOptions): Worker {
  const save = () => store.apiKeys.saveUses();
  const worker = runPeriodically(save, intervalMs, { name: 'saving API key uses', log, clock });
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
          log.warn({ reason: error.message }, 'the last uses of some API keys were not saved');
          done.abort();
        },
      );
      await clock.sleep(finalSaveMs, done.signal);
    },
  };
}
