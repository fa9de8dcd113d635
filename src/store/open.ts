import { type DatabaseConfig, type PostgresAddress, type PostgresConfig, replicaDatabase } from '../config/database.ts';
import { UnavailableError } from '../errors.ts';
import type { DiagnosisOptions, Report } from '../findings.ts';
import type { Adoption, DatabaseState, OpenOptions, Store } from './store.ts';

/** Opens the store of the configured database. Only this file picks a database and loads its driver. */
export function openStore(config: DatabaseConfig, options: OpenOptions): Promise<Store> {
  return namingDatabaseInErrors(config, async () => {
    switch (config.engine) {
      case 'sqlite': {
        const { SqliteStore } = await import('./sqlite/sqlite-store.ts');
        return SqliteStore.open(config.file, options, config.lockTimeoutMs);
      }
      case 'postgres': {
        const { PostgresStore } = await import('./postgres/postgres-store.ts');
        return PostgresStore.open(config, options);
      }
    }
  });
}

/** The state of the configured database. Changes nothing. */
export function inspectDatabase(config: DatabaseConfig): Promise<DatabaseState> {
  return namingDatabaseInErrors(config, async () => {
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

/** Has SQLite read all of a file that nobody else uses. Throws where something is wrong with it. */
export async function requireIntact(file: string): Promise<void> {
  (await import('./sqlite/check-copy.ts')).requireIntact(file);
}

/**
 * Looks at the configured database for `cq-server doctor`, and reports what it finds. Changes nothing. Answers the state of the database,
 * null where that cannot be told; throws where it cannot be reached or read.
 */
export function diagnoseDatabase(
  config: DatabaseConfig,
  options: DiagnosisOptions,
  report: Report,
): Promise<DatabaseState | null> {
  return namingDatabaseInErrors(config, async () => {
    switch (config.engine) {
      case 'sqlite': {
        const { diagnoseSqlite } = await import('./sqlite/diagnosis/diagnose.ts');
        return diagnoseSqlite(config.file, options, report);
      }
      case 'postgres': {
        const { diagnosePostgres } = await import('./postgres/diagnosis/diagnose.ts');
        return diagnosePostgres(config, options, report);
      }
    }
  });
}

/**
 * Checks a read replica once. Throws `UnusableDatabaseError` where it is none of the primary's, and `UnavailableError` where it lags
 * too much to be read from.
 */
export function requireReplica(config: PostgresConfig, address: PostgresAddress): Promise<void> {
  return namingDatabaseInErrors(replicaDatabase(config, address), async () => {
    const { PostgresStore } = await import('./postgres/postgres-store.ts');
    return PostgresStore.requireReplica(config, address);
  });
}

/** MikroORM's options for its own command: a read-only connection to the configured database. */
export async function readOnlyOrmOptions(config: DatabaseConfig) {
  switch (config.engine) {
    case 'sqlite':
      return (await import('./sqlite/orm-options.ts')).readOnlyOrmOptions(config.file);
    case 'postgres':
      return (await import('./postgres/orm-options.ts')).readOnlyOrmOptions(config);
  }
}

/** Runs `work` on a database; an `UnavailableError` that it throws gets the database's name. */
export async function namingDatabaseInErrors<T>(
  { variable, label }: DatabaseConfig,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UnavailableError) error.database ??= `${variable} (${label})`;
    throw error;
  }
}

/** Opens an adopted database to undo the adoption. Throws `UnusableDatabaseError` where there is no database of a cq server. */
export function openAdoption(config: DatabaseConfig): Promise<Adoption> {
  return namingDatabaseInErrors(config, async () => {
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
