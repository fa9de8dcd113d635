import { type RawBuilder, sql } from 'kysely';
import type { UnitFilter } from '../store.ts';
import { tagged } from './candidates.ts';
import type { Database } from './database.ts';
import { KnowledgeUnitEntity } from './entities.ts';
import { type FilterValues, shapeOf, valuesOf, whereUnit } from './filters.ts';
import { indexable } from './rows.ts';
import { shaped, statement } from './statement.ts';
import type { Aim, Near, Vectors } from './vectors.ts';

/**
 * Meeting a unit in an index costs as much as comparing so many by themselves. An index that finds `limit` units of a filter which
 * lets `n` of all `N` through meets `limit · N / n`; all that pass are compared where that is less work, and exact besides.
 */
const costOfMeeting = 7;
/** A filter that lets one unit in so many through, or more, hardly narrows, and nobody needs to know by how much. */
const narrowFrom = 4;

const selectIds = shaped(shapeOf, (filter) =>
  statement(KnowledgeUnitEntity, (units, given: FilterValues, em) =>
    whereUnit(units.select('id') as never, filter, given, em),
  ),
);

/** The nearest units that the filter lets through, nearest first, ties to the higher id. */
export async function nearestUnits(
  db: Database,
  vectors: Vectors,
  aim: Aim,
  filter: UnitFilter,
  limit: number,
): Promise<Near[]> {
  const units = unitsOf(db, filter);
  const among = sql<{ id: string }>`(${units})`;
  const best = async (rows: ReturnType<Vectors['allOf']>) =>
    (
      await sql<Near>`
        select unit_id, nearness from (${rows}) near order by nearness desc, unit_id desc limit ${sql.lit(limit)}`.execute(
        db.search,
      )
    ).rows;

  const { all } = await db.terms.read(db.search, []);
  const passing = narrows(filter) ? await countUpTo(Math.ceil(all / narrowFrom)) : all;
  if (passing ** 2 <= costOfMeeting * limit * all) return best(vectors.allOf(aim, among));
  const found = await best(vectors.nearestOf(aim, among, limit, passing * narrowFrom < all));
  // the filter may have left out most of what the index has met
  return found.length < limit ? best(vectors.allOf(aim, among)) : found;

  async function countUpTo(most: number): Promise<number> {
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from (select id from (${units}) unit limit ${sql.lit(most)}) counted`.execute(db.search);
    return Number(rows[0]?.count);
  }
}

/** SQL rows `(id)` of the units that a filter lets through; those in domains out of one covering index, unless it asks for more. */
function unitsOf(db: Database, filter: UnitFilter): RawBuilder<{ id: string }> {
  const { domains = [], languages, frameworks, pattern } = filter;
  if (domains.length > 0 && !languages && !frameworks && pattern === undefined)
    return sql`select unit_id as id from (${tagged(db, filter, [...new Set(domains.map(indexable))])}) tag`;
  return sql`${selectIds(filter).within(db.read, valuesOf(filter))}`;
}

/** Whether a filter may leave few units; most are approved, and nobody needs to count those. */
function narrows({ statuses, ...rest }: UnitFilter): boolean {
  return Object.values(rest).some((asked) => asked !== undefined) || statuses?.includes('approved') === false;
}
