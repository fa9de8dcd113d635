import type { AuditEntry, AuditFilter, Position, Store } from '../store/store.ts';

/** Reading the audit log in the order in which things happened, and on as they happen. */

const batch = 500;

/** All entries that pass the filter, oldest first. */
export async function* auditOldestFirst(store: Store, filter: AuditFilter): AsyncGenerator<AuditEntry> {
  let from: Position<Date, number> | undefined;
  for (;;) {
    // the last items of a list of which the newest is the first
    const { items, hasMore } = await store.audit.list(filter, { limit: batch, backward: true, ...(from && { from }) });
    yield* items.toReversed();
    const newest = items[0];
    if (!hasMore || !newest) return;
    from = { key: newest.at, id: newest.id };
  }
}

/**
 * For how long entries are looked at again: those of one minute count repeats for as long as it lasts, and a transaction may commit an
 * entry after later ones.
 */
const settledMs = 120_000;

/** The highest number that had been given at a time. */
interface Mark {
  readonly at: number;
  readonly id: number;
}

/**
 * The same, and then each new entry, for ever. One whose count has grown is given again. `pause` waits between two looks.
 *
 * What is new goes by the numbers of entries, and not by their instants: the clock may be set back, or have been ahead.
 */
export async function* followAudit(
  store: Store,
  filter: AuditFilter,
  pause: () => Promise<void>,
  elapsedMs = () => performance.now(),
): AsyncGenerator<AuditEntry> {
  const given = new Map<number, number>();
  const marks: Mark[] = [];
  const settled = new Date(store.now().getTime() - settledMs);
  let [after, highest] = [0, 0];
  for (let isFirst = true; ; isFirst = false) {
    for await (const entry of auditOldestFirst(store, after > 0 ? { ...filter, after } : filter)) {
      const { id, at, count } = entry;
      highest = Math.max(highest, id);
      // what was there long before need not be remembered, however much it is
      if (isFirst && at < settled) after = Math.max(after, id);
      else if (given.get(id) === count) continue;
      else given.set(id, count);
      yield entry;
    }
    const now = elapsedMs();
    marks.push({ at: now, id: highest });
    while (marks[0] && now - marks[0].at >= settledMs) after = Math.max(after, marks.shift()?.id ?? 0);
    for (const id of given.keys()) if (id <= after) given.delete(id);
    await pause();
  }
}
