import { ForbiddenError, InvalidInputError, LimitReachedError, NotFoundError } from '../errors.ts';
import type { KnowledgeUnit, Review, Revision, Store, UnitContent } from '../store/store.ts';
import { audit } from './audit.ts';
import { type ContentInput, changed, changesBetween, checkContent, contentFields, pathOf, rebased } from './content.ts';
import { AlreadyReviewedError, SuggestionDecidedError } from './errors.ts';
import { isUnitId, newRevisionId, parseNodeId } from './ids.ts';
import { checkDomains, isWithin } from './key-limits.ts';
import { maySee, maySeeAuthor, type Proposal } from './knowledge.ts';
import { checkNotes, type Decision, reviewUnit } from './review.ts';
import { InputValidator, limits, maxInteger } from './rules.ts';
import { isHeld, refuseSecrets, refuseSecretsIn } from './secret-scan.ts';
import { staleError } from './stale-version.ts';
import { SelfReviewError, type TrustPolicy } from './trust.ts';
import { countRequest } from './usage.ts';
import { hasScope, type KnownViewer, requireScope, type Viewer } from './viewer.ts';

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

export interface SuggestionInput extends ContentInput {
  /** The unit. */
  readonly id: string;
  /** The version that was read; without it, the one of now. */
  readonly version?: number | null;
  readonly reason?: string | null;
}

/**
 * Suggests what an approved unit should say; reviewers decide whether it becomes its next version. The same suggestion that waits
 * is answered with itself. Throws `NotFoundError`, `InvalidInputError`, `StaleVersionError` and `LimitReachedError`.
 */
export async function suggestRevision(
  store: Store,
  viewer: KnownViewer,
  input: SuggestionInput,
  policy: TrustPolicy,
  now = store.now(),
  idField = 'id',
): Promise<Revision> {
  const { id, reason = null } = input;
  const unit = await readUnit(store, viewer, id, idField);
  countRequest(store, unit);
  if (unit.status !== 'approved') throw notApproved(unit, idField);
  const version = input.version ?? unit.version;
  if (unit.version !== version) throw await staleError(store, viewer, unit, version);
  const rules = new InputValidator();
  const content = changed(unit, input);
  checkContent(rules, content);
  checkDomains(rules, viewer, content.domains, unit.domains);
  checkReason(rules, reason, false);
  if (changesBetween(unit, content).length === 0)
    rules.problems.push({ path: [], message: 'The suggestion must say something that the unit does not say.' });
  rules.check();
  await refuseSecrets(policy.secretScan, content, unit);
  if (reason !== null) await refuseSecretsIn(policy.secretScan, ['reason'], reason);
  requireRoom(version);
  const made = await store.revisions.suggest(
    {
      ...{ id: newRevisionId(), unitId: id, baseVersion: version, content, reason },
      ...{ createdBy: viewer.user.username, createdAt: now },
    },
    {
      ofUnit: limits.suggestionsOfUnit,
      ofUnitByAuthor: limits.suggestionsOfUnitByAuthor,
      ofAuthor: limits.suggestionsOfAuthor,
    },
  );
  switch (made?.outcome) {
    case 'suggested':
      return made.suggestion;
    case 'stale':
      throw await staleError(store, viewer, made.unit, version);
    case 'status':
      throw notApproved(made.unit, idField);
    case 'unitFull':
      throw new LimitReachedError(
        `At most ${limits.suggestionsOfUnit} suggestions wait for a unit: reviewers must decide first.`,
        limits.suggestionsOfUnit,
      );
    case 'ownFull':
      throw new LimitReachedError(
        `At most ${limits.suggestionsOfUnitByAuthor} of your suggestions may wait for a unit: withdraw some, or let reviewers decide first.`,
        limits.suggestionsOfUnitByAuthor,
      );
    case 'authorFull':
      throw new LimitReachedError(
        `At most ${limits.suggestionsOfAuthor} of your suggestions may wait: withdraw some, or let reviewers decide first.`,
        limits.suggestionsOfAuthor,
      );
    default:
      throw new NotFoundError('approved knowledge unit', id);
  }
}

/**
 * Suggests that the unit `revises` say what is proposed, all of it but extensions that are not given. Throws as `suggestRevision` does.
 */
export function proposeRevision(
  store: Store,
  viewer: KnownViewer,
  { context, ...proposal }: Proposal & { readonly reason?: string | null },
  revises: string,
  policy: TrustPolicy,
): Promise<Revision> {
  const whole = {
    languages: context?.languages ?? [],
    frameworks: context?.frameworks ?? [],
    pattern: context?.pattern ?? '',
  };
  return suggestRevision(store, viewer, { ...proposal, context: whole, id: revises }, policy, store.now(), 'revises');
}

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

/** Takes back a suggestion of the caller's own that waits; nothing of it stays but that it was made. */
export async function withdrawSuggestion(store: Store, viewer: KnownViewer, id: string): Promise<string> {
  const seen = await readSuggestion(store, viewer, id);
  if (seen.createdBy !== viewer.user.username) throw new ForbiddenError('Only its author withdraws a suggestion.');
  if (await store.revisions.withdraw(id)) return id;
  const [now] = await store.revisions.findMany([id]);
  if (now) throw new SuggestionDecidedError(now);
  throw new NotFoundError('suggestion', id);
}

/** Whether a caller may read a suggestion: reviewers and its author. */
export const maySeeSuggestion = (viewer: Viewer, suggestion: Revision): boolean =>
  maySeeAuthor(viewer, suggestion) && isWithin(viewer, suggestion.content);

/** Whether a revision is, or was, a suggestion. */
export const isSuggestion = ({ status, baseVersion, review }: Revision): boolean =>
  baseVersion !== null && (status !== 'approved' || review !== null);

/** What the unit said that a suggestion was written against; null where that is not kept. */
export async function baseOf(store: Store, { unitId, baseVersion }: Revision): Promise<UnitContent | null> {
  if (baseVersion === null) return null;
  const [kept] = await store.revisions.ofVersions([{ unitId, version: baseVersion }]);
  if (kept) return kept.content;
  const unit = await store.units.find(unitId);
  return unit?.version === baseVersion ? unit : null;
}

async function readUnit(store: Store, viewer: Viewer, id: string, field = 'id'): Promise<KnowledgeUnit> {
  const unit = isUnitId(id) ? await store.units.find(id) : null;
  if (!unit || !maySee(viewer, unit)) throw new NotFoundError('knowledge unit', id, [field]);
  return unit;
}

async function readSuggestion(store: Store, viewer: Viewer, id: string): Promise<Revision> {
  const [found] = parseNodeId(id)?.type === 'Suggestion' ? await store.revisions.findMany([id]) : [];
  if (!found || !isSuggestion(found) || !maySeeSuggestion(viewer, found)) throw new NotFoundError('suggestion', id);
  return found;
}

function notApproved({ status }: KnowledgeUnit, field = 'id') {
  return new InvalidInputError([
    { path: [field], message: `${field} must be of an approved unit; this one is ${status}.` },
  ]);
}

function checkReason(rules: InputValidator, reason: string | null, required: boolean) {
  if (reason !== null && required) rules.reason(['reason'], reason, limits.reviewNote);
  else if (reason !== null) rules.text(['reason'], reason, { max: limits.reviewNote });
  else if (required) rules.refuse(['reason'], 'is required to change an approved unit.');
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

const fullOfVersions = () =>
  new LimitReachedError(`At most ${limits.versions} versions of a unit are kept: propose a new one.`, limits.versions);

/** Throws `LimitReachedError` where no database could count one version more. */
function requireRoom(version: number) {
  if (version >= maxInteger)
    throw new LimitReachedError(`Versions count to ${maxInteger}: propose a new unit.`, maxInteger);
}

function isGiven(input: ContentInput, path: readonly string[]): boolean {
  let value: unknown = input;
  for (const name of path) value = (value as Record<string, unknown> | null | undefined)?.[name];
  return value !== null && value !== undefined;
}
