import { hash } from 'node:crypto';
import { isInstant, maxInteger } from '../domain/rules.ts';
import { AppError } from '../errors.ts';
import type { Position } from '../store/store.ts';

/**
 * Opaque cursors for keyset pagination: base64url of the JSON `[version, list, ...position]`. `list` is a hash of list, filter and
 * order, so that a cursor of one list is refused by another; `position` is the keyset, a sort key and an id.
 */
const version = 1;
/** In characters. The longest are places in a log that are ahead of many transactions. */
export const maxCursor = 1000;

/** Hashes what identifies a list: its name, filter and order. */
export function listHash(query: unknown): string {
  return hash('sha256', JSON.stringify(query), 'base64url').slice(0, 8);
}

export function encodeCursor(list: string, position: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify([version, list, ...position])).toString('base64url');
}

/** The position in a cursor. Throws `BAD_CURSOR` unless it is a cursor for this list. `argument` is its name in messages. */
export function decodeCursor<Position extends readonly unknown[]>(
  argument: string,
  cursor: string,
  list: string,
  isPosition: (position: readonly unknown[]) => position is Position,
): Position {
  const [cursorVersion, cursorList, ...position] = parse(cursor);
  if (cursorVersion !== version || !isPosition(position))
    throw new AppError('BAD_CURSOR', `${argument} is not a cursor of this server; take it from pageInfo or an edge.`);
  if (cursorList !== list)
    throw new AppError('BAD_CURSOR', `${argument} belongs to another list; ask for the same list, filter and order.`);
  return position;
}

/** The position after which a page begins, of a list ordered by a key that stands in cursors as it is; undefined without a cursor. */
export function afterKey<Key, Id>(
  cursor: string | null | undefined,
  list: string,
  isPosition: (position: readonly unknown[]) => position is [Key, Id],
): Position<Key, Id> | undefined {
  if (cursor == null) return undefined;
  const [key, id] = decodeCursor('after', cursor, list, isPosition);
  return { key, id };
}

/** The same of a list ordered by time. */
export function afterTime(cursor: string | null | undefined, list: string): Position<Date> | undefined {
  const from = afterKey(cursor, list, isDatePosition);
  return from && { key: new Date(from.key), id: from.id };
}

function parse(cursor: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor.slice(0, maxCursor), 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

/** A text as sort key, and an id. */
export const isTextPosition = (position: readonly unknown[]): position is [string, string] =>
  position.length === 2 &&
  position.every((part) => typeof part === 'string' && part.isWellFormed() && !part.includes('\0'));

/** A number as sort key, and an id. */
export const isNumberPosition = (position: readonly unknown[]): position is [number, string] =>
  position.length === 2 && isNumber(position[0]) && isTextPosition(['', position[1]]);

/** An instant in milliseconds as sort key, and an id. */
export const isDatePosition = (position: readonly unknown[]): position is [number, string] =>
  isNumberPosition(position) && isInstant(new Date(position[0]));

/** An integer as sort key, and an id. */
export const isIntegerPosition = (position: readonly unknown[]): position is [number, string] =>
  isNumberPosition(position) && isInteger(position[0]);

export const isInteger = (value: unknown): value is number =>
  Number.isInteger(value) && Math.abs(Number(value)) <= maxInteger;

export const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
