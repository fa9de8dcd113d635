import { NotFoundError } from '../errors.ts';
import type { KnowledgeUnit, Review, Store } from '../store/store.ts';
import { AlreadyReviewedError } from './errors.ts';
import { isUnitId } from './ids.ts';
import { InputValidator, limits } from './rules.ts';
import { requireScope, type Viewer } from './viewer.ts';

export interface Decision {
  readonly id: string;
  readonly note?: string | null;
}

/**
 * Approves or rejects a pending unit. Throws `NotFoundError`, and `AlreadyReviewedError` with the decision of
 * the reviewer who was first.
 */
export async function reviewUnit(
  store: Store,
  viewer: Viewer,
  { id, note = null }: Decision,
  status: Review['status'],
  now = store.now(),
): Promise<KnowledgeUnit> {
  const { user } = requireScope(viewer, 'REVIEWER');
  const rules = new InputValidator();
  if (note !== null) rules.text(['note'], note, { max: limits.reviewNote });
  rules.check();
  const review = { status, reviewedBy: user.username, reviewedAt: now, note };
  const outcome = isUnitId(id) ? await store.reviews.decide(id, review) : null;
  if (!outcome) throw new NotFoundError('knowledge unit', id);
  if (!outcome.decided) throw new AlreadyReviewedError(outcome.unit);
  return outcome.unit;
}
