import { ForbiddenError, LimitReachedError, NotFoundError } from '../errors.ts';
import type { Revision, Store } from '../store/store.ts';
import { type ContentInput, changed, changesBetween, checkContent } from './content.ts';
import { SuggestionDecidedError } from './errors.ts';
import { newRevisionId, parseNodeId } from './ids.ts';
import { checkDomains, isWithin } from './key-limits.ts';
import { maySeeAuthor, type Proposal } from './knowledge.ts';
import { checkReason, notApproved, readUnit, requireRoom } from './revised-units.ts';
import { InputValidator, limits } from './rules.ts';
import { refuseSecrets, refuseSecretsIn } from './secret-scan.ts';
import { staleError } from './stale-version.ts';
import type { TrustPolicy } from './trust.ts';
import { countRequest } from './usage.ts';
import type { KnownViewer, Viewer } from './viewer.ts';

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

/** Reads a suggestion that the caller may see. Throws `NotFoundError`. */
export async function readSuggestion(store: Store, viewer: Viewer, id: string): Promise<Revision> {
  const [found] = parseNodeId(id)?.type === 'Suggestion' ? await store.revisions.findMany([id]) : [];
  if (!found || !isSuggestion(found) || !maySeeSuggestion(viewer, found)) throw new NotFoundError('suggestion', id);
  return found;
}
