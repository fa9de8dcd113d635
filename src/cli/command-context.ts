import type { Config } from '../config/config.ts';
import type { DatabaseConfig, PostgresAddress, PostgresConfig } from '../config/database.ts';
import type { EmbeddingConfig } from '../config/embedding.ts';
import type { Surroundings } from '../connect/surroundings.ts';
import type { DiagnosisOptions, Report } from '../findings.ts';
import type { Log } from '../log.ts';
import type { Adoption, DatabaseState, OpenOptions, Store } from '../store/store.ts';

/** What `cli.ts` gives to every command: the configuration, and functions that open a store, run `work` and close it again. */
export interface CommandContext {
  /** Reads the file of the option `--config`, else that of `CQ_CONFIG`, if there is one. Before anything else. Throws `ConfigError`. */
  readonly useConfigFile: (option: string | undefined) => Promise<void>;
  readonly config: () => Config;
  /** Where each variable that is set was given: `environment`, or a line of the file. */
  readonly sources: () => Readonly<Record<string, string>>;
  /**
   * For commands that only read: opens the existing database read-only. Throws `ConfigError` or `UnusableDatabaseError` where there
   * is none, or one of another schema version; with `anyVersion`, only where it is no database of cq at all.
   */
  readonly withStoreToRead: <T>(
    work: (store: Store, config: Config) => Promise<T>,
    options?: Pick<OpenOptions, 'anyVersion'>,
  ) => Promise<T>;
  /** For commands that change data: opens the existing database, and migrates it unless `CQ_MIGRATE=off`. Creates none. */
  readonly withStoreToChange: <T>(work: (store: Store, config: Config) => Promise<T>) => Promise<T>;
  /** For commands that may be the first ones: the same, but creates a missing database unless `CQ_MIGRATE=off`. */
  readonly withStoreToCreate: <T>(work: (store: Store, config: Config) => Promise<T>) => Promise<T>;
  /** The configuration of the database whose URL is the value of an option; other settings come from the environment. */
  readonly databaseAt: (option: string, url: string) => DatabaseConfig;
  /** Opens any database with any options. */
  readonly withStoreAt: <T>(
    database: DatabaseConfig,
    options: OpenOptions,
    work: (store: Store) => Promise<T>,
  ) => Promise<T>;
  /** Opens what an adoption has kept, to undo or discard it. Migrates and adopts nothing. */
  readonly withAdoption: <T>(work: (adoption: Adoption) => Promise<T>) => Promise<T>;
  /** The state of a database (missing, empty, behind, …), without changing it. */
  readonly inspect: (database: DatabaseConfig) => Promise<DatabaseState>;
  /** Reads all of a SQLite file that nobody else uses; throws where something is wrong with it. */
  readonly requireIntact: (file: string) => Promise<void>;
  /** Looks at a database for `doctor`, without changing it, and answers its state; null where that cannot be told. */
  readonly diagnose: (
    database: DatabaseConfig,
    options: DiagnosisOptions,
    report: Report,
  ) => Promise<DatabaseState | null>;
  /** Throws where a server is no read replica of the database's primary, or lags too much to be read from. */
  readonly requireReplica: (database: PostgresConfig, address: PostgresAddress) => Promise<void>;
  /** Embeds one word by the embedding service or the local model, to learn its model. Throws `EmbeddingError`. */
  readonly probeEmbedder: (
    config: EmbeddingConfig,
    signal?: AbortSignal,
  ) => Promise<{ readonly provider: string; readonly name: string; readonly dimensions: number }>;
  /** Where the command runs, for what depends on more than our own configuration. */
  readonly surroundings: () => Surroundings;
  readonly log: () => Promise<Log>;
  /** Warnings about the environment and the file, such as unknown `CQ_` variables. */
  readonly warnings: () => readonly string[];
}
