import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { withJitter } from './backoff.ts';
import { type Clock, systemClock } from './clock.ts';
import { runLoop, type Worker } from './run-loop.ts';

/** Entries deleted in one transaction: some milliseconds on SQLite, where they block this process. */
const batch = 500;
/** The pause after a batch is as long as the batch took, within these limits, so that requests get half of the time. */
const [minPauseMs, maxPauseMs] = [10, 1000];
/** How often to look for entries that have become too old. */
const idleMs = 3_600_000;

export interface PruningOptions {
  readonly store: Pick<Store, 'audit' | 'now'>;
  /** How many days entries are kept. */
  readonly keepDays: number;
  readonly log: Log;
  readonly clock?: Clock;
}

/** Deletes entries of the audit log that are too old, in small batches with pauses; one process does at a time. */
export const startPruningAudit = ({ store, keepDays, log, clock = systemClock }: PruningOptions): Worker =>
  runLoop({
    name: 'deleting old entries of the audit log',
    log,
    clock,
    async step() {
      const begun = clock.now().getTime();
      const before = new Date(store.now().getTime() - keepDays * 86_400_000);
      const deleted = await store.audit.prune(before, batch);
      if (deleted > 0) log.debug({ entries: deleted }, 'deleted old entries of the audit log');
      if (deleted < batch) return { pauseMs: withJitter(idleMs, clock) };
      return { pauseMs: Math.min(maxPauseMs, Math.max(minPauseMs, clock.now().getTime() - begun)) };
    },
  });
