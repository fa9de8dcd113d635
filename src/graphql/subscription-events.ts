import { isUnitId } from '../domain/ids.ts';
import { limits, normalizeDomains } from '../domain/rules.ts';
import { BadUserInputError } from '../errors.ts';
import type { AuditEntry, EventType, LogEntry, UnitEvent } from '../store/store.ts';
import type { KnowledgeEventFilter } from './types.generated.ts';

/** An event as it is told, with the place behind it. */
export type KnowledgeEvent = LogEntry<UnitEvent>;
/** An entry of the audit log as it is told. */
export type AuditEvent = LogEntry<AuditEntry>;

const maxTypes = 50;

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
