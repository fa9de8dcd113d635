import { type RawBuilder, sql } from 'kysely';
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

/** Units to look up, as a parenthesised subquery, each once, and how their rows of `knowledge_unit_domains` are found. */
export interface NamedUnits {
  /** Has a column `unit_id`. */
  readonly rows: RawBuilder<unknown>;
  /** A condition over `tag`, such a row, and `found`, one of `rows`. */
  readonly match: RawBuilder<unknown>;
}

/**
 * SQL rows `(unit_id, shared, domain_count, confidence)` of the units in the domains that pass the filter; `shared` is how many
 * of `domains` the unit has. With `found`, only of those. A unit has a domain at most once,
 * so that one domain needs no `group by`.
 */
export function unitsByDomain(db: Database, filter: UnitFilter, domains: readonly string[], found?: NamedUnits) {
  const several = domains.length > 1;
  const minShared = filter.domainMatch === 'all' ? domains.length : 1;
  const tags = found
    ? sql`${found.rows} found ${db.dialect.orderedJoin} knowledge_unit_domains tag on ${found.match}`
    : sql`knowledge_unit_domains tag`;
  return sql`
    select tag.unit_id, ${several ? sql`count(*) as shared, max(tag.domain_count) as domain_count, max(tag.confidence) as confidence` : sql`1 as shared, tag.domain_count, tag.confidence`}
      from ${tags}
     where tag.domain in (${sql.join(domains)}) ${inStatus(filter, 'tag.status')} ${uncoveredFilter(db, filter, found ? passesAlone : isListed)}
     ${several ? sql`group by tag.unit_id having count(*) >= ${minShared}` : sql``}`;
}

/** An SQL condition: the row's status is one of the filter's. */
export function inStatus({ statuses }: UnitFilter, column: string) {
  if (!statuses) return sql``;
  // an empty list matches nothing, and PostgreSQL has no `in ()`
  return statuses.length > 0 ? sql`and ${sql.ref(column)} in (${sql.join(statuses)})` : sql`and 1 = 0`;
}

/** An SQL condition: `tag` is of one of the units; made of them for all rows at once, or for each row. */
type AmongUnits = (units: RawBuilder<unknown>) => RawBuilder<unknown>;
const isListed: AmongUnits = (units) => sql`and tag.unit_id in (${units})`;
/** For few rows: a list of all units that pass a filter may be long. */
export const passesAlone: AmongUnits = (units) =>
  sql`and exists (select 1 from (${units}) unit where unit.id = tag.unit_id)`;

/** The part of a filter that the covering index cannot answer. Languages, frameworks and the pattern are signals of the relevance. */
function uncoveredPart(filter: UnitFilter): UnitFilter {
  const {
    statuses: _,
    domains: _1,
    domainMatch: _2,
    languages: _3,
    frameworks: _4,
    pattern: _5,
    ...uncovered
  } = filter;
  return uncovered;
}

/** Whether the covering index answers all of the filter. */
export const isCovered = (filter: UnitFilter): boolean =>
  Object.values(uncoveredPart(filter)).every((wanted) => wanted === undefined);

/** An SQL condition for the part of the filter that the covering index cannot answer; empty when there is none. */
export function uncoveredFilter(db: Database, filter: UnitFilter, among: AmongUnits): RawBuilder<unknown> {
  if (isCovered(filter)) return sql``;
  const uncovered = uncoveredPart(filter);
  return among(selectIds(uncovered).asSql(db.read, valuesOf(uncovered)));
}
