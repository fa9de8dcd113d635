import type { LogPlace } from '../../store.ts';

/** What the place of an entry depends on. */
export interface Placed {
  readonly transaction: number;
  readonly id: number;
  /** In milliseconds. */
  readonly at: number;
}

type Position = Pick<LogPlace, 'transaction' | 'id'>;

/** Whether a position of a log is before another one. */
export const isBefore = (one: Position, other: Position): boolean =>
  one.transaction < other.transaction || (one.transaction === other.transaction && one.id < other.id);

/**
 * The places behind each of these entries, and behind them all. `entries` are those that follow `after`, in their order: first those of
 * transactions that were open there. `open` are the transactions that are running and were not waited for; `horizon` is where the last
 * place is, null where there are more entries.
 */
export function placesBehind(
  after: LogPlace,
  entries: readonly Placed[],
  { horizon, open: running }: { readonly horizon: Position | null; readonly open: ReadonlySet<number> },
): { readonly each: readonly LogPlace[]; readonly end: LogPlace } {
  const isLate = (entry: Placed) => isBefore(entry, after);
  const lastLate = new Map(entries.filter(isLate).map(({ transaction, id }) => [transaction, id]));
  const told = new Map(after.open.map(({ transaction, id }) => [transaction, id]));
  // of one that has ended, all entries are in `entries`, unless these are cut off before the others begin
  const isCut = horizon === null && entries.every(isLate);
  const forget = (transaction: number) => {
    if (!isCut && !running.has(transaction)) told.delete(transaction);
  };
  for (const transaction of [...told.keys()]) if (!lastLate.has(transaction)) forget(transaction);
  let place = after;
  const placeAt = (position: Position, at: number | null): LogPlace => {
    for (const transaction of running)
      if (transaction < position.transaction && !told.has(transaction)) told.set(transaction, 0);
    const open = [...told].map(([transaction, id]) => ({ transaction, id }));
    return { epoch: after.epoch, transaction: position.transaction, id: position.id, at, open };
  };
  const each = entries.map((entry) => {
    if (isLate(entry)) {
      told.set(entry.transaction, entry.id);
      if (lastLate.get(entry.transaction) === entry.id) forget(entry.transaction);
      place = placeAt(place, place.at);
    } else place = placeAt(entry, entry.at);
    return place;
  });
  const end = horizon !== null && isBefore(place, horizon) ? placeAt(horizon, null) : placeAt(place, place.at);
  return { each, end };
}
