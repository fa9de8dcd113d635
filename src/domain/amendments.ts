import { ForbiddenError, NotFoundError } from '../errors.ts';
import type { KnowledgeUnit, Review, Store, UnitContent } from '../store/store.ts';
import { audit } from './audit.ts';
import { type ContentInput, changed, changesBetween, checkContent, contentFields, isGiven, pathOf } from './content.ts';
import { AlreadyReviewedError } from './errors.ts';
import { newRevisionId } from './ids.ts';
import { checkDomains } from './key-limits.ts';
import { checkNotes, type Decision, reviewUnit } from './review.ts';
import { checkReason, fullOfVersions, readUnit, requireRoom } from './revised-units.ts';
import { InputValidator, limits } from './rules.ts';
import { isHeld, refuseSecrets, refuseSecretsIn } from './secret-scan.ts';
import { staleError } from './stale-version.ts';
import { SelfReviewError, type TrustPolicy } from './trust.ts';
import { hasScope, type KnownViewer, requireScope } from './viewer.ts';

export interface Amendment extends ContentInput, Omit<Decision, 'id'> {
  readonly id: string;
  /** The version that was read, which the change is made to. */
  readonly version: number;
  /** Why. Needed for an approved unit. */
  readonly reason?: string | null;
  /** Whether to approve the pending unit as it is then. */
  readonly approve?: boolean | null;
}

/**
 * Changes what a unit says, which makes its next version: reviewers one that is pending or approved, proposers their own while it
 * is pending. Throws `NotFoundError`, `ForbiddenError`, `InvalidInputError`, `AlreadyReviewedError`, `SelfReviewError`,
 * `LimitReachedError`, and `StaleVersionError` where the unit has another version than the one that was read.
 */
export async function amendUnit(
  store: Store,
  viewer: KnownViewer,
  amendment: Amendment,
  policy: TrustPolicy,
  now = store.now(),
): Promise<KnowledgeUnit> {
  const { id, version, reason = null, approve = false, note = null, internalNote = null } = amendment;
  const isReviewer = hasScope(viewer, 'REVIEWER');
  if (approve) requireScope(viewer, 'REVIEWER');
  const unit = await readUnit(store, viewer, id);
  const own = unit.createdBy === viewer.user.username;
  if (unit.status !== 'pending' && !isReviewer && !(own && unit.status !== 'approved'))
    throw new ForbiddenError('Only reviewers amend an approved unit; suggest a revision of it.');
  if (own && !policy.selfReview && (approve || unit.status === 'approved')) throw new SelfReviewError();
  const statuses = isReviewer && !approve ? (['pending', 'approved'] as const) : (['pending'] as const);
  if (!statuses.some((status) => status === unit.status)) throw new AlreadyReviewedError(unit);
  if (unit.version !== version) throw await staleError(store, viewer, unit, version);

  const rules = new InputValidator();
  const content = changed(unit, amendment);
  checkContent(rules, content);
  checkDomains(rules, viewer, content.domains, unit.domains);
  checkReason(rules, reason, unit.status === 'approved');
  checkNotes(rules, amendment);
  // nobody would read it: an amendment has a reason
  for (const field of ['note', 'internalNote'] as const)
    if (!approve && amendment[field] != null) rules.refuse([field], 'goes with approve.');
  const differs = changesBetween(unit, content).length > 0;
  if (!differs && !approve)
    rules.problems.push({ path: [], message: 'The change must say something that the unit does not say.' });
  if (differs) checkHeldFields(rules, unit, content, amendment);
  rules.check();
  if (differs) await refuseSecrets(policy.secretScan, content, unit);
  // kept with the version
  if (reason !== null) await refuseSecretsIn(policy.secretScan, ['reason'], reason);
  if (!differs) return reviewUnit(store, viewer, { id, version, note, internalNote }, 'approved', policy, now);
  requireRoom(version);

  const by = viewer.user.username;
  const approval: Review | null = approve
    ? { status: 'approved', reviewedBy: by, reviewedAt: now, note, internalNote }
    : null;
  const outcome = await store.transaction(async (tx) => {
    const made = await tx.revisions.amend({
      ...{ id: newRevisionId(), unitId: id, baseVersion: version, statuses, content, reason, by, at: now, approval },
      maxVersions: limits.versions,
    });
    if (made?.outcome !== 'amended') return made;
    const details = { version: made.unit.version };
    await audit(tx, viewer, unit.status === 'pending' ? 'unit.amended' : 'unit.revised', {
      target: id,
      details,
      at: now,
    });
    if (approve) await audit(tx, viewer, 'unit.approved', { target: id, at: now });
    return made;
  });
  switch (outcome?.outcome) {
    case 'amended':
      return outcome.unit;
    case 'stale':
      throw await staleError(store, viewer, outcome.unit, version);
    case 'status':
      throw new AlreadyReviewedError(outcome.unit);
    case 'full':
      throw fullOfVersions();
    default:
      throw new NotFoundError('knowledge unit', id);
  }
}

/** Refuses to keep a field of a held unit as it is shown, with dots in it: what it says would be lost. */
function checkHeldFields(rules: InputValidator, unit: KnowledgeUnit, content: UnitContent, change: ContentInput) {
  if (!isHeld(unit)) return;
  const changed = new Set(changesBetween(unit, content).map(({ field }) => field));
  for (const field of contentFields) {
    const [path, kinds] = [pathOf[field], kindsIn(unit, pathOf[field])];
    // extensions that are held are shown as none
    const isNew = changed.has(field) || (field === 'extensions' && isGiven(change, path));
    if (kinds.length > 0 && !isNew)
      rules.refuse(
        path,
        `must be sent as it is to be, since it is shown with dots in place of what looks like a credential (${kinds.join(', ')}). If it is none, release the unit first.`,
      );
  }
}

const kindsIn = ({ held }: KnowledgeUnit, path: readonly string[]): string[] => [
  ...new Set(held?.findings.filter((one) => path.every((name, at) => one.path[at] === name)).map(({ kind }) => kind)),
];
