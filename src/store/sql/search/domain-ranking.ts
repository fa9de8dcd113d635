import { type RawBuilder, sql } from 'kysely';
import type { UnitFilter } from '../../store.ts';
import type { Database } from '../database.ts';
import type { Queries } from '../queries.ts';
import { extend, readLists, unitsInLists } from './domain-lists.ts';
import { type Page, page, type Scored } from './page.ts';
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
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (
      select 1 from knowledge_unit_domains where domain in (${sql.join(domains)}) ${inStatus(filter, 'status')}
       limit ${sql.lit(max + 1)}) counted`.execute(queries);
  return Number(rows[0]?.count) <= max;
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
  const rank = (units: RawBuilder<unknown>, queries = db.search) =>
    page(queries, ranking(filter, domains, units), asked, 'score');
  // few units are read sooner than a thread of searches is asked; what the index cannot answer may read any number
  const few = isCovered(filter) ? Math.min(db.shortRead, maxRead) : 0;
  if (few > 0 && (await hasAtMost(db.read, filter, domains, few)))
    return rank(unitsByDomain(db, filter, domains), db.read);
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
