import { AppError } from '../errors.ts';
import type { Log, LogPlace } from '../store/store.ts';
import { decodeCursor, encodeCursor, isInteger } from './cursor.ts';

/** A place in a log as a cursor; `log` is its name. */
export function cursorOf(log: string, { epoch, transaction, id, at, open }: LogPlace): string {
  const late = open.flatMap((one) => [one.transaction, one.id]);
  return encodeCursor(log, [epoch, transaction, id, at ?? -1, ...late]);
}

/**
 * The place in a cursor; null without one. Throws `BAD_CURSOR` where the log cannot be gone on from there, or where more than `maxBehind`
 * entries follow.
 */
export async function placeOf(
  name: string,
  log: Log<unknown>,
  cursor: string | null | undefined,
  maxBehind?: number,
): Promise<LogPlace | null> {
  if (cursor == null) return null;
  const [epoch, transaction, id, at, ...late] = decodeCursor('after', cursor, name, isPosition);
  const open = late.flatMap((number, index) =>
    index % 2 === 0 ? [{ transaction: number, id: late[index + 1] ?? 0 }] : [],
  );
  const place: LogPlace = { epoch, transaction, id, at: at === -1 ? null : at, open };
  const problem = await log.problemOf(place, maxBehind);
  if (problem === null) return place;
  const problems = {
    foreign:
      'is a cursor of another database, or of this one before it was restored: read what is there now, and begin at a cursor of now.',
    behind: `is too old: more than ${maxBehind} events follow it. Read what is there now, and begin at a cursor of now.`,
    pruned: 'is too old: entries behind it may have been deleted. Read the audit log, and begin at a cursor of now.',
  } as const;
  throw new AppError('BAD_CURSOR', `after ${problems[problem]}`);
}

type Position = readonly [epoch: string, transaction: number, id: number, at: number, ...late: number[]];

const isPosition = (position: readonly unknown[]): position is Position =>
  position.length >= 4 &&
  position.length % 2 === 0 &&
  typeof position[0] === 'string' &&
  /^[0-9a-f]{1,32}$/.test(position[0]) &&
  position.slice(1).every((part) => Number.isSafeInteger(part) && Number(part) >= -1) &&
  isInteger(position[2]);
