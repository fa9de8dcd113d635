import type { Backup, CleanUpOptions } from '../store.ts';

/** Removes what deleted rows leave in the files of a database, which each does in its own way. */
export interface Cleaner {
  /**
   * Answers null when nothing is left of the rows that were deleted before, else what that waits for, as a sentence. `documents` are the
   * ids that deleted units had in the index of words.
   */
  clean(documents: readonly number[], options: CleanUpOptions): Promise<string | null>;
  /** The copies that this program made, before an adoption, of what the database held at `since`; as an operator finds them. */
  copiesSince(since: Date): Promise<Backup[]>;
}
