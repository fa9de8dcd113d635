import { type RawBuilder, sql } from 'kysely';
import type { UnitFilter } from '../../store.ts';
import type { Database } from '../database.ts';
import type { Neighbour, QueryVector, Vectors } from '../embeddings/vectors.ts';
import { indexable } from '../knowledge/rows.ts';
import { type FilterValues, shapeOf, valuesOf, whereUnit } from '../knowledge/unit-filter.ts';
import { KnowledgeUnitEntity } from '../schema/entities.ts';
import { memoizeByShape, statement } from '../statement.ts';
import { unitsByDomain } from './units-by-domain.ts';

/** How many nearest neighbours a search ranks (k). With it change `searchSettings` in postgres/vectors.ts and
 * `overfetch` in sqlite/vectors.ts, which are chosen for it. */
export const maxNearestNeighbours = 100;

/**
 * Visiting one row through the index costs about as much as this many exact comparisons. With n of N units passing the filter,
 * an approximate search visits `limit · N / n` rows; scan exactly where that is less work: n ≤ cost · limit · N / n.
 */
const indexVisitCost = 7;
/** A filter that keeps at least one unit in this many is not selective: the count of passing units stops there. */
const selectivityThreshold = 4;

const selectIds = memoizeByShape(shapeOf, (filter) =>
  statement(KnowledgeUnitEntity, (units, given: FilterValues, em) =>
    whereUnit(units.select('id') as never, filter, given, em),
  ),
);

/**
 * The k nearest neighbours of a vector among the units that pass the filter; `limit` is k. Nearest first, ties to the higher
 * id. Picks an exact scan or an approximate search, whichever visits fewer rows. Without an index it is an exact scan, of all that
 * pass: `isSearchable` says beforehand whether that is too much.
 */
export async function nearestUnits(
  db: Database,
  vectors: Vectors,
  query: QueryVector,
  filter: UnitFilter,
  limit: number,
): Promise<Neighbour[]> {
  const units = unitsOf(db, filter);
  const among = sql<{ id: string }>`(${units})`;
  const nearest = async (rows: ReturnType<Vectors['exactSearch']>) =>
    (
      await sql<Neighbour>`
        select unit_id, similarity from (${rows}) near order by similarity desc, unit_id desc limit ${sql.lit(limit)}`.execute(
        db.search,
      )
    ).rows;

  // without an index an approximate search would compare all vectors too, and more slowly
  if (!(await vectors.hasIndex(db.search, query.modelId))) return nearest(vectors.exactSearch(query, among));
  const all = await db.words.count();
  const passing = isSelective(filter) ? await countUpTo(Math.ceil(all / selectivityThreshold)) : all;
  if (passing ** 2 <= indexVisitCost * limit * all) return nearest(vectors.exactSearch(query, among));
  const found = await nearest(vectors.approximateSearch(query, among, limit, passing * selectivityThreshold < all));
  // the filter may have rejected most of the rows that the index visited
  return found.length < limit ? nearest(vectors.exactSearch(query, among)) : found;

  async function countUpTo(max: number): Promise<number> {
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from (select id from (${units}) unit limit ${sql.lit(max)}) counted`.execute(db.search);
    return Number(rows[0]?.count);
  }
}

/** SQL rows `(id)` of the units that pass the filter; from the covering index of domains where that has all columns. */
function unitsOf(db: Database, filter: UnitFilter): RawBuilder<{ id: string }> {
  const { domains = [], languages, frameworks, pattern } = filter;
  if (domains.length > 0 && !languages && !frameworks && pattern === undefined)
    return sql`select unit_id as id from (${unitsByDomain(db, filter, [...new Set(domains.map(indexable))])}) tag`;
  return sql`${selectIds(filter).asSql(db.read, valuesOf(filter))}`;
}

/** Whether the filter may reject many units. Most units are approved, so that this status alone needs no count. */
function isSelective({ statuses, ...rest }: UnitFilter): boolean {
  return Object.values(rest).some((value) => value !== undefined) || statuses?.includes('approved') === false;
}
