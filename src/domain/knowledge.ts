import { createHash } from 'node:crypto';
import { NotFoundError } from '../errors.ts';
import type { EventType, Flag, FlagReason, KnowledgeUnit, NewUnit, Store, UnitEvent } from '../store/store.ts';
import { checkContent } from './content.ts';
import { type DuplicateRule, findDuplicate } from './duplicates.ts';
import { DuplicateError, SupersededError } from './errors.ts';
import { isUnitId, newFlagId, newUnitId } from './ids.ts';
import { checkDomains, isWithin, requireOwnDomains, requireWithin } from './key-limits.ts';
import { findRepeats, type Repeat } from './repeats.ts';
import { confidence, InputValidator, limits, normalizeDomains } from './rules.ts';
import { findSecrets, refuseSecrets } from './secret-scan.ts';
import { type TrustPolicy, uncountedSince } from './trust.ts';
import { countRequest } from './usage.ts';
import { anonymous, hasScope, type KnownViewer, type Viewer } from './viewer.ts';

export interface Proposal {
  /** The client's own id for the unit, which makes the proposal idempotent: the same id again returns the existing unit. */
  readonly id?: string | null;
  readonly domains: readonly string[];
  readonly insight: KnowledgeUnit['insight'];
  readonly context?: {
    readonly languages?: readonly string[] | null;
    readonly frameworks?: readonly string[] | null;
    readonly pattern?: string | null;
  } | null;
  /** A JSON object as text. */
  readonly extensions?: string | null;
  /** A second proposal with the same key within 24 hours returns the unit of the first. */
  readonly idempotencyKey?: string | null;
  /** True to propose the unit even if it is a duplicate of another one. */
  readonly allowDuplicate?: boolean | null;
}

/** By what a proposal counts as a duplicate of a unit that is there. */
export interface DuplicateCheck {
  /** `CQ_REPEAT_CHECK`: by the same text, or nearly the same words. */
  readonly repeats: boolean;
  /** By meaning; null without an embedding service. */
  readonly meaning: DuplicateRule | null;
}

/**
 * Adds a unit to the review queue. Throws `InvalidInputError`, and `ErasedUnitError` for the id of a unit that was erased. With `check`,
 * also throws `DuplicateError` for a duplicate, unless
 * `allowDuplicate` is set or the proposal repeats an earlier one (same id or idempotency key). What seems to hold
 * credentials is refused with `SecretsFoundError`, or held: it waits, and is not approved unless it is amended or released.
 */
export async function proposeUnit(
  store: Store,
  viewer: KnownViewer,
  proposal: Proposal,
  check: DuplicateCheck | null = null,
  onSecrets: 'refuse' | 'hold' | 'ignore' = 'ignore',
  now = store.now(),
): Promise<KnowledgeUnit> {
  const { insight, extensions = null } = proposal;
  const domains = normalizeDomains(proposal.domains);
  const context = {
    languages: proposal.context?.languages ?? [],
    frameworks: proposal.context?.frameworks ?? [],
    pattern: proposal.context?.pattern ?? '',
  };
  checkProposal({ ...proposal, domains, context }, viewer);
  const content = { domains, insight, context, extensions };
  if (onSecrets === 'refuse') await refuseSecrets(true, content);
  const findings = onSecrets === 'hold' ? await findSecrets(content) : [];
  const unit = {
    tier: 'private' as const,
    domains,
    insight,
    context,
    createdBy: viewer.user.username,
    extensions,
    confidence: confidence.initial,
    ...(findings.length > 0 && { held: { findings, releasedBy: null } }),
  };
  const duplicate = check && !proposal.allowDuplicate ? await findSame(store, viewer, check, insight) : null;
  if (!duplicate) return requireOwnDomains(viewer, await addUnit(store, unit, proposal, now));
  // the insert tells whether this repeats an earlier proposal; if not, the error rolls it back
  return store.transaction(async (tx) => {
    const proposed = await addUnit(tx, unit, proposal, now);
    const isNew = proposed.id !== duplicate.unit.id && proposed.createdAt.getTime() === now.getTime();
    if (isNew) throw new DuplicateError(duplicate);
    return requireOwnDomains(viewer, proposed);
  });
}

/** What says the same already. By text and words, only units that the caller may see: others must not be guessed. */
async function findSame(
  store: Store,
  viewer: KnownViewer,
  { repeats, meaning }: DuplicateCheck,
  insight: KnowledgeUnit['insight'],
): Promise<Repeat | null> {
  const [repeat] = repeats ? await findRepeats(store, insight, (unit) => maySee(viewer, unit), 1) : [];
  if (repeat) return repeat;
  const near = meaning && (await findDuplicate(store, meaning, insight));
  return near && { ...near, basis: 'meaning' };
}

async function addUnit(store: Store, unit: Omit<NewUnit, 'id'>, { id, idempotencyKey }: Proposal, now: Date) {
  const since = new Date(now.getTime() - limits.idempotencyHours * 3_600_000);
  const idempotency = idempotencyKey ? { key: idempotencyKey, since } : undefined;
  for (const attempt of idsToTry(id ?? null, unit.createdBy)) {
    const proposed = await store.units.propose({ ...unit, id: attempt }, now, idempotency);
    if (proposed.createdBy === unit.createdBy) return proposed;
  }
  throw new Error('unreachable: the last id is new');
}

/**
 * The ids to insert a unit under, in order: the client's own; if another user's unit has that, a hash of user name and id, so that
 * a repeated proposal finds the same unit again; a new one.
 */
function* idsToTry(given: string | null, username: string) {
  if (given !== null) {
    yield given;
    const both = createHash('sha256')
      .update(JSON.stringify([username, given]))
      .digest('hex');
    yield `ku_${both.slice(0, 32)}`;
  }
  yield newUnitId();
}

/** Validates a proposal whose domains are normalised. Throws one `InvalidInputError` with all problems, for a caller those of their key too. */
export function checkProposal(proposal: Proposal & Pick<KnowledgeUnit, 'context'>, viewer: Viewer = anonymous) {
  const { id, domains, insight, context, extensions, idempotencyKey } = proposal;
  const rules = new InputValidator();
  if (id != null && !isUnitId(id)) rules.refuse(['id'], 'must be ku_ and 32 hexadecimal digits in lower case.');
  checkContent(rules, { domains, insight, context, extensions: extensions ?? null });
  checkDomains(rules, viewer, domains);
  if (idempotencyKey != null) rules.text(['idempotencyKey'], idempotencyKey, { min: 1, max: limits.idempotencyKey });
  rules.check();
}

/**
 * Adds a confirmation to an approved unit, and answers it; as it is, where this person's confirmation does not count again. Throws
 * `NotFoundError` for any other unit, and the signal's reason when it is aborted while others change the unit.
 */
export async function confirmUnit(
  store: Store,
  viewer: KnownViewer,
  id: string,
  { confirmations }: TrustPolicy,
  signal?: AbortSignal,
  now = store.now(),
): Promise<KnowledgeUnit> {
  const since = uncountedSince(confirmations, now);
  await requireWithin(store, viewer, id);
  const by = viewer.user.username;
  const unit = isUnitId(id) ? await store.units.confirm(id, by, now, confidence.confirmed, since, signal) : null;
  if (!unit) throw await notApproved(store, viewer, id);
  return unit;
}

export interface FlagReport {
  readonly id: string;
  readonly reason: FlagReason;
  readonly detail?: string | null;
  readonly duplicateOfId?: string | null;
}

/**
 * Flags an approved unit as stale, incorrect or a duplicate of another unit that the caller may read. Throws
 * `InvalidInputError`, and `NotFoundError` for either unit; `signal` as for `confirmUnit`.
 */
export async function flagUnit(
  store: Store,
  viewer: KnownViewer,
  report: FlagReport,
  signal?: AbortSignal,
  now = store.now(),
): Promise<KnowledgeUnit> {
  const { id, reason, detail = null, duplicateOfId = null } = report;
  const rules = new InputValidator();
  if (detail !== null) rules.text(['detail'], detail, { max: limits.flagDetail });
  if (reason === 'duplicate' && duplicateOfId === null)
    rules.refuse(['duplicateOfId'], 'is required when the reason is DUPLICATE.');
  if (reason !== 'duplicate' && duplicateOfId !== null)
    rules.refuse(['duplicateOfId'], `goes with the reason DUPLICATE, got ${reason.toUpperCase()}.`);
  if (duplicateOfId === id) rules.refuse(['duplicateOfId'], 'must be another unit than the one that is flagged.');
  rules.check();
  await requireWithin(store, viewer, id);
  if (duplicateOfId !== null) {
    const other = isUnitId(duplicateOfId) ? await store.units.find(duplicateOfId) : null;
    // a unit that the caller may not read is reported as not found
    if (!other || !maySee(viewer, other)) throw new NotFoundError('knowledge unit', duplicateOfId, ['duplicateOfId']);
  }
  const flag = {
    id: newFlagId(),
    unitId: id,
    reason,
    detail,
    duplicateOf: duplicateOfId,
    createdBy: viewer.user.username,
    createdAt: now,
  };
  const unit = isUnitId(id) ? await store.units.flag(flag, confidence.flagged, signal) : null;
  if (!unit) throw await notApproved(store, viewer, id);
  return unit;
}

/** The error of a confirmation or a flag of what is no approved unit: with the unit in its place, where there is one to read. */
async function notApproved(store: Store, viewer: Viewer, id: string): Promise<NotFoundError> {
  const unit = isUnitId(id) ? await store.units.find(id) : null;
  if (unit?.status !== 'superseded') return new NotFoundError('approved knowledge unit', id);
  countRequest(store, unit);
  const [end] = await store.lifecycle.successors([id]);
  const successor = end ? await store.units.find(end) : null;
  return successor?.status === 'approved' && maySee(viewer, successor)
    ? new SupersededError(id, successor.id)
    : new NotFoundError('approved knowledge unit', id);
}

/**
 * Whether a caller may read a unit: everyone an approved or superseded one; reviewers and its proposer any. A key with limits, only within
 * them.
 */
export function maySee(viewer: Viewer, unit: Pick<KnowledgeUnit, 'status' | 'createdBy' | 'domains'>): boolean {
  const isPublic = unit.status === 'approved' || unit.status === 'superseded';
  return (isPublic || maySeeAuthor(viewer, unit)) && isWithin(viewer, unit);
}

/** Whether a caller may see who proposed a unit: reviewers and the proposer. */
export function maySeeAuthor(viewer: Viewer, unit: Pick<KnowledgeUnit, 'createdBy'>): boolean {
  if (viewer.kind === 'anonymous') return false;
  return hasScope(viewer, 'REVIEWER') || viewer.user.username === unit.createdBy;
}

const byAnybody: ReadonlySet<EventType> = new Set(['confirmed', 'flagged', 'suggested']);

/** What everyone is told who may read the unit: what changes an approved unit. Of the rest its proposer and reviewers are told. */
const told: ReadonlySet<EventType> = new Set([
  'approved',
  'confirmed',
  'flagged',
  'revised',
  'reinstated',
  'superseded',
]);

type Standing = Pick<KnowledgeUnit, 'status' | 'createdBy' | 'domains'>;

/** Whether a caller may learn of an event of a unit, as that is now. */
export const maySeeEvent = (viewer: Viewer, type: EventType, unit: Standing): boolean =>
  maySee(viewer, unit) && (told.has(type) || maySeeAuthor(viewer, unit));

/** The types of events that a caller may learn of, of a unit that they may see; null for all. */
export const typesToldOf = (viewer: Viewer, unit: Standing): readonly EventType[] | null =>
  maySeeAuthor(viewer, unit) ? null : [...told];

/**
 * Whether a caller may see who did something to a unit: reviewers, and the one who did it; of a reviewer's decision, and of the proposal, also
 * who proposed the unit. `unitOf` reads that unit, only where it matters; null when it is gone.
 */
export async function maySeeActor(
  viewer: Viewer,
  { type, actor }: Pick<UnitEvent, 'type' | 'actor'>,
  unitOf: () => Promise<Standing | null>,
): Promise<boolean> {
  if (maySeeAuthor(viewer, { createdBy: actor })) return true;
  if (byAnybody.has(type) || viewer.kind === 'anonymous') return false;
  const unit = await unitOf();
  return unit !== null && maySeeAuthor(viewer, unit);
}

/** Whether a caller may read the detail of a flag: reviewers and the one who flagged. */
export function maySeeDetail(viewer: Viewer, flag: Flag): boolean {
  if (viewer.kind === 'anonymous') return false;
  return hasScope(viewer, 'REVIEWER') || viewer.user.username === flag.createdBy;
}
