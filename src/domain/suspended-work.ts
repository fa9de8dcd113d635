import { ConflictError } from '../errors.ts';
import type {
  ChangedItem,
  Page,
  PageRequest,
  Position,
  Review,
  ReviewStatus,
  Store,
  SuspensionChange,
  SuspensionMark,
  User,
} from '../store/store.ts';
import { type Actor, type AuditAction, type AuditDetails, audit } from './audit.ts';
import { userNodeId } from './ids.ts';
import { limits } from './rules.ts';

/**
 * What a suspension does to what the person wrote, and takes back. In steps, each a transaction: what a process that dies has not
 * done, the same call does. What was done bears the suspension's time and name, so that it is found and told from what others did.
 */

/** So much is changed in one call, and so much in one transaction. */
const [perCall, perStep] = [1000, 50];

/** One call: who makes it, for whom, and how much more it may change. */
export interface SuspensionCall {
  readonly store: Store;
  readonly by: Actor;
  readonly now: Date;
  readonly user: User;
  readonly mark: SuspensionMark;
  left: number;
}

export const startCall = (call: Omit<SuspensionCall, 'left'>): SuspensionCall => ({ ...call, left: perCall });

/** How much was changed, and whether there is more. */
export interface Progress {
  readonly done: number;
  readonly hasMore: boolean;
}

/**
 * Retires the approved units. A superseded one stays: it is in no list or search, leads to the unit in its place, and could not be made again what
 * it is. One that supersedes others is retired as by hand: they stay superseded. Throws `ConflictError` where the suspension ends meanwhile.
 */
export function retireApproved(call: SuspensionCall): Promise<Progress> {
  const { user, mark } = call;
  return inSteps(call, pagesOfUnits(call, 'approved'), async (tx, id) => {
    const outcome = await tx.lifecycle.retireApproved(id, { ...mark, reason: user.suspensionReason });
    return outcome?.changed ? record(tx, call, 'unit.retired', id) : false;
  });
}

/** Rejects the units that wait. Throws as `retireApproved` does. */
export function rejectPending(call: SuspensionCall): Promise<Progress> {
  return inSteps(call, pagesOfUnits(call, 'pending'), async (tx, id) => {
    const outcome = await tx.reviews.decide(id, rejectionOf(call));
    return outcome?.decided ? record(tx, call, 'unit.rejected', id) : false;
  });
}

/** Rejects the suggestions that wait. Throws as `retireApproved` does. */
export function rejectSuggestions(call: SuspensionCall): Promise<Progress> {
  return inSteps(call, pagesOfSuggestions(call), async (tx, id) => {
    const outcome = await tx.revisions.reject(id, rejectionOf(call), limits.rejectedSuggestions);
    if (outcome?.outcome !== 'done') return false;
    const { id: unit, version } = outcome.unit;
    return record(tx, call, 'suggestion.rejected', id, { suggestion: id, unit, version });
  });
}

const rejectionOf = ({ user, mark }: SuspensionCall): Review => ({
  ...{ status: 'rejected', reviewedBy: mark.by, reviewedAt: mark.at },
  ...{ note: null, internalNote: user.suspensionReason },
});

/** What takes a change back, as the audit log has it. */
const undone: Readonly<Record<SuspensionChange, AuditAction>> = {
  retired: 'unit.reinstated',
  rejected: 'unit.reopened',
  suggestionRejected: 'suggestion.reopened',
};

/** Takes back what the suspension has done, where nobody has changed it since; `actor` is who does so. */
export function undoChanges(call: SuspensionCall, change: SuspensionChange, actor: string): Promise<Progress> {
  const { user, mark, store, now } = call;
  let after: string | undefined;
  const pages: Pages = async (limit) => {
    const page = await store.suspensions.changed(change, user.username, mark, { limit, after });
    after = page.items.at(-1)?.id ?? after;
    return page;
  };
  const undo = async (tx: Store, id: string) =>
    (await tx.suspensions.undo(change, id, mark, actor, now)) ? record(tx, call, undone[change], id) : false;
  return inSteps(call, pages, undo, { evenIfEnded: true });
}

/** Whether there is anything that the suspension has done and nobody has changed since. */
export async function isAnythingLeft(store: Store, { username }: User, mark: SuspensionMark): Promise<boolean> {
  for (const change of Object.keys(undone) as SuspensionChange[])
    if ((await store.suspensions.changed(change, username, mark, { limit: 0 })).hasMore) return true;
  return false;
}

/** The next page of a list; of none it still says whether there is more. */
type Pages = (limit: number) => Promise<Page<ChangedItem>>;

function pagesOfUnits({ store, user: { username: createdBy } }: SuspensionCall, status: ReviewStatus): Pages {
  const filter = { createdBy, statuses: [status] };
  const order = { field: 'createdAt', direction: 'asc' } as const;
  return oldestFirst(
    (page) => store.units.list(filter, order, page),
    ({ id }) => ({ id, unitId: id }),
  );
}

function pagesOfSuggestions({ store, user: { username: createdBy } }: SuspensionCall): Pages {
  const filter = { createdBy, status: 'pending' } as const;
  return oldestFirst(
    (page) => store.revisions.suggestions(filter, 'asc', page),
    (suggestion) => suggestion,
  );
}

/** One page of a list after the other, by when its items were made. */
function oldestFirst<Item extends { readonly id: string; readonly createdAt: Date }>(
  read: (page: PageRequest<Position<Date>>) => Promise<Page<Item>>,
  toChanged: (item: Item) => ChangedItem,
): Pages {
  let from: Position<Date> | undefined;
  return async (limit) => {
    const { items, hasMore } = await read({ limit, from });
    const last = items.at(-1);
    if (last) from = { key: last.createdAt, id: last.id };
    return { items: items.map(toChanged), hasMore };
  };
}

/** Changes what is on the pages, one after the other, each in a transaction. */
async function inSteps(
  call: SuspensionCall,
  next: Pages,
  change: (tx: Store, id: string) => Promise<boolean>,
  { evenIfEnded = false } = {},
): Promise<Progress> {
  for (let done = 0; ; ) {
    const { items, hasMore } = await next(Math.min(perStep, call.left));
    call.left -= items.length;
    if (items.length > 0)
      done += await call.store.transaction(async (tx) => {
        let changed = 0;
        // in the order in which everybody locks units
        for (const { id } of items.toSorted((one, other) => (one.unitId < other.unitId ? -1 : 1)))
          if (await change(tx, id)) changed++;
        if (!evenIfEnded && !(await tx.suspensions.holds(call.user.id, call.mark)))
          throw new ConflictError('The suspension of this account was ended meanwhile.', ['id']);
        return changed;
      });
    if (!hasMore || call.left === 0) return { done, hasMore };
  }
}

/** The entry of a change in the audit log, as of one that a reviewer makes, with the account that is suspended. */
async function record(
  tx: Store,
  { by, user, now }: SuspensionCall,
  action: AuditAction,
  target: string,
  details: AuditDetails = {},
): Promise<true> {
  await audit(tx, by, action, { target, details: { ...details, suspended: userNodeId(user.id) }, at: now });
  return true;
}
