import type { LogEntry, LogPlace } from '../store/store.ts';

/** What places in a log say of entries: a place is the set of entries that were told before it. */

type Position = Pick<LogPlace, 'transaction' | 'id'>;

const isBefore = (one: Position, other: Position): boolean =>
  one.transaction < other.transaction || (one.transaction === other.transaction && one.id < other.id);

const openAt = ({ open }: LogPlace, transaction: number) => open.find((one) => one.transaction === transaction);

/** Whether an entry was told before a place. */
export function isTold(place: LogPlace, entry: Pick<LogEntry<unknown>, 'transaction' | 'id'>): boolean {
  if (isBefore(place, entry)) return false;
  const open = openAt(place, entry.transaction);
  return open === undefined || entry.id <= open.id;
}

/** Whether all that was told before `other` was told before `place` too. */
export function covers(place: LogPlace, other: LogPlace): boolean {
  if (isBefore(place, other)) return false;
  return place.open.every(({ transaction, id }) => {
    if (isBefore(other, { transaction, id: id + 1 })) return true;
    const open = openAt(other, transaction);
    return open !== undefined && open.id <= id;
  });
}

/** The place behind all that was told before either. */
export function union(one: LogPlace, other: LogPlace): LogPlace {
  if (one.open.length === 0 && other.open.length === 0) return isBefore(one, other) ? other : one;
  const [low, high] = isBefore(one, other) ? [one, other] : [other, one];
  const open = high.open.flatMap(({ transaction, id }) => {
    const known = openAt(low, transaction);
    if (known) return [{ transaction, id: Math.max(id, known.id) }];
    // of one that `low` is beyond, all was told there
    return transaction < low.transaction ? [] : [{ transaction, id }];
  });
  return { ...high, open };
}
