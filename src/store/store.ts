import type { ApiKeyStore, SessionStore, SignInStore, UserStore } from './contracts/accounts.ts';
import type { FileSizes, StoreActivity } from './contracts/activity.ts';
import type { AuditStore } from './contracts/audit.ts';
import type { BackupStore } from './contracts/backups.ts';
import type { EmbeddingStore } from './contracts/embeddings.ts';
import type { ErasureStore } from './contracts/erasures.ts';
import type { InvitationStore } from './contracts/invitations.ts';
import type { EventStore, FlagStore, QuarantineStore, ReviewStore, UnitStore } from './contracts/knowledge.ts';
import type { LifecycleStore } from './contracts/lifecycle.ts';
import type { LogWatch } from './contracts/logs.ts';
import type { NearRepeatStore } from './contracts/near-repeats.ts';
import type { RevisionStore } from './contracts/revisions.ts';
import type { StatsStore } from './contracts/stats.ts';
import type { SuspensionStore } from './contracts/suspensions.ts';
import type { CopiedTable, RowSource } from './contracts/transfer.ts';
import type { UsageStore } from './contracts/usage.ts';
import type { WebhookStore } from './contracts/webhooks.ts';
import type { ReplicaState } from './records.ts';

export type * from './contracts/accounts.ts';
export type * from './contracts/activity.ts';
export type * from './contracts/audit.ts';
export type * from './contracts/backups.ts';
export type * from './contracts/embeddings.ts';
export type * from './contracts/erasures.ts';
export type * from './contracts/invitations.ts';
export type * from './contracts/knowledge.ts';
export type * from './contracts/lifecycle.ts';
export type * from './contracts/logs.ts';
export type * from './contracts/near-repeats.ts';
export type * from './contracts/opening.ts';
export type * from './contracts/revisions.ts';
export type * from './contracts/stats.ts';
export type * from './contracts/suspensions.ts';
export type * from './contracts/transfer.ts';
export type * from './contracts/usage.ts';
export type * from './contracts/webhooks.ts';
export type * from './records.ts';

/**
 * The Store: the persistence interface of the server. Read this first.
 *
 * Every promise in these comments has a case in `test/store/conformance/`, which each database runs. Records are plain and
 * readonly, instants are `Date`s with millisecond precision, text comes back as it was stored. Methods throw `UnavailableError`
 * when the database cannot be reached; any other error that a caller should handle is named at the method.
 */
export interface Store {
  readonly units: UnitStore;
  readonly usage: UsageStore;
  readonly flags: FlagStore;
  readonly reviews: ReviewStore;
  readonly lifecycle: LifecycleStore;
  readonly revisions: RevisionStore;
  readonly nearRepeats: NearRepeatStore;
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly invitations: InvitationStore;
  readonly suspensions: SuspensionStore;
  readonly signIns: SignInStore;
  readonly apiKeys: ApiKeyStore;
  readonly audit: AuditStore;
  readonly events: EventStore;
  /** Of the logs of events and of the audit log. */
  readonly logs: LogWatch;
  readonly stats: StatsStore;
  readonly quarantine: QuarantineStore;
  readonly erasures: ErasureStore;
  readonly backups: BackupStore;
  readonly webhooks: WebhookStore;
  readonly embeddings: EmbeddingStore;
  /**
   * A store that reads units, their usage, flags, events and statistics from a read replica, which may lag by some seconds; this store
   * itself where no replica is usable. Take it once for each request, since each access may pick another replica. Only for
   * callers who have not written within the lag: see `storeForReads` in `domain/read-routing.ts`.
   */
  readonly replica: Store;
  /** The read replicas that are set up, as this process found them some seconds ago at most. */
  readonly replicas: readonly ReplicaState[];
  /** What this process does with the database at the moment. */
  activity(): StoreActivity;
  /** The sizes of the files of SQLite; null on PostgreSQL, and in memory. */
  fileSizes(): Promise<FileSizes | null>;
  /** The version of the database's engine, such as `17.10`. */
  engineVersion(): Promise<string>;
  /** The vector engine for semantic search, such as `pgvector 0.8.0`; null where there is none. */
  readonly vectorEngine: string | null;
  /**
   * Why there is none, or why it cannot be used any more, and what an operator does about it, in sentences; null while there is one
   * that can be used.
   */
  readonly vectorProblem: string | null;
  /**
   * Counts the changes of this process by which credentials may be void, or may do something else than before: of keys, sessions,
   * passwords, roles and accounts. Each is counted when it has been committed, before its call resolves. The numbers of other processes are
   * not in it.
   */
  readonly credentialChanges: number;
  /**
   * The time by the clock that all processes on this database share, in milliseconds: that of the PostgreSQL server, to within a
   * round trip; of this machine with SQLite. Every instant that is stored, or compared with a stored one, comes from here, so that
   * machines whose clocks differ agree on what has expired.
   */
  now(): Date;
  /**
   * Runs `work` on a Store bound to one transaction, which is rolled back if `work` throws. A transaction inside `work` joins
   * the outer one. Inside, use only the Store that is passed, and await nothing else.
   */
  transaction<T>(work: (store: Store) => Promise<T>): Promise<T>;
  /** Resolves if the database answers and has every migration of this program; throws otherwise. */
  ping(): Promise<void>;
  /**
   * The lines of the plan of a statement with so many values, which are not known. Does not run it. Throws where the database cannot say, as
   * PostgreSQL before version 16.
   */
  explain(sql: string, values: number): Promise<readonly string[]>;
  /**
   * Writes a consistent copy of the database to a new file, while reads and writes continue: all of it was read again, and is on the disk.
   * Throws, and leaves no file, where it cannot be. SQLite only: throws on PostgreSQL, which has its own tools.
   */
  backup(file: string): Promise<void>;
  /**
   * Passes all rows of all tables, of one snapshot, in batches; tables in dependency order. No other query may use this store
   * meanwhile.
   */
  readonly rows: RowSource;
  /**
   * Inserts all rows of another store, ids included, builds the search index, and compares counts and checksums, in one
   * transaction. No other process may write meanwhile. Throws `ConflictError` if the database holds any row.
   */
  fill(rows: RowSource, progress?: (message: string) => void): Promise<readonly CopiedTable[]>;
  /** Closes all connections; later calls throw `UnavailableError`. */
  close(): Promise<void>;
}
