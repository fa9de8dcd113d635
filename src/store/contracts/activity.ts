/** What this process does with its database at the moment. Asking for it asks no database. */
export interface StoreActivity {
  /** The pools of connections to servers of PostgreSQL; none on SQLite. */
  readonly pools: readonly PoolActivity[];
  /** The waits for a SQLite file; null on PostgreSQL. */
  readonly file: FileActivity | null;
}

export interface PoolActivity {
  /** `reads`, `writes`, `probe`, and `replica 1` to `replica N` in the order of the configuration. */
  readonly name: string;
  /** The most connections. */
  readonly size: number;
  /** Connections that a caller has. */
  readonly busy: number;
  /** Connections that are open, and that nobody has. */
  readonly idle: number;
  /** Callers who wait for one. */
  readonly waiting: number;
}

export interface FileActivity {
  /** Who waits for the connection that writes. */
  readonly writersWaiting: number;
  /** Threads of searches that are there. */
  readonly searchThreads: number;
  /** Searches that these have been asked, and not answered. */
  readonly searches: number;
}

/** In bytes. */
export interface FileSizes {
  readonly database: number;
  /** The write-ahead log (WAL). */
  readonly log: number;
}
