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
 * How far back each look goes: entries of one minute count repeats for as long as it lasts, and a transaction may commit an entry after
 * later ones.
 */
const overlapMs = 120_000;

/** Entries that were given, beyond which those that no look reaches any more are forgotten. */
const maxRemembered = 10_000;

/**
 * The same, and then each new entry, for ever. One whose count has grown is given again. `pause` waits between two looks.
 */
export async function* followAudit(
  store: Store,
  filter: AuditFilter,
  pause: () => Promise<void>,
): AsyncGenerator<AuditEntry> {
  const given = new Map<number, Pick<AuditEntry, 'at' | 'count'>>();
  let latest = filter.at?.from ?? new Date(0);
  const reached = () => new Date(Math.max(latest.getTime() - overlapMs, filter.at?.from?.getTime() ?? 0));
  const forget = () => {
    const since = reached();
    for (const [id, { at }] of given) if (at < since) given.delete(id);
  };
  for (;;) {
    const at = { ...filter.at, from: reached() };
    for await (const entry of auditOldestFirst(store, { ...filter, at })) {
      if (given.get(entry.id)?.count === entry.count) continue;
      given.set(entry.id, { at: entry.at, count: entry.count });
      if (entry.at > latest) latest = entry.at;
      if (given.size > maxRemembered) forget();
      yield entry;
    }
    forget();
    await pause();
  }
}
