import type { Config } from '../config/config.ts';
import type { DatabaseConfig } from '../config/database.ts';
import type { EmbeddingConfig } from '../config/embedding.ts';
import type { Log } from '../log.ts';
import type { Adoption, DatabaseState, OpenOptions, Store } from '../store/store.ts';

/** What commands are given: the configuration when they ask for it, and a store for as long as they work. */
export interface Environment {
  readonly config: () => Config;
  /**
   * For commands that only read: opens the database that is there, runs `work`, and closes it. Makes and changes nothing, and
   * refuses what is not of this version; with `anyVersion`, only what is no cq server's at all.
   */
  readonly reading: <T>(
    work: (store: Store, config: Config) => Promise<T>,
    options?: Pick<OpenOptions, 'anyVersion'>,
  ) => Promise<T>;
  /**
   * For commands that change what is there: brings the database up to date, unless `CQ_MIGRATE=off`, runs `work`, and closes
   * it. Makes no database.
   */
  readonly changing: <T>(work: (store: Store, config: Config) => Promise<T>) => Promise<T>;
  /** For commands that a new commons may begin with: the same, and makes the database where `CQ_MIGRATE` lets it. */
  readonly making: <T>(work: (store: Store, config: Config) => Promise<T>) => Promise<T>;
  /** The database that the URL in an option names, for which the configuration's other settings hold. */
  readonly databaseAt: (option: string, url: string) => DatabaseConfig;
  /** Opens another database as it is told to, runs `work`, and closes it. */
  readonly withStoreAt: <T>(
    database: DatabaseConfig,
    options: OpenOptions,
    work: (store: Store) => Promise<T>,
  ) => Promise<T>;
  /** Opens the way back of an adopted database, runs `work`, and closes it. Migrates and adopts nothing. */
  readonly withAdoption: <T>(work: (adoption: Adoption) => Promise<T>) => Promise<T>;
  /** What is in a database, which stays as it is. */
  readonly inspect: (database: DatabaseConfig) => Promise<DatabaseState>;
  /** The model of an embedding service, once it has embedded a word. Throws `EmbeddingError`. */
  readonly probeEmbedder: (
    config: EmbeddingConfig,
    signal: AbortSignal,
  ) => Promise<{ readonly provider: string; readonly name: string; readonly dimensions: number }>;
  readonly log: () => Promise<Log>;
  /** What is odd about the environment and no mistake. */
  readonly warnings: () => readonly string[];
}
