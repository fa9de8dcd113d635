import type { DatabaseConfig } from '../database-config.ts';
import type { OpenOptions, Store } from './store.ts';

/** Opens the store that the configuration names. The only place that picks a database, and loads its driver. */
export async function openStore(config: DatabaseConfig, options: OpenOptions): Promise<Store> {
  switch (config.engine) {
    case 'sqlite': {
      const { SqliteStore } = await import('./sqlite/sqlite-store.ts');
      return SqliteStore.open(config.file, options);
    }
    case 'postgres': {
      const { PostgresStore } = await import('./postgres/postgres-store.ts');
      return PostgresStore.open(config, options);
    }
  }
}
