import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { withJitter } from './backoff.ts';
import { pauseAfterBatch } from './batch-pause.ts';
import { type Clock, systemClock } from './clock.ts';
import { runLoop, type Worker } from './run-loop.ts';

/** How often to look for new words: that takes no time. */
const leastPauseMs = 2000;
/** Many words at once take few pages more than some, so that who has had much to do waits longer, up to this. */
const [restFactor, mostPauseMs] = [50, 30_000];

export interface SpellingsOptions {
  readonly store: { readonly units: Pick<Store['units'], 'addSpellings'> };
  readonly log: Log;
  readonly clock?: Clock;
}

/** Adds the words of new units to those that misspelt words are taken for; any number of processes may do so at once. */
export const startAddingSpellings = ({ store, log, clock = systemClock }: SpellingsOptions): Worker =>
  runLoop({
    name: 'adding new words to the spellings',
    log,
    clock,
    async step() {
      const begun = clock.now().getTime();
      const more = await store.units.addSpellings();
      const took = clock.now().getTime() - begun;
      if (more) return { pauseMs: pauseAfterBatch(took) };
      return { pauseMs: withJitter(Math.min(mostPauseMs, Math.max(leastPauseMs, restFactor * took)), clock) };
    },
  });
