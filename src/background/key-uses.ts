import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { type Clock, systemClock } from './backoff.ts';
import { runPeriodically, type Worker } from './run-loop.ts';

/** About how often; also the most that is lost when the process is killed. */
const everyMs = 60_000;
/** What a server that stops gives the last time. */
const lastMs = 2000;

export interface KeyUsesOptions {
  readonly store: Pick<Store, 'apiKeys'>;
  readonly log: Log;
  readonly clock?: Clock;
}

/**
 * Writes when API keys were last used, every minute, so that no request has to. Once more when it is stopped, and does not
 * wait long for that: it is best effort.
 */
export function startSavingKeyUses({ store, log, clock = systemClock }: KeyUsesOptions): Worker {
  const save = () => store.apiKeys.saveUses();
  const worker = runPeriodically(save, everyMs, { name: 'noting the use of keys', log, clock });
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
          log.warn({ reason: error.message }, 'the last use of some keys is lost');
          done.abort();
        },
      );
      await clock.sleep(lastMs, done.signal);
    },
  };
}
