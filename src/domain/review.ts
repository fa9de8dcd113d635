import { NotFoundError } from '../errors.ts';
import type { KnowledgeUnit, Review, Store } from '../store/store.ts';
import { audit } from './audit.ts';
import { AlreadyReviewedError, HeldError } from './errors.ts';
import { isUnitId } from './ids.ts';
import { InputValidator, limits } from './rules.ts';
import { isHeld, refuseSecretsIn } from './secret-scan.ts';
import { staleError } from './stale-version.ts';
import { SelfReviewError, type TrustPolicy } from './trust.ts';
import { requireScope, type Viewer } from './viewer.ts';

export interface Decision {
  readonly id: string;
  /** The version that the reviewer has read: the decision is over no other one. */
  readonly version?: number | null;
  /** What the proposer is told. */
  readonly note?: string | null;
  /** What only reviewers are told. */
  readonly internalNote?: string | null;
}

/**
 * Approves or rejects a pending unit. Throws `NotFoundError`, and `AlreadyReviewedError` with the decision of the reviewer who was
 * first, `StaleVersionError` where the unit was amended, `SelfReviewError` for the reviewer's own proposal where the policy says so, and
 * `HeldError` for the approval of one that is held for secrets.
 */
export async function reviewUnit(
  store: Store,
  viewer: Viewer,
  decision: Decision,
  status: Review['status'],
  policy: TrustPolicy,
  now = store.now(),
): Promise<KnowledgeUnit> {
  const review = reviewOf(viewer, decision, status, now);
  const { id, version = null } = decision;
  await requireOthers(store, viewer, id, policy);
  const outcome = await store.transaction(async (tx) => {
    const decided = isUnitId(id) ? await tx.reviews.decide(id, review, version) : null;
    if (decided?.decided) await audit(tx, viewer, `unit.${status}`, { target: id, at: now });
    return decided;
  });
  if (!outcome) throw new NotFoundError('knowledge unit', id);
  if (!outcome.decided && status === 'approved' && outcome.unit.status === 'pending' && isHeld(outcome.unit))
    throw new HeldError();
  if (!outcome.decided && version !== null && outcome.unit.status === 'pending')
    throw await staleError(store, viewer, outcome.unit, version);
  if (!outcome.decided) throw new AlreadyReviewedError(outcome.unit);
  return outcome.unit;
}

/** The record of a decision. Throws `InvalidInputError` for notes that are too long. */
export function reviewOf(
  viewer: Viewer,
  { note = null, internalNote = null }: Decision,
  status: Review['status'],
  now: Date,
): Review {
  const { user } = requireScope(viewer, 'REVIEWER');
  const rules = new InputValidator();
  checkNotes(rules, { note, internalNote });
  rules.check();
  return { status, reviewedBy: user.username, reviewedAt: now, note, internalNote };
}

/** The rules for the notes of a decision. */
export function checkNotes(
  rules: InputValidator,
  { note = null, internalNote = null }: Pick<Decision, 'note' | 'internalNote'>,
): void {
  if (note !== null) rules.text(['note'], note, { max: limits.reviewNote });
  if (internalNote !== null) rules.text(['internalNote'], internalNote, { max: limits.reviewNote });
}

/** Throws `SelfReviewError` for the reviewer's own proposal where the policy says so. */
export async function requireOthers(store: Store, viewer: Viewer, id: string, policy: TrustPolicy): Promise<void> {
  const { user } = requireScope(viewer, 'REVIEWER');
  if (policy.selfReview || !isUnitId(id)) return;
  const [unit] = await store.units.standings([id]);
  if (unit?.createdBy === user.username) throw new SelfReviewError();
}

export interface Release {
  readonly id: string;
  /** Why these are no secrets; for the audit log. */
  readonly reason?: string | null;
}

/**
 * Says that what a unit is held for are no credentials: it is shown whole, and may be approved. Throws `NotFoundError` where none is
 * held, and `SelfReviewError` as `reviewUnit` does.
 */
export async function releaseUnit(
  store: Store,
  viewer: Viewer,
  { id, reason = null }: Release,
  policy: TrustPolicy,
  now = store.now(),
): Promise<KnowledgeUnit> {
  const { user } = requireScope(viewer, 'REVIEWER');
  const rules = new InputValidator();
  if (reason !== null) rules.text(['reason'], reason, { max: limits.reviewNote });
  rules.check();
  // the audit log keeps it
  if (reason !== null) await refuseSecretsIn(policy.secretScan, ['reason'], reason);
  await requireOthers(store, viewer, id, policy);
  const released = await store.transaction(async (tx) => {
    const unit = isUnitId(id) ? await tx.reviews.release(id, user.username) : null;
    const kinds = [...new Set(unit?.held?.findings.map(({ kind }) => kind))];
    if (unit) await audit(tx, viewer, 'unit.released', { target: id, details: { kinds, reason }, at: now });
    return unit;
  });
  if (!released) throw new NotFoundError('held knowledge unit', id);
  return released;
}
