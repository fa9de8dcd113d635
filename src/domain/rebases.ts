import { ForbiddenError, NotFoundError } from '../errors.ts';
import type { Revision, Store, UnitContent } from '../store/store.ts';
import { type ContentInput, changed, changesBetween, checkContent, isGiven, pathOf, rebased } from './content.ts';
import { SuggestionDecidedError } from './errors.ts';
import { checkDomains } from './key-limits.ts';
import { notApproved } from './revised-units.ts';
import { InputValidator } from './rules.ts';
import { refuseSecrets } from './secret-scan.ts';
import { staleError } from './stale-version.ts';
import { readSuggestion } from './suggestions.ts';
import type { TrustPolicy } from './trust.ts';
import type { KnownViewer } from './viewer.ts';

export interface Rebase extends ContentInput {
  readonly id: string;
  /** The version of the unit that the suggestion is to be against: the current one. */
  readonly version: number;
}

/**
 * Makes a suggestion one against the unit's current version: it keeps the fields that it changes, and has the others as they are by
 * now. Fields that both have changed must be given, by the suggestion's author; reviewers may rebase what has no such conflict.
 * Throws `NotFoundError`, `ForbiddenError`, `InvalidInputError`, `SuggestionDecidedError` and `StaleVersionError`.
 */
export async function rebaseSuggestion(
  store: Store,
  viewer: KnownViewer,
  rebase: Rebase,
  policy: TrustPolicy,
): Promise<Revision> {
  const { id, version } = rebase;
  const seen = await readSuggestion(store, viewer, id);
  if (seen.status !== 'pending') throw new SuggestionDecidedError(seen);
  const [unit, base] = [await store.units.find(seen.unitId), await baseOf(store, seen)];
  if (!unit) throw new NotFoundError('suggestion', id);
  if (unit.status !== 'approved') throw notApproved(unit);
  if (unit.version !== version) throw await staleError(store, viewer, unit, version);
  const given = changesBetween(changed(unit, {}), changed(unit, rebase)).map(({ field }) => field);
  if (given.length > 0 && seen.createdBy !== viewer.user.username)
    throw new ForbiddenError('Only its author changes what a suggestion says.');
  const rules = new InputValidator();
  if (seen.baseVersion === version)
    rules.refuse(
      ['id'],
      `must be of a suggestion against an earlier version than ${version}: this one needs no rebase.`,
    );
  const merged = rebased(base ?? unit, seen.content, unit);
  const content = changed(merged.content, rebase);
  for (const field of merged.conflicts)
    if (!isGiven(rebase, pathOf[field]))
      rules.refuse(pathOf[field], `is required, since version ${version} has changed it too.`);
  checkContent(rules, content);
  checkDomains(rules, viewer, content.domains, unit.domains);
  if (changesBetween(unit, content).length === 0)
    rules.refuse(
      ['id'],
      'must be of a suggestion that says something the unit does not say by now: withdraw this one.',
    );
  rules.check();
  await refuseSecrets(policy.secretScan, content, unit);
  const outcome = await store.revisions.rebase(id, seen.baseVersion ?? 0, version, content);
  switch (outcome?.outcome) {
    case 'done':
      return outcome.suggestion;
    case 'decided':
      throw new SuggestionDecidedError(outcome.suggestion);
    case 'stale':
      throw await staleError(store, viewer, outcome.unit, version);
    case 'status':
      throw notApproved(outcome.unit);
    default:
      throw new NotFoundError('suggestion', id);
  }
}

/** What the unit said that a suggestion was written against; null where that is not kept. */
async function baseOf(store: Store, { unitId, baseVersion }: Revision): Promise<UnitContent | null> {
  if (baseVersion === null) return null;
  const [kept] = await store.revisions.ofVersions([{ unitId, version: baseVersion }]);
  if (kept) return kept.content;
  const unit = await store.units.find(unitId);
  return unit?.version === baseVersion ? unit : null;
}
