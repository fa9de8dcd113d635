import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { type Clock, systemClock } from './clock.ts';
import { runPeriodically, type Worker } from './run-loop.ts';

/** The interval between merges. Counters that are not merged make statistics slower, never wrong. */
const intervalMs = 60_000;

export interface UnitCountsOptions {
  readonly store: Pick<Store, 'stats'>;
  readonly log: Log;
  readonly clock?: Clock;
}

/** Merges the unit counters of single database sessions every minute. */
export const startFoldingCounts = ({ store, log, clock = systemClock }: UnitCountsOptions): Worker =>
  runPeriodically(() => store.stats.fold(), intervalMs, { name: 'merging unit counters', log, clock });
