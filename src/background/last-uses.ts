import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from './clock.ts';
import type { Worker } from './run-loop.ts';
import { startSaving } from './saving.ts';

export interface LastUsesOptions {
  readonly store: Pick<Store, 'apiKeys' | 'sessions' | 'users'>;
  readonly log: Log;
  readonly clock?: Clock;
}

/** Saves every minute, and when stopped, when API keys, sessions and accounts were last used. */
export const startSavingLastUses = ({ store, ...options }: LastUsesOptions): Worker =>
  startSaving(
    async () => {
      await store.apiKeys.saveUses();
      await store.sessions.saveUses();
      await store.users.saveUses();
    },
    {
      ...options,
      name: 'saving last uses',
      lost: 'the last uses of some API keys, sessions and accounts were not saved',
    },
  );
