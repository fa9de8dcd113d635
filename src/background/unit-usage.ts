import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from './clock.ts';
import type { Worker } from './run-loop.ts';
import { startSaving } from './saving.ts';

export interface UnitUsageOptions {
  readonly store: Pick<Store, 'usage'>;
  readonly log: Log;
  readonly clock?: Clock;
}

/** Saves every minute, and when stopped, which units were given as answers. */
export const startSavingUsage = ({ store, ...options }: UnitUsageOptions): Worker =>
  startSaving(() => store.usage.save(), {
    ...options,
    name: 'saving the usage of units',
    lost: 'the last answers with some units were not counted',
  });
