import { sql } from 'kysely';
import type { UnitFilter } from '../../store.ts';
import type { Database } from '../database.ts';
import { type FilterValues, shapeOf, valuesOf, whereColumnsAndFlags } from '../knowledge/unit-filter.ts';
import { KnowledgeUnitEntity } from '../schema/entities.ts';
import { memoizeByShape, statement } from '../statement.ts';

const selectIds = memoizeByShape(shapeOf, (filter) =>
  statement(KnowledgeUnitEntity, (units, given: FilterValues, em) =>
    whereColumnsAndFlags(units.select('id') as never, filter, given, em),
  ),
);

/**
 * SQL rows `(unit_id, shared, domain_count, confidence)` of the units in the domains that pass the filter; `shared` is how many
 * of `domains` the unit has. A unit has a domain at most once, so that one domain needs no `group by`.
 */
export function unitsByDomain(db: Database, filter: UnitFilter, domains: readonly string[], among = sql``) {
  const several = domains.length > 1;
  const minShared = filter.domainMatch === 'all' ? domains.length : 1;
  return sql`
    select unit_id, ${several ? sql`count(*) as shared, max(domain_count) as domain_count, max(confidence) as confidence` : sql`1 as shared, domain_count, confidence`}
      from knowledge_unit_domains
     where domain in (${sql.join(domains)}) ${inStatus(filter, 'status')} ${uncoveredFilter(db, filter, 'unit_id')} ${among}
     ${several ? sql`group by unit_id having count(*) >= ${minShared}` : sql``}`;
}

/** An SQL condition: the row's status is one of the filter's. */
export function inStatus({ statuses }: UnitFilter, column: string) {
  if (!statuses) return sql``;
  // an empty list matches nothing, and PostgreSQL has no `in ()`
  return statuses.length > 0 ? sql`and ${sql.ref(column)} in (${sql.join(statuses)})` : sql`and 1 = 0`;
}

/**
 * An SQL condition for the part of the filter that the covering index cannot answer; empty when there is none. Languages,
 * frameworks and the pattern are signals of the relevance here.
 */
function uncoveredFilter(db: Database, filter: UnitFilter, column: string) {
  const {
    statuses: _,
    domains: _1,
    domainMatch: _2,
    languages: _3,
    frameworks: _4,
    pattern: _5,
    ...uncovered
  } = filter;
  if (Object.values(uncovered).every((wanted) => wanted === undefined)) return sql``;
  const units = selectIds(uncovered).asSql(db.read, valuesOf(uncovered));
  return sql`and ${sql.ref(column)} in (${units})`;
}
