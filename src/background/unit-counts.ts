import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { type Clock, systemClock, withJitter } from './backoff.ts';
import { repeat, type Worker } from './run-loop.ts';

/** About how often. What is not added up yet makes statistics slower, never wrong. */
const everyMs = 60_000;

export interface UnitCountsOptions {
  readonly store: Pick<Store, 'stats'>;
  readonly log: Log;
  readonly clock?: Clock;
}

/** Adds up, every minute, what the database's sessions have counted each by itself. */
export function startFoldingCounts({ store, log, clock = systemClock }: UnitCountsOptions): Worker {
  return repeat({
    name: 'adding up counts of units',
    async step() {
      await store.stats.fold();
      return { pauseMs: withJitter(everyMs, clock) };
    },
    log,
    clock,
  });
}
