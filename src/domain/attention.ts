import type { KnowledgeUnit, Page, Position, Store, UnitFilter, UnitOrder } from '../store/store.ts';
import { dayMs } from './days.ts';

/** In the order in which they are listed. */
export const attentionReasons = ['flagged', 'unconfirmed', 'superseded_in_use', 'held'] as const;

/** Why reviewers should look at a unit. */
export type AttentionReason = (typeof attentionReasons)[number];

/** For how many days a superseded unit is in use after it was last asked for. */
const inUseDays = 30;

export interface AttentionEntry {
  readonly reason: AttentionReason;
  readonly unit: KnowledgeUnit;
  /** What the units of one reason are ordered by. */
  readonly key: Date | number;
}

/** The entry after which a page begins. */
export interface AttentionPlace extends Position<Date | number> {
  readonly reason: AttentionReason;
}

export interface AttentionQuestion {
  readonly reasons: readonly AttentionReason[];
  /** For how many days a unit may go unconfirmed; null for ever. */
  readonly staleAfterDays: number | null;
}

interface List {
  readonly reason: AttentionReason;
  readonly filter: UnitFilter;
  readonly order: UnitOrder;
}

/** One list of units for each reason that there can be. */
function listsOf(store: Store, { reasons, staleAfterDays }: AttentionQuestion): List[] {
  const [approved, lists] = [{ statuses: ['approved'] } as const, [] as List[]];
  const daysAgo = (days: number) => new Date(store.now().getTime() - days * dayMs);
  if (reasons.includes('flagged'))
    lists.push({
      reason: 'flagged',
      filter: { ...approved, flags: { min: 1 } },
      order: { field: 'flags', direction: 'desc' },
    });
  if (reasons.includes('unconfirmed') && staleAfterDays !== null)
    lists.push({
      reason: 'unconfirmed',
      filter: { ...approved, lastConfirmedAt: { to: daysAgo(staleAfterDays) } },
      order: { field: 'lastConfirmedAt', direction: 'asc' },
    });
  if (reasons.includes('superseded_in_use'))
    lists.push({
      reason: 'superseded_in_use',
      filter: { statuses: ['superseded'], lastRequestedAt: { from: daysAgo(inUseDays) } },
      order: { field: 'lastRequestedAt', direction: 'desc' },
    });
  if (reasons.includes('held'))
    lists.push({
      reason: 'held',
      filter: { statuses: ['pending'], held: true },
      order: { field: 'createdAt', direction: 'asc' },
    });
  return lists;
}

/** A page of entries, all of one reason after all of the one before it. A unit is an entry for each of its reasons. */
export async function listAttention(
  store: Store,
  question: AttentionQuestion,
  limit: number,
  from?: AttentionPlace,
): Promise<Page<AttentionEntry>> {
  const items: AttentionEntry[] = [];
  const first = attentionReasons.indexOf(from?.reason ?? 'flagged');
  for (const { reason, filter, order } of listsOf(store, question)) {
    if (attentionReasons.indexOf(reason) < first) continue;
    // a page of none still says whether there are any
    const page = await store.units.list(filter, order, {
      limit: limit - items.length,
      from: from?.reason === reason ? { key: from.key, id: from.id } : undefined,
    });
    page.items.forEach((unit, index) => {
      items.push({ reason, unit, key: page.keys[index] as Date | number });
    });
    if (page.hasMore) return { items, hasMore: true };
  }
  return { items, hasMore: false };
}

/** How many entries there are. */
export async function countAttention(store: Store, question: AttentionQuestion): Promise<number> {
  let count = 0;
  for (const { filter } of listsOf(store, question)) count += await store.units.count(filter);
  return count;
}
