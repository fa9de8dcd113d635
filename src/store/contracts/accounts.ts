import type { ApiKey, Page, PageRequest, Position, User, UserRole } from '../records.ts';

export interface UserStore {
  findByName(username: string): Promise<User | null>;
  /** In the order of `ids`, with null where there is none. */
  findMany(ids: readonly number[]): Promise<(User | null)[]>;
  /** In the order of `usernames`, with null where there is none. */
  findManyByName(usernames: readonly string[]): Promise<(User | null)[]>;
  /** By name. */
  list(page: PageRequest<Position<string, number>>): Promise<Page<User>>;
  count(): Promise<number>;
  /** Null when the name is taken. */
  insert(user: Omit<User, 'id' | 'passwordChangedAt' | 'credentialsVersion'>): Promise<User | null>;
  /** Null when there is no such user; `'lastAdmin'` instead of leaving nobody with the role `admin`. */
  setRole(id: number, role: UserRole): Promise<User | null | 'lastAdmin'>;
  /**
   * Puts the hash of a new password in the place of the old one, and counts `credentialsVersion` on; answers with the person
   * as they are then. With `version`, only where that is the version still: of any number of callers at once who give the
   * same one, the first changes it. Null when it was another, or there is no such user.
   */
  setPassword(id: number, passwordHash: string, at: Date, version?: number): Promise<User | null>;
  /** Puts another hash of the same password in the place of `from`, if that is still there. */
  rehash(id: number, from: string, to: string): Promise<void>;
}

/** How many attempts there may be under a key until `windowMs` after the first one of them. */
export interface AttemptLimit {
  /** At most 100 characters. */
  readonly key: string;
  /** Null to count without a limit. */
  readonly limit: number | null;
  readonly windowMs: number;
}

/** An attempt that was counted, in the window that ends then. */
export interface Attempt {
  readonly key: string;
  readonly endsAt: Date;
}

/** Attempts at passwords, counted for all processes together, and the places that people have signed in from. */
export interface SignInStore {
  /**
   * Counts one attempt under each of the keys, in their order, or none at all: where one of them has had its attempts, answers
   * with when its window ends. However many come at once, the limits hold. To be given keys in an order that is
   * always the same, so that nobody waits for each other. Removes some windows that have ended.
   */
  attempt(
    limits: readonly AttemptLimit[],
    at: Date,
  ): Promise<{ readonly counted: readonly Attempt[] } | { readonly fullUntil: Date }>;
  /** Takes attempts back, if their windows are still there, in the order in which they were counted; with `all`, every one under the key. */
  giveBack(attempts: readonly (Attempt & { readonly all?: boolean })[]): Promise<void>;
  /** Whether a person has signed in from a place, since then. */
  knows(userId: number, place: string, since: Date): Promise<boolean>;
  /** Notes that a person signed in from a place. Of each person the latest `keep` places are kept, and none of before `since`. */
  note(userId: number, place: string, at: Date, bounds: { readonly keep: number; readonly since: Date }): Promise<void>;
}

export interface ApiKeyStore {
  /** A key that is neither revoked nor expired, and its owner. */
  findActive(id: string, now: Date): Promise<{ readonly key: ApiKey; readonly user: User } | null>;
  /** In the order of `ids`, with null where there is none. */
  findMany(ids: readonly string[]): Promise<(ApiKey | null)[]>;
  /** Newest first; with `activeAt`, only keys active then. */
  list(userId: number, activeAt: Date | null, page: PageRequest<Position<Date>>): Promise<Page<ApiKey>>;
  count(userId: number, activeAt: Date | null): Promise<number>;
  /** Adds the key unless its owner has `limit` active ones already; however many try at once, the limit holds. */
  insert(key: ApiKey, limit: number): Promise<boolean>;
  /** Ends a key of this user; a key already ended stays as it is. Null when the user has no such key. */
  revoke(id: string, userId: number, at: Date): Promise<ApiKey | null>;
  /** Notes that a key was used: this process knows it at once, the database by `saveUses`. Costs the database nothing. */
  touch(id: string, at: Date): void;
  /** Writes what `touch` noted. When it fails, that is kept for the next time; it is lost when the process dies before. */
  saveUses(): Promise<void>;
}
