import { createHash } from 'node:crypto';
import { NotFoundError } from '../errors.ts';
import type { Flag, FlagReason, KnowledgeUnit, NewUnit, Store } from '../store/store.ts';
import { type DuplicateRule, findDuplicate } from './duplicates.ts';
import { DuplicateError } from './errors.ts';
import { checkExtensions } from './extensions.ts';
import { isUnitId, newFlagId, newUnitId } from './ids.ts';
import { confidence, InputValidator, limits, normalizeDomains } from './rules.ts';
import { type KnownViewer, may, type Viewer } from './viewer.ts';

export interface Proposal {
  /** The proposer's own id for the unit: proposing it again answers with the unit as it stands. */
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
  readonly idempotencyKey?: string | null;
  /** Whether it may say the same as another unit. */
  readonly allowDuplicate?: boolean | null;
}

/**
 * Adds a lesson to the review queue. With `rule`, throws `DuplicateError` for one that is there already, unless the proposal
 * says that it may be, or was sent before.
 */
export async function proposeUnit(
  store: Store,
  { user }: KnownViewer,
  proposal: Proposal,
  rule: DuplicateRule | null = null,
  now = new Date(),
): Promise<KnowledgeUnit> {
  const { insight, extensions = null } = proposal;
  const domains = normalizeDomains(proposal.domains);
  const context = {
    languages: proposal.context?.languages ?? [],
    frameworks: proposal.context?.frameworks ?? [],
    pattern: proposal.context?.pattern ?? '',
  };
  checkProposal({ ...proposal, domains, context });
  const unit = {
    tier: 'private' as const,
    domains,
    insight,
    context,
    createdBy: user.username,
    extensions,
    confidence: confidence.initial,
  };
  const twin = rule && !proposal.allowDuplicate ? await findDuplicate(store, rule, insight) : null;
  if (!twin) return addUnit(store, unit, proposal, now);
  // only the store knows whether this was sent before
  return store.transaction(async (tx) => {
    const proposed = await addUnit(tx, unit, proposal, now);
    const isNew = proposed.id !== twin.unit.id && proposed.createdAt.getTime() === now.getTime();
    if (isNew) throw new DuplicateError(twin.unit, twin.similarity);
    return proposed;
  });
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
 * The proposer's own id first. Where it is the id of somebody else's unit, the lesson must not be lost, and an id made of
 * both finds it when it is proposed again.
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

/** The rules for a proposal whose domains are normalised. Throws `InvalidInputError` with every one that is broken. */
export function checkProposal({
  id,
  domains,
  insight,
  context,
  extensions,
  idempotencyKey,
}: Proposal & Pick<KnowledgeUnit, 'context'>) {
  const rules = new InputValidator();
  if (id != null && !isUnitId(id)) rules.refuse(['id'], 'must be ku_ and 32 hexadecimal digits in lower case.');
  if (domains.length === 0) rules.refuse(['domains'], 'must have at least 1 item that is not empty, got 0.');
  rules.list(['domains'], domains, { items: limits.domains, length: limits.domainLength });
  rules.text(['insight', 'summary'], insight.summary, { max: limits.summary });
  rules.text(['insight', 'detail'], insight.detail, { max: limits.detail });
  rules.text(['insight', 'action'], insight.action, { max: limits.action });
  const contextLimits = { items: limits.contextItems, length: limits.contextItemLength };
  rules.list(['context', 'languages'], context.languages, contextLimits);
  rules.list(['context', 'frameworks'], context.frameworks, contextLimits);
  rules.text(['context', 'pattern'], context.pattern, { max: limits.pattern });
  if (extensions) checkExtensions(rules, ['extensions'], extensions);
  if (idempotencyKey != null) rules.text(['idempotencyKey'], idempotencyKey, { min: 1, max: limits.idempotencyKey });
  rules.check();
}

/** One more confirmation of an approved unit. */
export async function confirmUnit(
  store: Store,
  { user }: KnownViewer,
  id: string,
  now = new Date(),
): Promise<KnowledgeUnit> {
  const unit = isUnitId(id) ? await store.units.confirm(id, user.username, now, confidence.confirmed) : null;
  if (!unit) throw new NotFoundError('approved knowledge unit', id);
  return unit;
}

export interface FlagReport {
  readonly id: string;
  readonly reason: FlagReason;
  readonly detail?: string | null;
  readonly duplicateOfId?: string | null;
}

/** Reports that an approved unit is wrong. What it is a duplicate of must be a unit that the caller may see. */
export async function flagUnit(
  store: Store,
  viewer: KnownViewer,
  report: FlagReport,
  now = new Date(),
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
  if (duplicateOfId !== null) {
    const other = isUnitId(duplicateOfId) ? await store.units.find(duplicateOfId) : null;
    // what the caller may not see is not there
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
  const unit = isUnitId(id) ? await store.units.flag(flag, confidence.flagged) : null;
  if (!unit) throw new NotFoundError('approved knowledge unit', id);
  return unit;
}

/** Whether a caller may read a unit: approved ones are for all, the others for reviewers and their proposer. */
export function maySee(viewer: Viewer, unit: Pick<KnowledgeUnit, 'status' | 'createdBy'>): boolean {
  return unit.status === 'approved' || maySeeAuthor(viewer, unit);
}

/** Whether a caller may learn who proposed a unit. */
export function maySeeAuthor(viewer: Viewer, unit: Pick<KnowledgeUnit, 'createdBy'>): boolean {
  if (viewer.kind === 'anonymous') return false;
  return may(viewer, 'REVIEWER') || viewer.user.username === unit.createdBy;
}

/** Whether a caller may read what was written with a flag. */
export function maySeeDetail(viewer: Viewer, flag: Flag): boolean {
  if (viewer.kind === 'anonymous') return false;
  return may(viewer, 'REVIEWER') || viewer.user.username === flag.createdBy;
}
