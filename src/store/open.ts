import type { DatabaseConfig } from '../config/database.ts';
import { UnavailableError } from '../errors.ts';
import type { Adoption, DatabaseState, OpenOptions, Store } from './store.ts';

/** Opens the store that the configuration names. This file alone picks a database, and loads its driver. */
export function openStore(config: DatabaseConfig, options: OpenOptions): Promise<Store> {
  return naming(config, async () => {
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
  });
}

/** What is in the place that the configuration names, which stays as it is. */
export function inspectDatabase(config: DatabaseConfig): Promise<DatabaseState> {
  return naming(config, async () => {
    switch (config.engine) {
      case 'sqlite': {
        const { SqliteStore } = await import('./sqlite/sqlite-store.ts');
        return SqliteStore.inspect(config.file);
      }
      case 'postgres': {
        const { PostgresStore } = await import('./postgres/postgres-store.ts');
        return PostgresStore.inspect(config);
      }
    }
  });
}

/** What MikroORM's own command works with: the database that the configuration names, only to be read. */
export async function readingOptions(config: DatabaseConfig) {
  switch (config.engine) {
    case 'sqlite':
      return (await import('./sqlite/orm-options.ts')).readingOptions(config.file);
    case 'postgres':
      return (await import('./postgres/orm-options.ts')).readingOptions(config);
  }
}

/** Does `work` on a database; what is wrong with that one is said of it by name. */
export async function naming<T>({ variable, label }: DatabaseConfig, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UnavailableError) error.database ??= `${variable} (${label})`;
    throw error;
  }
}

/** Opens the way back of a database that was adopted. Throws `UnusableDatabaseError` for a place without data of cq. */
export function openAdoption(config: DatabaseConfig): Promise<Adoption> {
  return naming(config, async () => {
    const state = await inspectDatabase(config);
    if (state.kind === 'missing' || state.kind === 'empty' || state.kind === 'foreign')
      throw (await import('./sql/schema/migrate.ts')).refusalOf(state);
    switch (config.engine) {
      case 'sqlite':
        return (await import('./sqlite/adoption.ts')).openAdoption(config.file);
      case 'postgres':
        return (await import('./postgres/adoption.ts')).openAdoption(config);
    }
  });
}
