/** What is in the place that a configuration names. */
export type DatabaseState =
  /** No file, or no table. */
  | { readonly kind: 'missing' | 'empty' }
  /** Tables of another making. */
  | { readonly kind: 'foreign'; readonly tables: readonly string[] }
  /** The Python server's tables. */
  | { readonly kind: 'python' }
  | { readonly kind: 'behind'; readonly migrations: number }
  /** A newer program has run a migration that this one does not know. */
  | { readonly kind: 'newer'; readonly migration: string }
  | { readonly kind: 'current' };

export interface OpenOptions {
  /**
   * Whether to bring the schema up to date, and to adopt a database of the Python server. Without it nothing is made or
   * changed to open a database: throws `UnusableDatabaseError` where there is none, and where it is not of this version.
   */
  readonly migrate: boolean;
  /** With `migrate`: throws `UnusableDatabaseError`, and makes nothing, where there is no database of a cq server yet. */
  readonly existing?: boolean;
  /** Without `migrate`: takes a database of any version, the Python server's too, of which only `backup` can be asked. */
  readonly anyVersion?: boolean;
  /** With `migrate`: throws `ConflictError`, and leaves the database as it is, when it holds any row. */
  readonly empty?: boolean;
  /** Without `migrate`: the store only reads, and leaves no files behind that were not there. */
  readonly readonly?: boolean;
  /** Told how far that is, when it takes long. */
  readonly progress?: (message: string) => void;
  /** Ends it while the database is brought up to date, which stays as it was: opening it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What is kept of a database of the Python server that was adopted. */
export interface KeptAdoption {
  /** When it was adopted. */
  readonly at: Date;
  /** Where the Python server's tables are kept, in words. */
  readonly place: string;
  /** What callers have written since, a phrase for each table; empty when undoing the adoption loses nothing. */
  readonly written: readonly string[];
}

/** The way back from an adopted database to the Python server's. Opening it makes, migrates and adopts nothing. */
export interface Adoption {
  /** Null where nothing is kept. Throws when what was kept is no longer there. */
  status(): Promise<KeptAdoption | null>;
  /**
   * Puts the Python server's tables back as they were, all of them or none, and removes ours. Answers what was kept, and
   * what was lost. Throws `ConflictError` when nothing is kept, when others have the database open, and, unless `dropChanges`,
   * when callers have written since.
   */
  undo(options: { readonly dropChanges: boolean }): Promise<KeptAdoption>;
  /** Removes what is kept; answers where it was. Throws `ConflictError` when nothing is kept. */
  discard(): Promise<string>;
  close(): Promise<void>;
}
