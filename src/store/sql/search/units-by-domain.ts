import { sql } from 'kysely';
import type { UnitFilter } from '../../store.ts';
import type { Database } from '../database.ts';
import { type FilterValues, shapeOf, valuesOf, whereStated } from '../knowledge/unit-filter.ts';
import { KnowledgeUnitEntity } from '../schema/entities.ts';
import { shaped, statement } from '../statement.ts';

const selectIds = shaped(shapeOf, (filter) =>
  statement(KnowledgeUnitEntity, (units, given: FilterValues, em) =>
    whereStated(units.select('id') as never, filter, given, em),
  ),
);

/** The units in the domains: `(unit_id, shared, domain_count, confidence)`. A unit is once in a domain: of one, there is nothing to group. */
export function unitsByDomain(db: Database, filter: UnitFilter, domains: readonly string[], among = sql``) {
  const several = domains.length > 1;
  const least = filter.domainMatch === 'all' ? domains.length : 1;
  return sql`
    select unit_id, ${several ? sql`count(*) as shared, max(domain_count) as domain_count, max(confidence) as confidence` : sql`1 as shared, domain_count, confidence`}
      from knowledge_unit_domains
     where domain in (${sql.join(domains)}) ${inStatus(filter, 'status')} ${narrowed(db, filter, 'unit_id')} ${among}
     ${several ? sql`group by unit_id having count(*) >= ${least}` : sql``}`;
}

/** SQL: the status of a row is one of those asked for. */
export function inStatus({ statuses }: UnitFilter, column: string) {
  if (!statuses) return sql``;
  // of none, never, for which PostgreSQL has no empty list
  return statuses.length > 0 ? sql`and ${sql.ref(column)} in (${sql.join(statuses)})` : sql`and 1 = 0`;
}

/** The part of the filter that the covering index cannot answer; nothing when it asks for nothing. */
function narrowed(db: Database, { tiers, confidence, createdAt, hasFlags }: UnitFilter, column: string) {
  if (!tiers && !confidence && !createdAt && hasFlags === undefined) return sql``;
  const asked = { tiers, confidence, createdAt, hasFlags };
  const units = selectIds(asked).within(db.read, valuesOf(asked));
  return sql`and ${sql.ref(column)} in (${units})`;
}
