import { isUnitId } from '../domain/ids.ts';
import { limits, normalizeDomains } from '../domain/rules.ts';
import { AppError, BadUserInputError } from '../errors.ts';
import type { AuditEntry, EventType, Log, LogEntry, LogPlace, UnitEvent } from '../store/store.ts';
import { decodeCursor, encodeCursor, isInteger } from './cursor.ts';
import type { KnowledgeEventFilter } from './types.generated.ts';

/** An event as it is told, with the place behind it. */
export type KnowledgeEvent = LogEntry<UnitEvent>;
/** An entry of the audit log as it is told. */
export type AuditEvent = LogEntry<AuditEntry>;

/** More entries than this are not told from a cursor on. */
export const maxBehind = 100_000;
const maxTypes = 50;

/** A place in a log as a cursor; `log` is its name. */
export function cursorOf(log: string, { epoch, transaction, id, at, open }: LogPlace): string {
  const late = open.flatMap((one) => [one.transaction, one.id]);
  return encodeCursor(log, [epoch, transaction, id, at ?? -1, ...late]);
}

/** The place in a cursor; null without one. Throws `BAD_CURSOR` where the log cannot be gone on from there. */
export async function placeOf(
  name: string,
  log: Log<unknown>,
  cursor: string | null | undefined,
): Promise<LogPlace | null> {
  if (cursor == null) return null;
  const [epoch, transaction, id, at, ...late] = decodeCursor('after', cursor, name, isPosition);
  const open = late.flatMap((number, index) =>
    index % 2 === 0 ? [{ transaction: number, id: late[index + 1] ?? 0 }] : [],
  );
  const place: LogPlace = { epoch, transaction, id, at: at === -1 ? null : at, open };
  const problem = await log.problemOf(place, maxBehind);
  if (problem === null) return place;
  throw new AppError('BAD_CURSOR', `after ${problems[problem]}`);
}

const problems = {
  foreign:
    'is a cursor of another database, or of this one before it was restored: read what is there now, and begin at a cursor of now.',
  behind: `is too old: more than ${maxBehind} events follow it. Read what is there now, and begin at a cursor of now.`,
  pruned: 'is too old: entries behind it may have been deleted. Read the audit log, and begin at a cursor of now.',
} as const;

type Position = readonly [epoch: string, transaction: number, id: number, at: number, ...late: number[]];

const isPosition = (position: readonly unknown[]): position is Position =>
  position.length >= 4 &&
  position.length % 2 === 0 &&
  typeof position[0] === 'string' &&
  /^[0-9a-f]{1,32}$/.test(position[0]) &&
  position.slice(1).every((part) => Number.isSafeInteger(part) && Number(part) >= -1) &&
  isInteger(position[2]);

/** Whether an event and its unit pass a filter; a function of the caller's filter once it is checked. Throws `BadUserInputError`. */
export function readEventFilter(filter: KnowledgeEventFilter | null | undefined): {
  readonly types: ReadonlySet<EventType> | null;
  readonly domains: ReadonlySet<string> | null;
  readonly unitId: string | null;
} {
  const { types, domains, knowledgeUnitId } = filter ?? {};
  if (types && types.length > maxTypes)
    throw new BadUserInputError(`filter.types must have at most ${maxTypes} items, got ${types.length}.`);
  if (domains && domains.length > limits.domains)
    throw new BadUserInputError(`filter.domains must have at most ${limits.domains} items, got ${domains.length}.`);
  for (const domain of domains ?? [])
    if (domain.length > 4 * limits.domainLength)
      throw new BadUserInputError(
        `filter.domains must have items of at most ${limits.domainLength} characters, got ${domain.length}.`,
      );
  if (knowledgeUnitId != null && !isUnitId(knowledgeUnitId))
    throw new BadUserInputError('filter.knowledgeUnitId must be the id of a unit, ku_ and 32 hexadecimal digits.');
  return {
    types: types?.length ? new Set(types) : null,
    domains: domains?.length ? new Set(normalizeDomains(domains)) : null,
    unitId: knowledgeUnitId ?? null,
  };
}
