import { LogReplacedError } from '../../../errors.ts';
import type { Log, LogPage, LogPlace } from '../../store.ts';
import type { Row } from '../row-mapping.ts';
import type { LogName, LogPart, LogSource } from './log-source.ts';
import { isBefore, placesBehind } from './places.ts';

export interface LogOptions<Entry> {
  readonly toEntries: (rows: readonly Row[]) => readonly Entry[];
  /** Whether entries are deleted because of their age, and not for what they say. */
  readonly isPruned: boolean;
}

/** A log over the rows of a table, of which a part can be read too. */
export interface TableLog<Entry> extends Log<Entry> {
  /** As `read`, or without a place the last entries; `hasMore` is then about what is before them. */
  readPart(part: LogPart, after: LogPlace | null, limit: number): Promise<LogPage<Entry>>;
}

export function createLog<Entry>(
  source: LogSource,
  log: LogName,
  { toEntries, isPruned }: LogOptions<Entry>,
): TableLog<Entry> {
  async function read(after: LogPlace | null, limit: number, part?: LogPart): Promise<LogPage<Entry>> {
    const snapshot = await source.read(log, after, limit + 1, part);
    const start = after ?? { epoch: snapshot.epoch, transaction: 0, id: 0, at: null, open: [] };
    if (snapshot.epoch !== start.epoch || isBefore(snapshot.next, start)) throw new LogReplacedError();
    const hasMore = snapshot.rows.length > limit;
    const isCut = hasMore && after !== null;
    const rows = isCut ? snapshot.rows.slice(0, limit) : snapshot.rows.slice(hasMore ? 1 : 0);
    const placed = rows.map(placedOf);
    const horizon = isCut ? null : snapshot.horizon;
    const { each, end } = placesBehind(start, placed, { horizon, open: snapshot.open });
    const entries = toEntries(rows).map((entry, index) => {
      const { transaction, id } = placed[index] as (typeof placed)[number];
      return { entry, transaction, id, place: each[index] as LogPlace };
    });
    return { entries, end, hasMore: hasMore || snapshot.isPartial, isHeld: snapshot.isHeld };
  }

  return {
    async end() {
      const { epoch, horizon, open } = await source.read(log, null, 0);
      return placesBehind({ epoch, ...horizon, at: null, open: [] }, [], { horizon, open }).end;
    },

    read: (after, limit) => read(after, limit),

    readPart: (part, after, limit) => read(after, limit, part),

    countAfter: (place, most) => source.countAfter(log, place, most),

    async problemOf(place, maxBehind) {
      const { epoch, next } = await source.read(log, null, 0);
      if (epoch !== place.epoch || isBefore(next, place)) return 'foreign';
      if (place.at !== null) {
        const row = await source.find(log, place.id);
        if (row === null && isPruned) return 'pruned';
        // the numbers of a database that was set back are given out again
        if (row !== null && !isAt(place, placedOf(row))) return 'foreign';
      }
      if (maxBehind === undefined) return null;
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
