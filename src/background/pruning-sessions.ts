import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { type Clock, systemClock } from './clock.ts';
import { pruneInBatches } from './pruning.ts';
import type { Worker } from './run-loop.ts';

export interface PruningSessionsOptions {
  readonly store: Pick<Store, 'sessions' | 'now'>;
  readonly log: Log;
  readonly clock?: Clock;
}

/** Deletes sessions that have expired. */
export const startPruningSessions = ({ store, log, clock = systemClock }: PruningSessionsOptions): Worker =>
  pruneInBatches((limit) => store.sessions.prune(store.now(), limit), { what: 'expired sessions', log, clock });
