import type { ApiKey, NewUser, Page, PageRequest, Position, Session, User, UserRole } from '../records.ts';
import type { SuspensionMark } from './suspensions.ts';

export interface UserStore {
  findByName(username: string): Promise<User | null>;
  /** The records in the order of `ids`, null where there is none. */
  findMany(ids: readonly number[]): Promise<(User | null)[]>;
  /** The users in the order of `usernames`, null where there is none. */
  findManyByName(usernames: readonly string[]): Promise<(User | null)[]>;
  /** Ordered by name. */
  list(page: PageRequest<Position<string, number>>): Promise<Page<User>>;
  count(): Promise<number>;
  /**
   * Adds a user whose name looks like `skeletons`; null when the name is taken, was that of somebody who was erased, or another user's
   * name has one of them. That holds for any number of concurrent calls.
   */
  insert(user: NewUser, skeletons?: readonly string[]): Promise<User | null>;
  /** Whether somebody had this name who was erased. */
  wasErased(username: string): Promise<boolean>;
  /** A user whose name has one of the skeletons. */
  findBySkeleton(skeletons: readonly string[]): Promise<User | null>;
  /**
   * Null when there is no such user; `'lastAdmin'`, and no change, when no administrator would be left whose account is neither
   * suspended nor closed. That holds for any number of concurrent calls, of `suspend` and `close` too.
   */
  setRole(id: number, role: UserRole): Promise<User | null | 'lastAdmin'>;
  /** Suspends an account, voids its tokens and ends its sessions; one that is suspended already is not changed. Otherwise as `setRole`. */
  suspend(id: number, suspension: SuspensionMark & { readonly reason: string }): Promise<User | null | 'lastAdmin'>;
  /**
   * Ends a suspension, with `mark` only the one with that. `ended` is false where there was none: of concurrent callers one gets true.
   * Null when there is no such user.
   */
  reinstate(id: number, mark?: SuspensionMark): Promise<{ readonly user: User; readonly ended: boolean } | null>;
  /** Closes an account, voids its tokens, ends its sessions and revokes its keys; one that is closed already is not changed. Otherwise as `setRole`. */
  close(id: number, closing: { readonly at: Date; readonly by: string }): Promise<User | null | 'lastAdmin'>;
  /** Opens a closed account again; its keys stay revoked. Null when there is no such user. */
  reopen(id: number): Promise<User | null>;
  /**
   * Sets the hash of a new password, increments `credentialsVersion` and ends all sessions; answers the changed user. With `version`,
   * only if that is still the current version (optimistic locking: of concurrent callers with the same version, the first succeeds). Null
   * when it is not, or when there is no such user.
   */
  setPassword(id: number, passwordHash: string, at: Date, version?: number): Promise<User | null>;
  /** Replaces the hash `from` by another hash of the same password, unless it has changed meanwhile. */
  rehash(id: number, from: string, to: string): Promise<void>;
  /** Buffers in memory that an account was used; `saveUses` writes it to the database. This process shows it at once. */
  touch(id: number, at: Date): void;
  /** As `ApiKeyStore.saveUses`. */
  saveUses(): Promise<void>;
}

/** A user as their sessions are read: those with another version of the credentials are void. */
export type SessionOwner = Pick<User, 'id' | 'credentialsVersion'>;

/** Sessions of people who signed in. One that ends is deleted; from then on it is open in no process. */
export interface SessionStore {
  /**
   * The user of that name, if the session is theirs and has not been ended; one who is suspended or closed in any case, so that whoever
   * was signed in learns why that is over. One statement.
   */
  findUser(username: string, id: string): Promise<User | null>;
  /** The records in the order of `ids`, null where there is none; expired and void ones too. */
  findMany(ids: readonly string[]): Promise<(Session | null)[]>;
  /** A user's sessions that are in force at an instant, newest first. */
  list(owner: SessionOwner, at: Date, page: PageRequest<Position<Date>>): Promise<Page<Session>>;
  count(owner: SessionOwner, at: Date): Promise<number>;
  /**
   * Adds a session, and notes the use of the account; false, and no change, if its `credentialsVersion` is no longer the user's. The
   * user's expired and void sessions are deleted, and those that were not used the longest, so that at most `limit` are left. All of
   * this holds for any number of concurrent calls, of `endAll`, `setPassword`, `suspend` and `close` too.
   */
  insert(session: Session, limit: number): Promise<boolean>;
  /** Ends a session of the user and answers it; null when the user has no such session. Of concurrent calls one gets it. */
  end(id: string, userId: number): Promise<Session | null>;
  /** Ends all sessions of a user but `except`; answers how many of them were in force at that instant. */
  endAll(owner: SessionOwner, at: Date, except?: string): Promise<number>;
  /** Deletes up to `limit` sessions that have expired, oldest first; answers how many. One process at a time: 0 to others. */
  prune(before: Date, limit: number): Promise<number>;
  /** Buffers in memory that a session was used; `saveUses` writes it to the database. This process shows it at once. */
  touch(id: string, at: Date): void;
  /** As `ApiKeyStore.saveUses`. */
  saveUses(): Promise<void>;
}

/** A fixed-window rate limit: at most `limit` attempts under a key within `windowMs` of the first. */
export interface AttemptLimit {
  /** At most 100 characters. */
  readonly key: string;
  /** Null to count without a limit. */
  readonly limit: number | null;
  readonly windowMs: number;
}

/** A counted attempt, and when its window ends. */
export interface Attempt {
  readonly key: string;
  readonly endsAt: Date;
}

/** Sign-in attempts, counted for all processes together, and the places that users have signed in from. */
export interface SignInStore {
  /**
   * Counts one attempt under each key. If a key has reached its limit, counts none and answers when that key's window ends. The
   * limits hold for any number of concurrent calls. Callers must pass keys in a consistent order, so that transactions do not
   * deadlock. Also deletes some windows that have ended.
   */
  attempt(
    limits: readonly AttemptLimit[],
    at: Date,
  ): Promise<{ readonly counted: readonly Attempt[] } | { readonly fullUntil: Date }>;
  /**
   * Uncounts attempts whose windows have not ended, in the order in which they were counted; with `all`, every attempt of the
   * key.
   */
  giveBack(attempts: readonly (Attempt & { readonly all?: boolean })[]): Promise<void>;
  /** Whether the user has signed in from one of the places since `since`. */
  knows(userId: number, places: readonly string[], since: Date): Promise<boolean>;
  /**
   * Records that the user signed in from the place. Keeps each user's latest `keep` places, and none from before `since`. Does nothing if
   * there is no such user any more.
   */
  note(userId: number, place: string, at: Date, bounds: { readonly keep: number; readonly since: Date }): Promise<void>;
}

export interface ApiKeyStore {
  /** The key, if it is neither revoked nor expired, and its owner; null otherwise. */
  findActive(id: string, now: Date): Promise<{ readonly key: ApiKey; readonly user: User } | null>;
  /** The records in the order of `ids`, null where there is none. */
  findMany(ids: readonly string[]): Promise<(ApiKey | null)[]>;
  /** A user's keys, newest first; with `activeAt`, only those neither revoked nor expired at that instant. */
  list(userId: number, activeAt: Date | null, page: PageRequest<Position<Date>>): Promise<Page<ApiKey>>;
  count(userId: number, activeAt: Date | null): Promise<number>;
  /**
   * Adds the key; false if its owner has `limit` active keys already. The limit holds for any number of concurrent calls. Throws
   * `UnauthenticatedError` if there is no such owner any more.
   */
  insert(key: ApiKey, limit: number): Promise<boolean>;
  /** Revokes a key of the user and answers it; one revoked before is not changed. Null when the user has no such key. */
  revoke(id: string, userId: number, at: Date): Promise<ApiKey | null>;
  /** Notes at once that a key is used for the first time; false, and no change, where it was used before. Of concurrent calls one is first. */
  noteFirstUse(id: string, at: Date): Promise<boolean>;
  /** Replaces the hash `from` of a key by another one of the same secret, under another pepper, unless it has changed meanwhile. */
  rehash(id: string, from: string, to: Pick<ApiKey, 'hash' | 'pepper'>): Promise<void>;
  /** How many keys that are neither revoked nor expired hang on each pepper, by its fingerprint, or on one that is not known yet. */
  countByPepper(activeAt: Date): Promise<ReadonlyMap<string | null, number>>;
  /** Buffers in memory that a key was used; `saveUses` writes it to the database. This process shows it at once. */
  touch(id: string, at: Date): void;
  /** Writes the uses that `touch` buffered. If it throws, they stay buffered; a killed process loses them. */
  saveUses(): Promise<void>;
}
