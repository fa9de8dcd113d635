import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { type Clock, systemClock } from './clock.ts';
import { pruneInBatches } from './pruning.ts';
import type { Worker } from './run-loop.ts';

export interface PruningAuditOptions {
  readonly store: Pick<Store, 'audit' | 'now'>;
  /** How many days entries are kept. */
  readonly keepDays: number;
  readonly log: Log;
  readonly clock?: Clock;
}

/** Deletes entries of the audit log that are too old; one process does at a time. */
export const startPruningAudit = ({ store, keepDays, log, clock = systemClock }: PruningAuditOptions): Worker =>
  pruneInBatches((limit) => store.audit.prune(new Date(store.now().getTime() - keepDays * 86_400_000), limit), {
    what: 'old entries of the audit log',
    log,
    clock,
  });
