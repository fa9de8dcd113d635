import { type RawBuilder, sql } from 'kysely';
import type { UnitFilter } from '../../store.ts';
import type { Database } from '../database.ts';
import type { Neighbour, QueryVector, Vectors } from '../embeddings/vectors.ts';
import { indexable } from '../knowledge/rows.ts';
import { type FilterValues, shapeOf, valuesOf, whereUnit } from '../knowledge/unit-filter.ts';
import { KnowledgeUnitEntity } from '../schema/entities.ts';
import { shaped, statement } from '../statement.ts';
import { unitsByDomain } from './units-by-domain.ts';

/**
 * Visiting one row through the index costs about as much as this many exact comparisons. With n of N units passing the filter, an
 * approximate search visits `limit · N / n` rows; scan exactly where that is less work: n ≤ cost · limit · N / n.
 */
const indexVisitCost = 7;
/** A filter that keeps at least one unit in this many is not selective: counting stops there. */
const selectivityThreshold = 4;

const selectIds = shaped(shapeOf, (filter) =>
  statement(KnowledgeUnitEntity, (units, given: FilterValues, em) =>
    whereUnit(units.select('id') as never, filter, given, em),
  ),
);

/** The k nearest neighbours among the units that pass the filter, nearest first, ties to the higher id; `limit` is k. */
export async function nearestUnits(
  db: Database,
  vectors: Vectors,
  aim: QueryVector,
  filter: UnitFilter,
  limit: number,
): Promise<Neighbour[]> {
  const units = unitsOf(db, filter);
  const among = sql<{ id: string }>`(${units})`;
  const best = async (rows: ReturnType<Vectors['exactSearch']>) =>
    (
      await sql<Neighbour>`
        select unit_id, similarity from (${rows}) near order by similarity desc, unit_id desc limit ${sql.lit(limit)}`.execute(
        db.search,
      )
    ).rows;

  const { all } = await db.terms.read(db.search, []);
  const passing = isSelective(filter) ? await countUpTo(Math.ceil(all / selectivityThreshold)) : all;
  if (passing ** 2 <= indexVisitCost * limit * all) return best(vectors.exactSearch(aim, among));
  const found = await best(vectors.approximateSearch(aim, among, limit, passing * selectivityThreshold < all));
  // the filter may have rejected most of the rows that the index visited
  return found.length < limit ? best(vectors.exactSearch(aim, among)) : found;

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
    return sql`select unit_id as id from (${unitsByDomain(db, filter, [...new Set(domains.map(indexable))])}) tag`;
  return sql`${selectIds(filter).within(db.read, valuesOf(filter))}`;
}

/** Whether a filter may leave few units; most units are approved, so that this status alone needs no counting. */
function isSelective({ statuses, ...rest }: UnitFilter): boolean {
  return Object.values(rest).some((asked) => asked !== undefined) || statuses?.includes('approved') === false;
}
