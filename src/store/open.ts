import type { DatabaseConfig } from '../database-config.ts';
import type { Adoption, OpenOptions, Store } from './store.ts';

/** Opens the store that the configuration names. This file alone picks a database, and loads its driver. */
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

/** Opens the way back of a database that was adopted. */
export async function openAdoption(config: DatabaseConfig): Promise<Adoption> {
  switch (config.engine) {
    case 'sqlite':
      return (await import('./sqlite/adoption.ts')).openAdoption(config.file);
    case 'postgres':
      return (await import('./postgres/adoption.ts')).openAdoption(config);
  }
}
