import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { withJitter } from './backoff.ts';
import { type Clock, systemClock } from './clock.ts';
import { runLoop, type Worker } from './run-loop.ts';

/** How often to look for erasures, of this process or another: that takes no time. */
const intervalMs = 2000;

export interface ErasingOptions {
  readonly store: { readonly erasures: Pick<Store['erasures'], 'cleanUp' | 'forget'> };
  readonly log: Log;
  readonly clock?: Clock;
}

/**
 * Cleans up after erasures, in whichever process is first, and empties the caches of this one that may have words of what was erased.
 */
export const startErasing = ({ store, log, clock = systemClock }: ErasingOptions): Worker =>
  runLoop({
    name: 'cleaning up after erasures',
    log,
    clock,
    async step(signal) {
      await store.erasures.forget();
      const tried = await store.erasures.cleanUp({ signal });
      const done = tried.filter(({ doneAt }) => doneAt !== null).map(({ id }) => id);
      if (done.length > 0) log.info({ erased: done }, 'nothing of what was erased is left in the database');
      const waiting = tried.find(({ waitsFor }) => waitsFor !== null)?.waitsFor;
      return { pauseMs: withJitter(intervalMs, clock), ...(waiting != null && { problem: waiting }) };
    },
  });
