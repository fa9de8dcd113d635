import { ForbiddenError, NotFoundError } from '../errors.ts';
import type { KnowledgeUnit, Store, UnitFilter } from '../store/store.ts';
import { isUnitId } from './ids.ts';
import { type InputValidator, limits } from './rules.ts';
import { domainsOf, type Viewer } from './viewer.ts';

/**
 * Keys that are limited to domains: they read units that have one of them, and propose units that have no other. For every other caller
 * these functions do nothing.
 */

/** Whether a unit has one of the caller's domains. */
export function isWithin(viewer: Viewer, { domains }: Pick<KnowledgeUnit, 'domains'>): boolean {
  const own = domainsOf(viewer);
  return own === null || domains.some((domain) => own.includes(domain));
}

/** A filter narrowed to units that have one of the caller's domains. */
export function withinDomains<Filter extends UnitFilter>(viewer: Viewer, filter: Filter): Filter {
  const own = domainsOf(viewer);
  if (own === null) return filter;
  // units with any of the caller's domains have one of them, and searches by domain alone are the fastest
  const isCovered =
    filter.domains?.length && filter.domainMatch !== 'all' && filter.domains.every((one) => own.includes(one));
  return isCovered ? filter : { ...filter, within: own };
}

/** Figures by domain are of the so many largest ones, where they are for keys with limits. */
export const countedDomains = 1000;

/** The figures of the caller's domains. */
export function ownDomains<Figure extends { readonly domain: string }>(
  viewer: Viewer,
  figures: readonly Figure[],
): Figure[] {
  const own = domainsOf(viewer);
  return figures.filter(({ domain }) => own === null || own.includes(domain));
}

/**
 * Refuses domains of a content that the caller may not propose for, unless the unit has them already; and a content with none of the
 * caller's, which they could not read.
 */
export function checkDomains(
  rules: InputValidator,
  viewer: Viewer,
  domains: readonly string[],
  known: readonly string[] = [],
): void {
  const own = domainsOf(viewer);
  if (own === null) return;
  if (domains.length > 0 && domains.every((domain) => known.includes(domain) && !own.includes(domain)))
    rules.refuse(['domains'], `must keep one of those that this key is limited to (${quoted(own)}).`);
  // a longer list is refused anyway
  for (const [index, domain] of domains.slice(0, limits.domains).entries())
    if (!own.includes(domain) && !known.includes(domain))
      rules.refuse(
        ['domains', String(index)],
        `must be one of those that this key is limited to (${quoted(own)}), got ${JSON.stringify(domain)}.`,
      );
}

const quoted = (domains: readonly string[]) => domains.map((one) => JSON.stringify(one)).join(', ');

/** Throws `ForbiddenError` for a caller who is limited to domains: for lists that cannot be narrowed to them. */
export function requireAllDomains(viewer: Viewer): void {
  if (domainsOf(viewer) !== null) throw new ForbiddenError('This needs a key that is not limited to domains.');
}

/** Throws `NotFoundError` for a unit that has none of the caller's domains, as for one that is not there; nothing for what is no id. */
export async function requireWithin(store: Store, viewer: Viewer, id: string): Promise<void> {
  if (domainsOf(viewer) === null || !isUnitId(id)) return;
  const [unit] = await store.units.standings([id]);
  if (!unit || !isWithin(viewer, unit)) throw new NotFoundError('approved knowledge unit', id);
}

/** Throws `ForbiddenError` where a repeated proposal is of a unit that the caller may not read. */
export function requireOwnDomains(viewer: Viewer, unit: KnowledgeUnit): KnowledgeUnit {
  if (isWithin(viewer, unit)) return unit;
  throw new ForbiddenError('This was proposed before, for domains that this key is not limited to.');
}
