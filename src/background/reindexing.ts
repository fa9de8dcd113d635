import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { withJitter } from './backoff.ts';
import { pauseAfterBatch } from './batch-pause.ts';
import { type Clock, systemClock } from './clock.ts';
import { runLoop, type StepResult, type Worker } from './run-loop.ts';

/** Units in one transaction: some milliseconds on SQLite, where they block this process. */
const batch = 10;
/** How often to look for units of an older analyser: during a rolling update older processes still write them. */
const idleMs = 60_000;
/** How often to log progress. */
const progressMs = 30_000;

export interface ReindexingOptions {
  readonly store: Store;
  readonly log: Log;
  readonly clock?: Clock;
}

/**
 * Reindexes units of an older analyser in the background, in small batches with pauses; any number of processes may do so at
 * once.
 */
export function startReindexing({ store, log, clock = systemClock }: ReindexingOptions): Worker {
  const now = () => clock.now().getTime();
  const idle = (): StepResult => ({ pauseMs: withJitter(idleMs, clock) });
  /** Progress of this process since it found outdated units; null when there are none. */
  let round: { done: number; loggedAt: number } | null = null;

  async function step(): Promise<StepResult> {
    if (round === null) {
      const left = await store.units.outdated();
      if (left === 0) return idle();
      log.info({ left }, 'the analyser has changed: reindexing units');
      round = { done: 0, loggedAt: now() };
    }
    const begun = now();
    const done = await store.units.reindex(batch);
    const ended = now();
    round.done += done;
    if (done < batch) {
      log.info({ units: round.done }, 'units are reindexed');
      round = null;
      return idle();
    }
    if (ended - round.loggedAt > progressMs) {
      round.loggedAt = ended;
      log.info({ done: round.done, left: await store.units.outdated() }, 'reindexing units');
    }
    return { pauseMs: pauseAfterBatch(ended - begun) };
  }

  return runLoop({ name: 'reindexing units', step, log, clock });
}
