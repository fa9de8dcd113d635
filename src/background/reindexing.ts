import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { type Clock, systemClock, withJitter } from './backoff.ts';
import { runLoop, type StepResult, type Worker } from './run-loop.ts';

/** Units in one transaction: on SQLite, which works in this process, some milliseconds. */
const batch = 10;
/** Between two batches the requests have as long as the batch took, within these limits. */
const [shortestPauseMs, longestPauseMs] = [10, 1000];
/** About how often to look for words of an older analyser: older processes may go on writing them for a while. */
const idleMs = 60_000;
/** How often to say how far it is. */
const tellMs = 30_000;

export interface ReindexingOptions {
  readonly store: Store;
  readonly log: Log;
  readonly clock?: Clock;
}

/**
 * Makes the words of units anew where an older analyser made them, together with any number of processes, and slowly enough
 * for requests not to mind.
 */
export function startReindexing({ store, log, clock = systemClock }: ReindexingOptions): Worker {
  const now = () => clock.now().getTime();
  const idle = (): StepResult => ({ pauseMs: withJitter(idleMs, clock) });
  /** What this process has done since it found something to do; null when there was nothing. */
  let round: { done: number; toldAt: number } | null = null;

  async function step(): Promise<StepResult> {
    if (round === null) {
      const left = await store.units.outdated();
      if (left === 0) return idle();
      log.info({ left }, 'the analyser has changed: indexing units again');
      round = { done: 0, toldAt: now() };
    }
    const begun = now();
    const done = await store.units.reindex(batch);
    const ended = now();
    round.done += done;
    if (done < batch) {
      log.info({ units: round.done }, 'units are indexed again');
      round = null;
      return idle();
    }
    if (ended - round.toldAt > tellMs) {
      round.toldAt = ended;
      log.info({ done: round.done, left: await store.units.outdated() }, 'indexing units again');
    }
    return { pauseMs: Math.min(longestPauseMs, Math.max(shortestPauseMs, ended - begun)) };
  }

  return runLoop({ name: 'indexing units again', step, log, clock });
}
