import { NotFoundError } from '../errors.ts';
import type {
  KnowledgeUnit,
  LifecycleStore,
  ReplacementOutcome,
  ReviewStatus,
  StatusChange,
  Store,
} from '../store/store.ts';
import { type AuditAction, audit } from './audit.ts';
import { AlreadyReviewedError, HeldError, WrongStatusError } from './errors.ts';
import { isUnitId } from './ids.ts';
import { type Decision, requireOthers, reviewOf } from './review.ts';
import { confidence, InputValidator, limits } from './rules.ts';
import { isHeld } from './secret-scan.ts';
import { staleError } from './stale-version.ts';
import { type TrustPolicy, uncountedSince } from './trust.ts';
import { requireScope, type Viewer } from './viewer.ts';

/**
 * What reviewers do with a unit besides deciding over it. Every function throws `InvalidInputError`, `NotFoundError`, and
 * `WrongStatusError` with the unit as it is, where its status does not allow the change or another reviewer was first.
 */

export interface ChangeRequest {
  readonly id: string;
  /** Why; for reviewers. */
  readonly reason: string;
}

/** Takes an approved or superseded unit out of everything that the public reads. */
export const retireUnit = changing('retire', 'unit.retired', ['approved', 'superseded'], 'can be retired');

const reinstate = changing('reinstate', 'unit.reinstated', ['retired', 'superseded'], 'can be reinstated');

/**
 * Makes a retired or superseded unit approved again, by the decision that it had. Throws `SelfReviewError` as `reviewUnit` does: where
 * another reviewer has withdrawn the caller's proposal, it is not theirs to publish it again.
 */
export async function reinstateUnit(
  store: Store,
  viewer: Viewer,
  request: ChangeRequest,
  policy: TrustPolicy,
  now = store.now(),
): Promise<KnowledgeUnit> {
  await requireOthers(store, viewer, request.id, policy);
  return reinstate(store, viewer, request, now);
}

/** Makes an approved or rejected unit pending again. Its decision stays in the events. */
export const reopenUnit = changing('reopen', 'unit.reopened', ['approved', 'rejected'], 'can be reopened');

function changing(
  change: keyof Pick<LifecycleStore, 'retire' | 'reinstate' | 'reopen'>,
  action: AuditAction,
  from: readonly ReviewStatus[],
  what: string,
) {
  return async (
    store: Store,
    viewer: Viewer,
    { id, reason }: ChangeRequest,
    now = store.now(),
  ): Promise<KnowledgeUnit> => {
    const { user } = requireScope(viewer, 'REVIEWER');
    checkReason(reason);
    const outcome = await store.transaction(async (tx) => {
      const moved = isUnitId(id) ? await tx.lifecycle[change](id, { by: user.username, at: now, reason }) : null;
      if (moved?.changed) await audit(tx, viewer, action, { target: id, at: now });
      return moved;
    });
    if (!outcome) throw new NotFoundError('knowledge unit', id);
    // what an import has held
    if (!outcome.changed && change === 'reinstate' && from.includes(outcome.unit.status)) throw new HeldError();
    if (!outcome.changed) throw new WrongStatusError(outcome.unit, from, what);
    return outcome.unit;
  };
}

/** Both units after one has taken the other one's place. */
export interface Replaced {
  readonly unit: KnowledgeUnit;
  readonly successor: KnowledgeUnit;
}

/**
 * Has an approved unit, or the one at the end of its chain, supersede another approved one, which leaves searches and lists and points
 * to it. Throws `InvalidInputError` for a circle.
 */
export async function supersedeUnit(
  store: Store,
  viewer: Viewer,
  { id, by, reason }: ChangeRequest & { readonly by: string },
  now = store.now(),
): Promise<Replaced> {
  const { user } = requireScope(viewer, 'REVIEWER');
  checkReason(reason);
  const change: StatusChange = { by: user.username, at: now, reason };
  const outcome = await replace(id, by, ['by'], () =>
    store.transaction(async (tx) => {
      const placed = await tx.lifecycle.supersede(id, by, change);
      if (placed.outcome === 'replaced')
        await audit(tx, viewer, 'unit.superseded', { target: id, details: { by: placed.target?.id ?? by }, at: now });
      return placed;
    }),
  );
  return replaced(outcome, { id, from: ['approved'], change: 'can be superseded' }, { id: by, path: ['by'] });
}

/**
 * Closes a pending duplicate, which is rejected and points to the approved unit, or the one at the end of its chain, that says the
 * same; there its proposer's confirmation counts. Throws `AlreadyReviewedError` where another reviewer was first, and `SelfReviewError` as `reviewUnit` does.
 */
export async function mergeUnit(
  store: Store,
  viewer: Viewer,
  { intoId, ...decision }: Decision & { readonly intoId: string },
  policy: TrustPolicy,
  now = store.now(),
): Promise<Replaced> {
  const review = reviewOf(viewer, decision, 'rejected', now);
  const { id } = decision;
  await requireOthers(store, viewer, id, policy);
  const since = uncountedSince(policy.confirmations, now);
  const outcome = await replace(id, intoId, ['intoId'], () =>
    store.transaction(async (tx) => {
      const merged = await tx.lifecycle.merge(id, intoId, review, confidence.confirmed, since);
      if (merged.outcome === 'replaced')
        await audit(tx, viewer, 'unit.merged', { target: id, details: { into: merged.target?.id ?? intoId }, at: now });
      return merged;
    }),
  );
  if (outcome.outcome === 'unit' && outcome.unit) throw new AlreadyReviewedError(outcome.unit);
  return replaced(outcome, { id, from: ['pending'], change: 'can be merged' }, { id: intoId, path: ['intoId'] });
}

/**
 * Approves a pending unit and has it supersede an approved one, both or neither. Throws `AlreadyReviewedError` where another reviewer
 * was first, and `SelfReviewError` and `HeldError` as `reviewUnit` does.
 */
export async function approveInPlaceOf(
  store: Store,
  viewer: Viewer,
  { supersedesId, ...decision }: Decision & { readonly supersedesId: string },
  policy: TrustPolicy,
  now = store.now(),
): Promise<Replaced> {
  const review = reviewOf(viewer, decision, 'approved', now);
  const { id, version = null } = decision;
  await requireOthers(store, viewer, id, policy);
  const path = ['supersedesId'];
  const outcome = await replace(supersedesId, id, path, () =>
    store.transaction(async (tx) => {
      const placed = await tx.lifecycle.approveInPlaceOf(supersedesId, id, review, version);
      if (placed.outcome === 'replaced') {
        await audit(tx, viewer, 'unit.approved', { target: id, at: now });
        await audit(tx, viewer, 'unit.superseded', { target: supersedesId, details: { by: id }, at: now });
      }
      return placed;
    }),
  );
  const { target } = outcome;
  if (outcome.outcome === 'target' && target?.status === 'pending' && isHeld(target)) throw new HeldError();
  if (outcome.outcome === 'target' && target?.status === 'pending')
    throw await staleError(store, viewer, target, version ?? target.version);
  if (outcome.outcome === 'target' && target) throw new AlreadyReviewedError(target);
  return replaced(outcome, { id: supersedesId, path, from: ['approved'], change: 'can be superseded' }, { id });
}

/** How often a replacement is tried whose unit at the end of the chain was superseded in between. */
const attempts = 3;

async function replace(
  id: string,
  by: string,
  path: readonly string[],
  attempt: () => Promise<ReplacementOutcome>,
): Promise<ReplacementOutcome> {
  if (!isUnitId(id)) return { outcome: 'unit', unit: null, target: null };
  if (!isUnitId(by)) return { outcome: 'target', unit: null, target: null };
  if (id === by) refuse(path, 'must be another unit than id.');
  for (let count = 1; ; count++) {
    const outcome = await attempt();
    const moved = outcome.outcome === 'target' && outcome.target?.status === 'superseded';
    if (!moved || count === attempts) return outcome;
  }
}

interface Named {
  readonly id: string;
  readonly path?: readonly string[];
}

/** The units of an outcome. Throws the error of one that replaced nothing. */
function replaced(
  { outcome, unit, target }: ReplacementOutcome,
  given: Named & { readonly from: readonly ReviewStatus[]; readonly change: string },
  by: Named,
): Replaced {
  if (outcome === 'circle')
    return refuse(by.path ?? ['id'], 'must not be superseded by the unit that it is to supersede.');
  if (outcome === 'unit') {
    if (!unit) throw new NotFoundError('knowledge unit', given.id, given.path);
    throw new WrongStatusError(unit, given.from, given.change, given.path);
  }
  if (outcome === 'target' || !unit || !target) {
    if (!target) throw new NotFoundError('knowledge unit', by.id, by.path);
    throw new WrongStatusError(target, ['approved'], 'can take another one’s place', by.path);
  }
  return { unit, successor: target };
}

/** Throws `InvalidInputError` for a reason that is none, or too long. */
export function checkReason(reason: string): void {
  const rules = new InputValidator();
  rules.reason(['reason'], reason, limits.reason);
  rules.check();
}

function refuse(path: readonly string[], rest: string): never {
  const rules = new InputValidator();
  rules.refuse(path, rest);
  rules.check();
  throw new Error('unreachable: a problem was added');
}
