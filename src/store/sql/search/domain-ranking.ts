import { type RawBuilder, sql } from 'kysely';
import type { UnitFilter } from '../../store.ts';
import type { Database } from '../database.ts';
import { indexable } from '../knowledge/rows.ts';
import type { Queries } from '../queries.ts';
import { rawStatement } from '../raw-statement.ts';
import { extend, readLists, unitsInLists } from './domain-lists.ts';
import { type Page, page, pageOf, type Scored } from './page.ts';
import { contextMatchColumns, jaccard, relevance, requestedContext } from './relevance.ts';
import { inStatus, isCovered, unitsByDomain } from './units-by-domain.ts';

/** Ranking by domains: relevance · confidence, exactly, of as few units as that takes. See decision 18. */

/** With at most this many units in the domains, all are read. */
const maxRead = 4000;
/** How far each list is read at first where there are several domains, unless the page is longer. */
const minDepth = 200;

/** Whether the domains have at most `max` units; one that is in several of them counts for each. */
async function hasAtMost(
  queries: Queries,
  filter: UnitFilter,
  domains: readonly string[],
  max: number,
): Promise<boolean> {
  const given = { domains, statuses: filter.statuses };
  const [row] = await countSome(
    queries,
    given,
    { max },
    ({ domains, statuses }) => sql`
    select count(*) as count from (
      select 1 from knowledge_unit_domains where domain in (${sql.join(domains)}) ${inStatus({ statuses }, 'status')}
       limit ${sql.lit(max + 1)}) counted`,
  );
  return Number(row?.count) <= max;
}

const countSome = rawStatement<{ count: number }>();
const selectBest = rawStatement<Scored>();

/** A page of all units in the domains, where the index of domains answers all of the filter. */
function bestOfAll(
  db: Database,
  { domainMatch, statuses, languages, frameworks, pattern }: UnitFilter,
  domains: readonly string[],
  { limit, after }: Page,
): Promise<Scored[]> {
  const given = {
    domains,
    statuses,
    languages: languages?.map(indexable),
    frameworks: frameworks?.map(indexable),
    pattern: pattern ? indexable(pattern.toLowerCase()) : undefined,
    rank: after?.rank,
    id: after?.id,
  };
  return selectBest(db.read, given, { domainMatch, limit }, ({ domains, rank, id, ...filter }) => {
    const units = unitsByDomain(db, { ...filter, domainMatch }, domains);
    const from = rank === undefined || id === undefined ? undefined : { rank, id };
    return pageOf(ranking(filter, domains, units), { limit, after: from }, 'score');
  });
}

/**
 * A page of the units in the domains, ranked by relevance · confidence, and one row more if there is one. In large domains, a
 * threshold algorithm: ranks what stands first in the lists, then with it only what could still be among the best of that.
 */
export async function bestByDomain(
  db: Database,
  filter: UnitFilter,
  domains: readonly string[],
  asked: Page,
): Promise<Scored[]> {
  const rank = (units: RawBuilder<unknown>) => page(db.search, ranking(filter, domains, units), asked, 'score');
  // few units are read sooner than a thread of searches is asked; what the index cannot answer may read any number
  const few = isCovered(filter) ? Math.min(db.shortRead, maxRead) : 0;
  if (few > 0 && (await hasAtMost(db.read, filter, domains, few))) return bestOfAll(db, filter, domains, asked);
  if (few < maxRead && (await hasAtMost(db.search, filter, domains, maxRead)))
    return rank(unitsByDomain(db, filter, domains));
  const wanted = asked.limit + 1;
  const depth = domains.length > 1 ? Math.max(minDepth, wanted) : wanted;
  const lists = await readLists(db, filter, domains, asked.after, depth);
  if (lists.length === 0) return [];
  const best = await rank(unitsInLists(db, filter, domains, lists));
  const further = extend(lists, filter, domains, best[asked.limit]);
  return further ? rank(unitsInLists(db, filter, domains, further)) : best;
}

/** Ranks units, rows as of `unitsByDomain`, by relevance · confidence. */
function ranking(filter: UnitFilter, domains: readonly string[], units: RawBuilder<unknown>): RawBuilder<Scored> {
  const signals = sql`
    select unit_id, confidence, ${jaccard(domains)} as domain, ${contextMatchColumns(filter, sql.ref('candidates.unit_id'))}
      from (${units}) candidates`;
  // materialized: else a unit's context would be read again for each mention in the score
  const computed =
    requestedContext(filter).length > 0
      ? sql`with computed as materialized (${signals}) select computed.* from computed`
      : signals;
  return sql<Scored>`
    select unit_id, ${relevance(filter)} * confidence as score, cast(null as double precision) as keyword, domain, language, framework, pattern
      from (${computed}) signals`;
}
