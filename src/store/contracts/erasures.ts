import type { Backup, Erasure, Page, PageRequest, Position, UserErasure } from '../records.ts';

/**
 * Units and people that were erased. The ids of units are never used again: `UnitStore.propose` throws `ErasedUnitError` for one, `restore` and
 * `restoreMany` leave it out, and `QuarantineStore.admit` does. The names of people are never written again: whoever does something under one gets
 * `UnauthenticatedError`, and what is restored gets the placeholder.
 */
export interface ErasureStore {
  /**
   * Deletes a unit with all that its row and others hold of it: each version, suggestions, flags, events, confirmers, words, vectors, jobs,
   * idempotency keys, rows of it in quarantine, and details of audit entries about it. One transaction, of which others see all or nothing; what they do to the unit at the
   * same time happens before, or finds no unit. Answers null where there is neither a unit nor a row in quarantine, and `isNew: false` where
   * it was erased already.
   */
  erase(id: string, by: Pick<Erasure, 'erasedAt' | 'erasedBy' | 'reason'>): Promise<ErasureOutcome | null>;
  /** The copies that this program made before an adoption, of what the database held at `since`; as an operator finds them. */
  copiesSince(since: Date): Promise<Backup[]>;
  find(id: string): Promise<Erasure | null>;
  /** Those of the ids that were erased. */
  among(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** The last first, by `erasedAt`; ties to the higher id. */
  list(page: PageRequest<Position<Date>>): Promise<Page<Erasure>>;
  count(): Promise<number>;
  /**
   * Deletes an account, with its keys, the places that it has signed in from and its idempotency keys, in one transaction: neither
   * passwords nor tokens nor keys of it work from then on. `cleanUp` then puts the placeholder where the name is in other rows, and takes
   * the addresses out of the audit log. Nobody writes the name after this: what the person does at the same time happens before, or is
   * refused. Answers null where there is no such account, `isNew: false` where it was erased already, and otherwise as `UserStore.setRole`.
   */
  eraseUser(id: number, by: NewUserErasure): Promise<UserErasureOutcome | null | 'lastAdmin'>;
  findUser(id: number): Promise<UserErasure | null>;
  /** The last first, by `erasedAt`; ties to the higher id. */
  listUsers(page: PageRequest<Position<Date>>): Promise<Page<UserErasure>>;
  countUsers(): Promise<number>;
  /**
   * Removes the names of people, in transactions of 500 rows, and what deleted rows leave behind: their postings in chunks, counts of 0, and in the files of the database bytes that nothing
   * refers to. Up to 100 erasures of each kind at once, none that another process works on or has tried in the last seconds. Answers those it tried,
   * with `doneAt`, or with what it waits for. A process that dies leaves its work to another one, after a minute.
   */
  cleanUp(options?: CleanUpOptions): Promise<readonly Erasure[]>;
  /** Empties what this process remembers of texts and figures if units were erased since the last call, or in the last ten seconds. */
  forget(): Promise<void>;
}

export interface ErasureOutcome {
  readonly erasure: Erasure;
  readonly isNew: boolean;
  /** Since when there was the unit. */
  readonly since: Date;
}

export type NewUserErasure = Pick<UserErasure, 'erasedAt' | 'erasedBy' | 'reason' | 'placeholder'>;

export interface UserErasureOutcome {
  readonly erasure: UserErasure;
  readonly isNew: boolean;
  /** Since when there was the account. */
  readonly since: Date;
}

export interface CleanUpOptions {
  /** Cleans up a SQLite file of any size, which takes the longer the larger it is, and keeps others from writing meanwhile. */
  readonly anySize?: boolean;
  /** Also what was tried just now. */
  readonly atOnce?: boolean;
  readonly signal?: AbortSignal;
}
