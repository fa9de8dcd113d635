import type { LogPlace } from '../records.ts';

/**
 * A log to follow: entries that are only ever added, in one order for all processes. Its entries are told from the database that is
 * written to, never from a replica.
 */
export interface Log<Entry> {
  /** The place behind all entries that may be told now: what waits for other transactions comes behind it. */
  end(): Promise<LogPlace>;
  /**
   * The entries behind a place, by the order in which their transactions began, each once: what commits late is waited for, so that no entry
   * is ever added before one that was told. A transaction that has run for `heldForMs` since this process saw it, such as that of somebody
   * else in the same server, is not waited for any more: what it writes is told when it commits, behind its turn, and once too.
   * Throws `LogReplacedError` where the database is not the one that the place is of, or was set back.
   */
  read(after: LogPlace, limit: number): Promise<LogPage<Entry>>;
  /**
   * Why a place from outside cannot be gone on from; null if it can. `foreign`: it is of another database, or of one that was restored since.
   * `behind`: more than `maxBehind` entries follow, if that is given. `pruned`: entries behind it may have been deleted.
   */
  problemOf(place: LogPlace, maxBehind?: number): Promise<'foreign' | 'behind' | 'pruned' | null>;
  /** How many entries follow a place, counted up to `most`: some may wait for transactions that began before. */
  countAfter(place: LogPlace, most: number): Promise<number>;
}

export interface LogPage<Entry> {
  readonly entries: readonly LogEntry<Entry>[];
  /** Where to go on from, also if there is no entry. */
  readonly end: LogPlace;
  readonly hasMore: boolean;
  /** Whether entries are there that wait for transactions which began before: nobody tells when these end. */
  readonly isHeld: boolean;
}

export interface LogEntry<Entry> {
  readonly entry: Entry;
  /** The transaction and the number that it has in the order of the log. */
  readonly transaction: number;
  readonly id: number;
  /** The place behind it. */
  readonly place: LogPlace;
}

/** Tells when a log may have something new. */
export interface LogWatch {
  /**
   * Calls `listener` when entries may have been added: at once after a commit of this process; after one of another process soon, as long as
   * anybody watches. A call may be missing where the connection to the database was lost, and after a release that tells
   * nobody: who watches looks every second or so too.
   */
  watch(listener: () => void): Disposable;
}
