import { SqliteStore } from './sqlite/sqlite-store.ts';
import type { Store } from './store.ts';

export interface StoreConfig {
  /** A file, or `:memory:`. */
  readonly file: string;
}

/** Opens the store that the configuration names. The only place that picks a database. */
export function openStore(config: StoreConfig, options: { migrate: boolean }): Promise<Store> {
  return SqliteStore.open(config.file, options);
}
