import { setImmediate } from 'node:timers/promises';
import { ConflictError, DomainError } from '../errors.ts';
import type { KnowledgeUnit, Store } from '../store/store.ts';
import { checkFilter, type FilterInput } from './filter.ts';
import { checkReason, retireUnit } from './lifecycle.ts';
import { reviewOf, reviewUnit } from './review.ts';
import { InputValidator, limits } from './rules.ts';
import type { TrustPolicy } from './trust.ts';
import { requireScope, type Viewer } from './viewer.ts';

export type BulkDecision = 'approve' | 'reject' | 'retire';

/** Which units, by their ids or by a filter with the number of units that it lets through; and what is decided over them. */
export interface BulkRequest {
  readonly decision: BulkDecision;
  readonly ids?: readonly string[] | null;
  readonly filter?: FilterInput | null;
  readonly expectedCount?: number | null;
  readonly note?: string | null;
  readonly internalNote?: string | null;
  readonly reason?: string | null;
}

/** What came of one unit: the unit as it is now, or why not. */
export type BulkResult =
  | { readonly id: string; readonly unit: KnowledgeUnit }
  | { readonly id: string; readonly error: DomainError };

/**
 * Decides over up to 100 units, one after the other, each in a transaction of its own and by the function that decides over one. Throws
 * `InvalidInputError`, and `ConflictError` where the filter lets another number of units through, before anything is decided. Any other
 * error, and an aborted `signal`, ends it: what was decided until then stays, and the same request again finds it decided.
 */
export async function decideOverMany(
  store: Store,
  viewer: Viewer,
  request: BulkRequest,
  policy: TrustPolicy,
  signal?: AbortSignal,
): Promise<BulkResult[]> {
  requireScope(viewer, 'REVIEWER');
  checkRequest(viewer, request, store.now());
  const { decision, note, internalNote } = request;
  const status = decision === 'approve' ? 'approved' : 'rejected';
  const decide = ({ id, version }: Chosen) =>
    decision === 'retire'
      ? retireUnit(store, viewer, { id, reason: request.reason ?? '' })
      : reviewUnit(store, viewer, { id, version, note, internalNote }, status, policy);
  const results: BulkResult[] = [];
  for (const chosen of request.ids?.map((id) => ({ id })) ?? (await chosenBy(store, request))) {
    // other requests go on between two of them, and that a client is gone is noticed: on SQLite nothing else here waits
    await setImmediate();
    signal?.throwIfAborted();
    const { id } = chosen;
    results.push(
      await decide(chosen).then(
        (unit) => ({ id, unit }),
        (error) => {
          if (!(error instanceof DomainError)) throw error;
          return { id, error };
        },
      ),
    );
  }
  return results;
}

function checkRequest(viewer: Viewer, request: BulkRequest, now: Date) {
  const { decision, ids, filter, expectedCount, reason } = request;
  const rules = new InputValidator();
  if (ids && filter) rules.refuse(['filter'], 'cannot be sent with ids.');
  if (!ids && !filter) rules.refuse(['ids'], 'or a filter is required.');
  const most = limits.bulkUnits;
  if (ids && (ids.length < 1 || ids.length > most))
    rules.refuse(['ids'], `must have 1 to ${most} items, got ${ids.length}.`);
  if (ids && new Set(ids).size < ids.length) rules.refuse(['ids'], 'must name each unit once.');
  if (filter?.statuses?.length) rules.refuse(['filter', 'statuses'], 'are those that the decision can be of.');
  if (filter && expectedCount == null) rules.refuse(['expectedCount'], 'is required with a filter.');
  if (!filter && expectedCount != null) rules.refuse(['expectedCount'], 'goes with a filter.');
  if (expectedCount != null && (expectedCount < 1 || expectedCount > most))
    rules.refuse(['expectedCount'], `must be 1 to ${most}, got ${expectedCount}.`);
  const others = decision === 'retire' ? (['note', 'internalNote'] as const) : (['reason'] as const);
  for (const field of others)
    if (request[field] != null) rules.refuse([field], `does not go with ${decision.toUpperCase()}.`);
  rules.check();
  if (decision === 'retire') checkReason(reason ?? '');
  else reviewOf(viewer, { id: '', ...request }, 'approved', now);
}

interface Chosen {
  readonly id: string;
  readonly version?: number;
}

/**
 * The units that the filter lets through, oldest first, each in the version that it has let through: what is amended before its turn comes
 * may be none of them any more.
 */
async function chosenBy(store: Store, { decision, filter: given, expectedCount }: BulkRequest): Promise<Chosen[]> {
  const statuses = [decision === 'retire' ? ('approved' as const) : ('pending' as const)];
  const filter = { ...checkFilter(given), statuses };
  const expected = expectedCount ?? 0;
  const { items, hasMore } = await store.units.list(
    filter,
    { field: 'createdAt', direction: 'asc' },
    { limit: expected },
  );
  if (items.length === expected && !hasMore) return items.map(({ id, version }) => ({ id, version }));
  const count = hasMore ? await store.units.count(filter) : items.length;
  throw new ConflictError(`expectedCount must be how many units the filter lets through, ${count}, got ${expected}.`, [
    'expectedCount',
  ]);
}
