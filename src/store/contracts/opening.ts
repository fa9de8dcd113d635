/** What a configured database holds. */
export type DatabaseState =
  /** `missing`: no file. `empty`: no tables. */
  | { readonly kind: 'missing' | 'empty' }
  /** Tables that no cq server made. */
  | { readonly kind: 'foreign'; readonly tables: readonly string[] }
  /** The Python server's tables. */
  | { readonly kind: 'python' }
  /** Migrations of this program have not run. */
  | { readonly kind: 'behind'; readonly migrations: number }
  /** A newer program has run a migration that this one does not know. */
  | { readonly kind: 'newer'; readonly migration: string }
  | { readonly kind: 'current' };

/** A change that operators should know of while a store is open, such as a read replica that is left out. */
export interface ServerNotice {
  readonly level: 'info' | 'warn';
  /** A sentence without secrets. */
  readonly message: string;
}

export interface OpenOptions {
  /**
   * Migrate the schema, and adopt a database of the Python server. Without it opening creates and changes nothing: throws
   * `UnusableDatabaseError` where there is no database, or one of another version.
   */
  readonly migrate: boolean;
  /** With `migrate`: throws `UnusableDatabaseError`, and creates nothing, where there is no database of a cq server. */
  readonly existing?: boolean;
  /** Without `migrate`: accepts a database of any version, the Python server's too; only `backup` may be called then. */
  readonly anyVersion?: boolean;
  /** With `migrate`: throws `ConflictError`, and changes nothing, when the database holds any row. */
  readonly empty?: boolean;
  /** Without `migrate`: a read-only store that leaves no files behind (such as a WAL) that did not exist before. */
  readonly readonly?: boolean;
  /** Called with messages about the progress of a long migration. */
  readonly progress?: (message: string) => void;
  /** Called whenever the servers of the database change, until the store is closed. */
  readonly notify?: (notice: ServerNotice) => void;
  /** Aborts a running migration, which is rolled back; opening rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The tables of the Python server that are kept after an adoption. */
export interface KeptAdoption {
  /** When it was adopted. */
  readonly at: Date;
  /** Where they are kept, for messages. */
  readonly place: string;
  /** What callers have written since the adoption, a phrase for each table; empty when undoing it loses nothing. */
  readonly written: readonly string[];
}

/** An adopted database, opened to undo or to finish the adoption. Opening it creates, migrates and adopts nothing. */
export interface Adoption {
  /** What is kept; null where nothing is. Throws if what was kept no longer exists. */
  status(): Promise<KeptAdoption | null>;
  /**
   * Restores the Python server's tables and drops ours, all or nothing. Answers what was kept and what was lost. Throws
   * `ConflictError` when nothing is kept, when another process has the database open, and, unless `dropChanges`, when callers
   * have written since.
   */
  undo(options: { readonly dropChanges: boolean }): Promise<KeptAdoption>;
  /** Deletes what is kept; answers where it was. Throws `ConflictError` when nothing is kept. */
  discard(): Promise<string>;
  close(): Promise<void>;
}
