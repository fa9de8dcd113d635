import type { ApiKeyStore, SignInStore, UserStore } from './contracts/accounts.ts';
import type { EmbeddingStore } from './contracts/embeddings.ts';
import type { EventStore, FlagStore, QuarantineStore, ReviewStore, UnitStore } from './contracts/knowledge.ts';
import type { StatsStore } from './contracts/stats.ts';
import type { CopiedTable, RowSource } from './contracts/transfer.ts';

export type * from './contracts/accounts.ts';
export type * from './contracts/embeddings.ts';
export type * from './contracts/knowledge.ts';
export type * from './contracts/opening.ts';
export type * from './contracts/stats.ts';
export type * from './contracts/transfer.ts';
export type * from './records.ts';

/**
 * The Store: all that the server remembers. Read this first.
 *
 * Every promise in these comments has a case in `test/store/conformance/`, and each database runs the whole suite.
 * Records are plain and readonly, instants are `Date`s with millisecond precision, text comes back as it was stored.
 * Methods throw `UnavailableError` when the database is away, and nothing else that a caller is expected to handle.
 */
export interface Store {
  readonly units: UnitStore;
  readonly flags: FlagStore;
  readonly reviews: ReviewStore;
  readonly users: UserStore;
  readonly signIns: SignInStore;
  readonly apiKeys: ApiKeyStore;
  readonly events: EventStore;
  readonly stats: StatsStore;
  readonly quarantine: QuarantineStore;
  readonly embeddings: EmbeddingStore;
  /**
   * The same store, but units, flags, events and statistics are read where it costs the primary database nothing, and may
   * be some seconds old; itself, where there is no such place now. To be taken once for each request, since the next one
   * may be another. Only for a caller who has not written for as long: see `storeForReads` in `domain/read-routing.ts`.
   */
  readonly replica: Store;
  /** What holds vectors for search by meaning, such as `pgvector 0.8.0`; null where nothing does. */
  readonly vectorEngine: string | null;
  /**
   * Runs `work` on a Store bound to one transaction; if it throws, nothing was written. A transaction inside `work`
   * joins the outer one. Inside, use only the Store that was given, and wait for nothing but it.
   */
  transaction<T>(work: (store: Store) => Promise<T>): Promise<T>;
  /** Resolves when the database answers and has every migration of this program. */
  ping(): Promise<void>;
  /**
   * Writes a consistent copy of the database to a new file while others go on reading and writing. Throws where the
   * database has tools of its own for that.
   */
  backup(file: string): Promise<void>;
  /**
   * Gives every row of every table as they stand at one moment, some at a time, tables after those that they refer to.
   * For a store that nothing else reads meanwhile.
   */
  readonly rows: RowSource;
  /**
   * Takes all rows of another store, ids included, makes what searches need of them, and compares counts and checksums:
   * all of it, or nothing. Nobody else writes meanwhile. Throws `ConflictError` when there is any row already.
   */
  fill(rows: RowSource, progress?: (message: string) => void): Promise<readonly CopiedTable[]>;
  close(): Promise<void>;
}
