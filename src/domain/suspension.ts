import { ConflictError, ForbiddenError, NotFoundError } from '../errors.ts';
import type { Store, SuspensionChange, SuspensionMark, User } from '../store/store.ts';
import type { By } from './account.ts';
import { type Actor, audit, operator } from './audit.ts';
import { userIdOf } from './ids.ts';
import { InputValidator, limits } from './rules.ts';
import {
  isAnythingLeft,
  type Progress,
  rejectPending,
  rejectSuggestions,
  retireApproved,
  startCall,
  undoChanges,
} from './suspended-work.ts';
import { hasScope } from './viewer.ts';

/** Suspending and closing accounts. Each change is in force with its commit, in other processes within a second (`known-callers.ts`). */

export interface Suspension {
  readonly id: string;
  readonly reason: string;
  /** Whether to reject what waits of the person. */
  readonly rejectPending?: boolean | null;
  /** Whether to retire the approved units of the person. */
  readonly retireApproved?: boolean | null;
}

export interface Suspended {
  readonly user: User;
  /** How many units were rejected, how many suggestions, and how many units were retired. */
  readonly rejected: number;
  readonly rejectedSuggestions: number;
  readonly retired: number;
  /** Whether there are more, for the same call again. */
  readonly hasMore: boolean;
}

/**
 * Suspends an account: its tokens are void, and its keys do not work until it is reinstated. A suspended account stays as it is; what
 * the person wrote can be rejected and retired then too. Throws `InvalidInputError`, `NotFoundError`, and `ConflictError` for the last
 * administrator, and where somebody reinstates the account meanwhile.
 */
export async function suspendUser(
  store: Store,
  { id, reason, ...wanted }: Suspension,
  { by = operator, now = store.now() }: By = {},
): Promise<Suspended> {
  const rules = new InputValidator();
  rules.reason(['reason'], reason, limits.accountReason);
  rules.check();
  const user = await store.transaction(async (tx) => {
    const suspended = await tx.users.suspend(numberOf(id), { at: now, by: actorName(by), reason });
    // one that was suspended before keeps its time
    if (isChanged(suspended) && suspended.suspendedAt?.getTime() === now.getTime())
      await audit(tx, by, 'user.suspended', { target: id, at: now });
    return found(suspended, id, 'suspended');
  });
  const mark = markOf(user);
  const call = mark && startCall({ store, by, now, user, mark });
  const { rejectPending: mayReject, retireApproved: mayRetire } = wanted;
  if (mark && (mayReject || mayRetire)) await requireWhole(store, mark);
  // what everybody can read goes first
  const retired = call && mayRetire ? await retireApproved(call) : nothing;
  const rejected = call && mayReject ? await rejectPending(call) : nothing;
  const suggestions = call && mayReject ? await rejectSuggestions(call) : nothing;
  return {
    user,
    ...{ rejected: rejected.done, rejectedSuggestions: suggestions.done, retired: retired.done },
    hasMore: [retired, rejected, suggestions].some(({ hasMore }) => hasMore),
  };
}

export interface Reinstatement {
  readonly id: string;
  /** Whether what the suspension did to units is taken back, where nobody has changed them since. */
  readonly restore?: boolean | null;
}

export interface Reinstated {
  readonly user: User;
  /** How many units wait again, how many suggestions, and how many units are approved again. */
  readonly restored: number;
  readonly restoredSuggestions: number;
  readonly reinstated: number;
  /** Whether there are more: the account stays suspended until the same call has done them all. */
  readonly hasMore: boolean;
}

/** Lifts a suspension, and takes back what it did to units if asked to. Throws `NotFoundError`. */
export async function reinstateUser(
  store: Store,
  { id, restore }: Reinstatement,
  { by = operator, now = store.now() }: By = {},
): Promise<Reinstated> {
  const [before] = await store.users.findMany([numberOf(id)]);
  const user = found(before ?? null, id, 'reinstated');
  const mark = restore ? markOf(user) : undefined;
  if (mark) await requireWhole(store, mark);
  const call = mark && startCall({ store, by, now, user, mark });
  const undo = (change: SuspensionChange) => (call ? undoChanges(call, change, actorName(by)) : nothing);
  const [approved, waiting] = [await undo('retired'), await undo('rejected')];
  const suggestions = await undo('suggestionRejected');
  // the time and the name in the account still say what else there is
  const ended = [approved, waiting, suggestions].some(({ hasMore }) => hasMore) ? null : await end();
  return {
    user: ended ?? user,
    ...{ restored: waiting.done, restoredSuggestions: suggestions.done, reinstated: approved.done },
    hasMore: ended === null,
  };

  /** Ends the suspension; null, and nothing done, where something is left that it did. */
  function end(): Promise<User | null> {
    return store
      .transaction(async (tx) => {
        if (mark) await requireWhole(tx, mark);
        const outcome = await tx.users.reinstate(user.id, mark);
        // what a concurrent call has done in the meantime; none does anything from here on
        if (mark && outcome?.ended && (await isAnythingLeft(tx, user, mark))) throw new SomethingLeft();
        if (outcome?.ended) await audit(tx, by, 'user.reinstated', { target: id, at: now });
        return found(outcome?.user ?? null, id, 'reinstated');
      })
      .catch((error) => {
        if (error instanceof SomethingLeft) return null;
        throw error;
      });
  }
}

const nothing: Progress = { done: 0, hasMore: false };

/** Rolls the end of a suspension back. */
class SomethingLeft extends Error {}

/** The time and the name of a suspension; undefined for an account that is not suspended. */
const markOf = ({ suspendedAt: at, suspendedBy: by }: User): SuspensionMark | undefined =>
  at && by !== null ? { at, by } : undefined;

/** Throws `ConflictError` while the name in a mark gives way to a placeholder: some of what bears it would not be found. */
async function requireWhole(store: Store, { by }: SuspensionMark): Promise<void> {
  if (await store.users.wasErased(by))
    throw new ConflictError('Who suspended this account is being erased. Try again in some seconds.', ['id']);
}

/**
 * Closes an account, by its owner or an administrator: tokens are void, and keys revoked. Its name stays taken. Errors as of `suspendUser`;
 * `change` is what they say that cannot be done, where closing is part of something else.
 */
export async function closeUser(
  store: Store,
  id: string,
  { by = operator, now = store.now() }: By = {},
  change = 'closed',
): Promise<User> {
  const isOwn = 'user' in by && by.user.id === numberOf(id);
  if ('user' in by && !isOwn && !hasScope(by, 'ADMIN'))
    throw new ForbiddenError('Only a signed-in administrator may close the account of another person.');
  return store.transaction(async (tx) => {
    const closed = await tx.users.close(numberOf(id), { at: now, by: actorName(by) });
    if (isChanged(closed) && closed.closedAt?.getTime() === now.getTime())
      await audit(tx, by, 'user.closed', { target: id, at: now });
    return found(closed, id, change);
  });
}

/** Opens a closed account again: the person can sign in, and make new keys. Throws `NotFoundError`. */
export function reopenUser(store: Store, id: string, { by = operator, now = store.now() }: By = {}): Promise<User> {
  return store.transaction(async (tx) => {
    const [before] = await tx.users.findMany([numberOf(id)]);
    const opened = found(await tx.users.reopen(numberOf(id)), id, 'opened');
    if (before?.closedAt) await audit(tx, by, 'user.reopened', { target: id, at: now });
    return opened;
  });
}

/** The number of an account; -1, which none has, for an id of something else. */
const numberOf = (nodeId: string): number => userIdOf(nodeId) ?? -1;

const isChanged = (user: User | null | 'lastAdmin'): user is User => user !== null && user !== 'lastAdmin';

function found(user: User | null | 'lastAdmin', id: string, change: string): User {
  if (user === 'lastAdmin') throw new ConflictError(`The last administrator cannot be ${change}.`, ['id']);
  if (!user) throw new NotFoundError('user', id);
  return user;
}

/** The name that stands in the account: that of a person, or `operator`, which also an account may have. */
const actorName = (by: Actor): string => ('user' in by ? by.user.username : 'operator');
