import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from './clock.ts';
import type { Worker } from './run-loop.ts';
import { startSaving } from './saving.ts';

export interface KeyUsesOptions {
  readonly store: Pick<Store, 'apiKeys'>;
  readonly log: Log;
  readonly clock?: Clock;
}

/** Saves every minute, and when stopped, when API keys were last used. */
export const startSavingKeyUses = ({ store, ...options }: KeyUsesOptions): Worker =>
  startSaving(() => store.apiKeys.saveUses(), {
    ...options,
    name: 'saving API key uses',
    lost: 'the last uses of some API keys were not saved',
  });
