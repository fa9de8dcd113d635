import type { AuditEntry, AuditFilter, NewAuditEntry, Page, PageRequest, Position } from '../records.ts';
import type { Log } from './logs.ts';

/** The audit log. Entries are added, and deleted when they are too old; nothing else changes them but the erasure of a person, which removes addresses. */
export interface AuditStore {
  /** All entries; one that counts repeats is told once, when it is added. */
  readonly log: Log<AuditEntry>;
  /** Adds an entry, in the transaction of the store. `domain/audit.ts` makes entries. */
  record(entry: NewAuditEntry): Promise<void>;
  /**
   * Counts a repeat: adds 1 to the entry of the same minute, action, address and `repeat`, or adds that entry. Of one address and
   * minute there are at most `perAddress` entries, and of one minute `perMinute`: what is beyond is counted in one more entry, without
   * target and details, and, beyond the second, without the address. Concurrent calls may exceed both by their number.
   */
  recordRepeat(
    entry: NewAuditEntry,
    bounds: { readonly repeat: string; readonly perAddress: number; readonly perMinute: number },
  ): Promise<void>;
  /** Null where there is none, or it was pruned. */
  find(id: number): Promise<AuditEntry | null>;
  /** Newest first, by `at`; ties to the higher id. */
  list(filter: AuditFilter, page: PageRequest<Position<Date, number>>): Promise<Page<AuditEntry>>;
  count(filter: AuditFilter): Promise<number>;
  /** Deletes up to `limit` entries that are older than `before`, oldest first; answers how many. One process at a time: 0 to others. */
  prune(before: Date, limit: number): Promise<number>;
  /**
   * Keeps the settings of a start in place of those of the last one; answers which differ, with the value before and the one now,
   * null for none. Of concurrent calls with the same settings one gets the differences.
   */
  replaceSettings(settings: Readonly<Record<string, string>>): Promise<readonly ChangedSetting[]>;
}

export interface ChangedSetting {
  readonly name: string;
  readonly from: string | null;
  readonly to: string | null;
}
