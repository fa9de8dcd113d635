import type { Log } from '../log.ts';
import type { KnowledgeUnit, Store } from '../store/store.ts';
import { withJitter } from './backoff.ts';
import { type Clock, systemClock } from './clock.ts';
import { runLoop, type Worker } from './run-loop.ts';

/** Units in one step, each of which is a search. */
const batch = 5;
/** A step is followed by a pause of so many times its length, so that requests have most of the machine. */
const restFactor = 3;
const minPauseMs = 50;
/** Where nothing is to be done: a unit that is approved is looked at within this time. */
const idleMs = 5000;
/** Pairs that are over are looked for among so many at a time, and among all this often: lists leave them out anyway. */
const [looked, pruneEachMs] = [500, 60_000];

export interface NearRepeatsOptions {
  readonly store: Pick<Store, 'nearRepeats'>;
  /** Looks for units that say the same as one, and records them. */
  readonly examine: (unit: KnowledgeUnit) => Promise<unknown>;
  /** Whether it is known what says the same: false while the first vectors of all units are made. */
  readonly isReady: () => Promise<boolean>;
  readonly log: Log;
  readonly clock?: Clock;
}

/**
 * Looks for units that say the same as those that were approved or changed, or were there before; a process that dies leaves the rest to
 * others.
 */
export const startExaminingRepeats = ({
  store,
  examine,
  isReady,
  log,
  clock = systemClock,
}: NearRepeatsOptions): Worker => {
  let prunedAt = Number.NEGATIVE_INFINITY;
  let prunedTo = '';
  return runLoop({
    name: 'looking for near repeats',
    async step(signal) {
      const began = performance.now();
      const units = (await isReady()) ? await store.nearRepeats.unexamined(batch) : [];
      for (const unit of units) {
        if (signal.aborted) break;
        await examine(unit);
      }
      if (units.length > 0) return { pauseMs: Math.max(minPauseMs, restFactor * (performance.now() - began)) };
      const now = clock.now().getTime();
      if (now - prunedAt < pruneEachMs) return { pauseMs: withJitter(idleMs, clock) };
      const next = await store.nearRepeats.prune(prunedTo, looked);
      prunedTo = next ?? '';
      if (next === null) prunedAt = now;
      return {
        pauseMs:
          next === null ? withJitter(idleMs, clock) : Math.max(minPauseMs, restFactor * (performance.now() - began)),
      };
    },
    log,
    clock,
  });
};
