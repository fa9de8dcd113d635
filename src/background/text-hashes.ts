import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { withJitter } from './backoff.ts';
import { type Clock, systemClock } from './clock.ts';
import { runLoop, type Worker } from './run-loop.ts';

/** Units in one transaction: some milliseconds. */
const batch = 50;
const pauseMs = 20;
/** During a rolling update the release before adds units without a hash. */
const idleMs = 60_000;

export interface TextHashesOptions {
  readonly store: Pick<Store, 'units'>;
  readonly log: Log;
  readonly clock?: Clock;
}

/** Hashes the texts of units that have no hash yet, by which the same text is found again. */
export const startHashingTexts = ({ store, log, clock = systemClock }: TextHashesOptions): Worker =>
  runLoop({
    name: 'hashing texts',
    step: async () => ({
      pauseMs: (await store.units.hashTexts(batch)) === batch ? pauseMs : withJitter(idleMs, clock),
    }),
    log,
    clock,
  });
