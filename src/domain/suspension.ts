import { ConflictError, ForbiddenError, NotFoundError } from '../errors.ts';
import type { KnowledgeUnit, ReviewStatus, Store, User } from '../store/store.ts';
import type { By } from './account.ts';
import { type Actor, audit, operator } from './audit.ts';
import { userIdOf } from './ids.ts';
import { InputValidator, limits } from './rules.ts';
import { hasScope } from './viewer.ts';

/** Suspending and closing accounts. Each change is in force with its commit, in every process: credentials are read for each request. */

/** So many units are changed in one call, and so many in one transaction. */
const [unitsPerCall, unitsPerStep] = [1000, 50];

export interface Suspension {
  readonly id: string;
  readonly reason: string;
  /** Whether to reject what waits of the person. */
  readonly rejectPending?: boolean | null;
}

export interface Suspended {
  readonly user: User;
  /** How many units were rejected. */
  readonly rejected: number;
  /** Whether there are more, for the same call again. */
  readonly hasMore: boolean;
}

/**
 * Suspends an account: its tokens are void, and its keys do not work until it is reinstated. A suspended account stays as it is; what
 * waits of the person can be rejected then too. Throws `InvalidInputError`, `NotFoundError`, and `ConflictError` for the last
 * administrator.
 */
export async function suspendUser(
  store: Store,
  { id, reason, rejectPending }: Suspension,
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
  if (!rejectPending) return { user, rejected: 0, hasMore: false };
  // the time and the name mark what the suspension rejected, for `reinstateUser`
  const review = {
    status: 'rejected' as const,
    reviewedBy: user.suspendedBy ?? '',
    reviewedAt: user.suspendedAt ?? now,
    note: null,
    internalNote: user.suspensionReason,
  };
  const { done, hasMore } = await changeUnits(
    store,
    user,
    'pending',
    () => true,
    async (tx, unit) => {
      const outcome = await tx.reviews.decide(unit.id, review);
      return outcome?.decided ?? false;
    },
  );
  if (done > 0) await audit(store, by, 'user.proposalsRejected', { target: id, details: { count: done }, at: now });
  return { user, rejected: done, hasMore };
}

/** Changes units of a person one page after the other, each page in a transaction; answers how many were changed. */
async function changeUnits(
  store: Store,
  { username }: User,
  status: ReviewStatus,
  isWanted: (unit: KnowledgeUnit) => boolean,
  change: (tx: Store, unit: KnowledgeUnit) => Promise<boolean>,
): Promise<{ readonly done: number; readonly hasMore: boolean }> {
  const order = { field: 'createdAt', direction: 'asc' } as const;
  const filter = { createdBy: username, statuses: [status] };
  let done = 0;
  for (let from: { key: Date; id: string } | undefined; ; ) {
    const { items, hasMore } = await store.units.list(filter, order, { limit: unitsPerStep, from });
    const wanted = items.filter(isWanted);
    if (wanted.length > 0)
      done += await store.transaction(async (tx) => {
        let changed = 0;
        for (const unit of wanted) if (await change(tx, unit)) changed++;
        return changed;
      });
    const last = items.at(-1);
    if (!hasMore || !last) return { done, hasMore: false };
    if (done >= unitsPerCall) return { done, hasMore: true };
    from = { key: last.createdAt, id: last.id };
  }
}

export interface Reinstatement {
  readonly id: string;
  /** Whether what the suspension rejected waits again, unless somebody has decided over it since. */
  readonly restore?: boolean | null;
}

export interface Reinstated {
  readonly user: User;
  /** How many units wait again. */
  readonly restored: number;
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
  const { suspendedAt: reviewedAt, suspendedBy: reviewedBy } = user;
  let [restored, hasMore] = [0, false];
  if (restore && reviewedAt !== null && reviewedBy !== null) {
    const decision = { status: 'rejected' as const, reviewedBy, reviewedAt };
    const isOurs = ({ review }: KnowledgeUnit) =>
      review?.reviewedBy === reviewedBy && review.reviewedAt.getTime() === reviewedAt.getTime();
    const undo = (tx: Store, unit: KnowledgeUnit) => tx.reviews.undo(unit.id, decision, actorName(by), now);
    ({ done: restored, hasMore } = await changeUnits(store, user, 'rejected', isOurs, undo));
    if (restored > 0)
      await audit(store, by, 'user.unitsRestored', { target: id, details: { count: restored }, at: now });
    // the time and the name in the account still say which units the others are
    if (hasMore) return { user, restored, hasMore };
  }
  const reinstated = await store.transaction(async (tx) => {
    const lifted = found(await tx.users.reinstate(numberOf(id)), id, 'reinstated');
    if (user.suspendedAt) await audit(tx, by, 'user.reinstated', { target: id, at: now });
    return lifted;
  });
  return { user: reinstated, restored, hasMore };
}

/** Closes an account, by its owner or an administrator: tokens are void, and keys revoked. Its name stays taken. Errors as of `suspendUser`. */
export async function closeUser(
  store: Store,
  id: string,
  { by = operator, now = store.now() }: By = {},
): Promise<User> {
  const isOwn = 'user' in by && by.user.id === numberOf(id);
  if ('user' in by && !isOwn && !hasScope(by, 'ADMIN'))
    throw new ForbiddenError('Only a signed-in administrator may close the account of another person.');
  return store.transaction(async (tx) => {
    const closed = await tx.users.close(numberOf(id), { at: now, by: actorName(by) });
    if (isChanged(closed) && closed.closedAt?.getTime() === now.getTime())
      await audit(tx, by, 'user.closed', { target: id, at: now });
    return found(closed, id, 'closed');
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
