import { LogReplacedError } from '../../../errors.ts';
import type { Log, LogPlace } from '../../store.ts';
import type { Row } from '../row-mapping.ts';
import type { LogName, LogSource } from './log-source.ts';
import { isBefore, placesBehind } from './places.ts';

export interface LogOptions<Entry> {
  readonly toEntries: (rows: readonly Row[]) => readonly Entry[];
  /** Whether entries are deleted because of their age, and not for what they say. */
  readonly isPruned: boolean;
}

/** A log over the rows of a table. */
export function createLog<Entry>(
  source: LogSource,
  log: LogName,
  { toEntries, isPruned }: LogOptions<Entry>,
): Log<Entry> {
  return {
    async end() {
      const { epoch, horizon, open } = await source.read(log, null, 0);
      return placesBehind({ epoch, ...horizon, at: null, open: [] }, [], { horizon, open }).end;
    },

    async read(after, limit) {
      const snapshot = await source.read(log, after, limit + 1);
      if (snapshot.epoch !== after.epoch || isBefore(snapshot.next, after)) throw new LogReplacedError();
      const isCut = snapshot.rows.length > limit;
      const rows = snapshot.rows.slice(0, limit);
      const placed = rows.map(placedOf);
      const horizon = isCut ? null : snapshot.horizon;
      const { each, end } = placesBehind(after, placed, { horizon, open: snapshot.open });
      const entries = toEntries(rows).map((entry, index) => {
        const { transaction, id } = placed[index] as (typeof placed)[number];
        return { entry, transaction, id, place: each[index] as LogPlace };
      });
      return { entries, end, hasMore: isCut || snapshot.isPartial, isHeld: snapshot.isHeld };
    },

    async problemOf(place, maxBehind) {
      const { epoch, next } = await source.read(log, null, 0);
      if (epoch !== place.epoch || isBefore(next, place)) return 'foreign';
      if (place.at !== null) {
        const row = await source.find(log, place.id);
        if (row === null && isPruned) return 'pruned';
        // the numbers of a database that was set back are given out again
        if (row !== null && !isAt(place, placedOf(row))) return 'foreign';
      }
      return (await source.countAfter(log, place, maxBehind + 1)) > maxBehind ? 'behind' : null;
    },
  };
}

const placedOf = ({ xid, id, at }: Row) => ({
  transaction: Number(xid),
  id: Number(id),
  at: new Date(at as string).getTime(),
});

const isAt = (place: LogPlace, row: ReturnType<typeof placedOf>): boolean =>
  place.transaction === row.transaction && place.at === row.at;
