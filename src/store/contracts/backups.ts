import type { Backup } from '../records.ts';

/** Where this program has made backups of the database; whether they are still there it does not know. */
export interface BackupStore {
  /** Records a backup that is about to be made, and answers its number. Of more than `limit` the oldest records go. */
  record(backup: Backup, limit: number): Promise<number>;
  /** Removes the record of one that could not be made. */
  remove(id: number): Promise<void>;
  /** Those that were begun at an instant or after it, the oldest first. */
  since(since: Date): Promise<Backup[]>;
}
