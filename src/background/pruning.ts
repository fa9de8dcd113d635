import type { Log } from '../log.ts';
import { withJitter } from './backoff.ts';
import { pauseAfterBatch } from './batch-pause.ts';
import type { Clock } from './clock.ts';
import { runLoop, type Worker } from './run-loop.ts';

/** Rows deleted in one transaction: some milliseconds on SQLite, where they block this process. */
const batch = 500;
/** How often to look for rows that have become too old. */
const idleMs = 3_600_000;

export interface PruningOptions {
  /** What is deleted, in log messages. */
  readonly what: string;
  readonly log: Log;
  readonly clock: Clock;
}

/** Deletes rows that are too old, in small batches with pauses. `prune` deletes up to so many, and answers how many. */
export const pruneInBatches = (
  prune: (limit: number) => Promise<number>,
  { what, log, clock }: PruningOptions,
): Worker =>
  runLoop({
    name: `deleting ${what}`,
    log,
    clock,
    async step() {
      const begun = clock.now().getTime();
      const deleted = await prune(batch);
      if (deleted > 0) log.debug({ entries: deleted }, `deleted ${what}`);
      if (deleted < batch) return { pauseMs: withJitter(idleMs, clock) };
      return { pauseMs: pauseAfterBatch(clock.now().getTime() - begun) };
    },
  });
