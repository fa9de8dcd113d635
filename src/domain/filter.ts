import { BadUserInputError, ForbiddenError, UnauthenticatedError } from '../errors.ts';
import type { ReviewStatus, UnitFilter } from '../store/store.ts';
import { withinDomains } from './key-limits.ts';
import { isStorable, lengthOf, limits, normalizeDomains } from './rules.ts';
import { hasScope, type Viewer } from './viewer.ts';

type Nullable<T> = { readonly [K in keyof T]?: T[K] | null };

/** A filter as a caller sends it: null and an empty list mean no restriction. */
export type FilterInput = Omit<
  Nullable<UnitFilter>,
  NumberRange | TimeRange | 'createdBy' | 'within' | 'held' | 'lastRequestedAt'
> & {
  readonly [Field in NumberRange]?: { readonly min?: number | null; readonly max?: number | null } | null;
} & {
  readonly [Field in TimeRange]?: { readonly from?: Date | null; readonly to?: Date | null } | null;
} & {
  /** For reviewers: `createdBy` of a filter of the Store. */
  readonly proposedBy?: string | null;
};

type NumberRange = 'confidence' | 'flags' | 'confirmers';
type TimeRange = 'createdAt' | 'reviewedAt' | 'lastConfirmedAt' | 'lastAnsweredAt';

/**
 * Validates a filter and restricts it to what the caller may read: approved units, unless a reviewer names other statuses, and those of their key's domains.
 * Only reviewers may ask who proposed them, and when they were reviewed.
 * Throws `BadUserInputError`, and `UnauthenticatedError` or `ForbiddenError` where others do.
 */
export function readFilter(
  viewer: Viewer,
  input: FilterInput | null | undefined,
): UnitFilter & { statuses: readonly ReviewStatus[] } {
  const statuses = input?.statuses?.length ? input.statuses : (['approved'] as const);
  const isOthers = statuses.some((status) => status !== 'approved');
  if (isOthers) requireReviewer(viewer, 'statuses', 'units that are not approved');
  if (input?.proposedBy != null) requireReviewer(viewer, 'proposedBy', 'who proposed a unit');
  if (input?.reviewedAt != null) requireReviewer(viewer, 'reviewedAt', 'when a unit was reviewed');
  return withinDomains(viewer, { ...checkFilter(input), statuses });
}

function requireReviewer(viewer: Viewer, field: string, seen: string): void {
  if (hasScope(viewer, 'REVIEWER')) return;
  throw viewer.kind === 'anonymous'
    ? new UnauthenticatedError(`filter.${field}: sign in as a reviewer to see ${seen}.`)
    : new ForbiddenError(`filter.${field}: only reviewers see ${seen}.`);
}

/** Validates and normalises a filter, except for its statuses. Throws `BadUserInputError`. */
export function checkFilter(input: FilterInput | null | undefined): UnitFilter {
  if (!input) return {};
  const { domains, languages, frameworks, pattern, tiers, confidence } = input;
  for (const [name, items] of Object.entries({ domains, languages, frameworks }))
    checkList(`filter.${name}`, items ?? []);
  if (pattern != null) checkText('filter.pattern', pattern);
  if (input.proposedBy != null) checkText('filter.proposedBy', input.proposedBy);
  for (const end of ['min', 'max'] as const)
    if (confidence?.[end] != null && !Number.isFinite(confidence[end]))
      throw new BadUserInputError(`filter.confidence.${end} must be a number, got ${confidence[end]}.`);
  return {
    ...(domains?.length && { domains: normalizeDomains(domains), domainMatch: input.domainMatch ?? 'any' }),
    ...(languages?.length && { languages }),
    ...(frameworks?.length && { frameworks }),
    ...(pattern && { pattern }),
    ...(tiers?.length && { tiers }),
    ...numberRange(input, 'confidence'),
    ...timeRange(input, 'createdAt'),
    ...timeRange(input, 'reviewedAt'),
    ...(input.hasFlags != null && { hasFlags: input.hasFlags }),
    ...numberRange(input, 'flags'),
    ...numberRange(input, 'confirmers'),
    ...timeRange(input, 'lastConfirmedAt'),
    ...timeRange(input, 'lastAnsweredAt'),
    ...(input.proposedBy != null && { createdBy: input.proposedBy }),
  };
}

function numberRange(input: FilterInput, field: NumberRange): UnitFilter {
  const range = input[field];
  return range ? { [field]: { min: range.min ?? undefined, max: range.max ?? undefined } } : {};
}

function timeRange(input: FilterInput, field: TimeRange): UnitFilter {
  const range = input[field];
  return range ? { [field]: { from: range.from ?? undefined, to: range.to ?? undefined } } : {};
}

function checkList(path: string, items: readonly string[]) {
  if (items.length > limits.filterItems)
    throw new BadUserInputError(`${path} must have at most ${limits.filterItems} items, got ${items.length}.`);
  for (const [index, item] of items.entries()) checkText(`${path}.${index}`, item);
}

/** Throws `BadUserInputError` for a text that is too long, or that no database can store and so no unit can have. */
export function checkText(path: string, text: string, max: number = limits.summary): void {
  if (!isStorable(text)) throw new BadUserInputError(`${path} must not contain NUL or unpaired surrogates.`);
  const length = lengthOf(text);
  if (length > max) throw new BadUserInputError(`${path} must be at most ${max} characters, got ${length}.`);
}
