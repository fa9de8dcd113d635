import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { type Clock, systemClock } from './backoff.ts';
import { runPeriodically, type Worker } from './run-loop.ts';

/** About how often. What is not added up yet makes statistics slower, never wrong. */
const everyMs = 60_000;

export interface UnitCountsOptions {
  readonly store: Pick<Store, 'stats'>;
  readonly log: Log;
  readonly clock?: Clock;
}

/** Adds up, every minute, what the database's sessions have counted each by itself. */
export const startFoldingCounts = ({ store, log, clock = systemClock }: UnitCountsOptions): Worker =>
  runPeriodically(() => store.stats.fold(), everyMs, { name: 'adding up counts of units', log, clock });
