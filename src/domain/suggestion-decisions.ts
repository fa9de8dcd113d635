import { NotFoundError } from '../errors.ts';
import type { KnowledgeUnit, Review, Revision, Store } from '../store/store.ts';
import { audit } from './audit.ts';
import { SuggestionDecidedError } from './errors.ts';
import { checkNotes, type Decision } from './review.ts';
import { fullOfVersions, notApproved } from './revised-units.ts';
import { InputValidator, limits } from './rules.ts';
import { staleError } from './stale-version.ts';
import { readSuggestion } from './suggestions.ts';
import { SelfReviewError, type TrustPolicy } from './trust.ts';
import { requireScope, type Viewer } from './viewer.ts';

/** A decision over a suggestion, and the version of the unit that the reviewer compared it with. */
export interface SuggestionDecision extends Decision {
  readonly version?: number | null;
}

/**
 * Makes a suggestion the next version of its unit, or turns it down. Throws `NotFoundError`, `InvalidInputError`, `SelfReviewError`,
 * `LimitReachedError`, `SuggestionDecidedError` with the decision of the reviewer who was first, and `StaleVersionError` for an
 * approval against another version than the unit's, or than the suggestion's.
 */
export async function decideSuggestion(
  store: Store,
  viewer: Viewer,
  decision: SuggestionDecision,
  status: Review['status'],
  policy: TrustPolicy,
  now = store.now(),
): Promise<{ readonly suggestion: Revision; readonly knowledgeUnit: KnowledgeUnit }> {
  const { user } = requireScope(viewer, 'REVIEWER');
  const { id, note = null, internalNote = null } = decision;
  const rules = new InputValidator();
  checkNotes(rules, decision);
  rules.check();
  const seen = await readSuggestion(store, viewer, id);
  if (!policy.selfReview && seen.createdBy === user.username) throw new SelfReviewError();
  const version = decision.version ?? seen.baseVersion ?? 0;
  const review: Review = { status, reviewedBy: user.username, reviewedAt: now, note, internalNote };
  const outcome = await store.transaction(async (tx) => {
    const made =
      status === 'approved'
        ? await tx.revisions.approve(id, version, review, limits.versions)
        : await tx.revisions.reject(id, review, limits.rejectedSuggestions);
    if (made?.outcome !== 'done') return made;
    const action = status === 'approved' ? 'unit.revised' : 'suggestion.rejected';
    await audit(tx, viewer, action, {
      target: status === 'approved' ? made.unit.id : id,
      details: { suggestion: id, unit: made.unit.id, version: made.unit.version },
      at: now,
    });
    return made;
  });
  switch (outcome?.outcome) {
    case 'done':
      return { suggestion: outcome.suggestion, knowledgeUnit: outcome.unit };
    case 'decided':
      throw new SuggestionDecidedError(outcome.suggestion);
    case 'stale':
      // the suggestion may be against another version than the one that was sent: after a rebase, or not yet
      throw await staleError(
        store,
        viewer,
        outcome.unit,
        version === outcome.unit.version ? (outcome.suggestion.baseVersion ?? version) : version,
      );
    case 'status':
      throw notApproved(outcome.unit);
    case 'full':
      throw fullOfVersions();
    default:
      throw new NotFoundError('suggestion', id);
  }
}
