import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { withJitter } from './backoff.ts';
import { type Clock, systemClock } from './clock.ts';
import { runLoop, type Worker } from './run-loop.ts';

/** How often to look whether enough units wait: counting them takes no time. */
const intervalMs = 2000;

export interface MergingOptions {
  readonly store: { readonly units: Pick<Store['units'], 'mergeWords'> };
  readonly log: Log;
  readonly clock?: Clock;
}

/**
 * Merges new units into the chunks of the index of words, when enough of them wait. Every process may do so, and one does at a time.
 */
export const startMerging = ({ store, log, clock = systemClock }: MergingOptions): Worker =>
  runLoop({
    name: 'merging the index of words',
    log,
    clock,
    async step(signal) {
      const merged = await store.units.mergeWords(undefined, signal);
      if (merged > 0) log.debug({ units: merged }, 'merged units into the index of words');
      return { pauseMs: withJitter(intervalMs, clock) };
    },
  });
