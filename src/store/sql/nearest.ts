import { sql } from 'kysely';
import type { UnitFilter } from '../store.ts';
import type { Database } from './database.ts';
import { whereUnit } from './queries.ts';
import type { Aim, Near, Vectors } from './vectors.ts';

/** Where a filter leaves this few units, all are compared: exact, and quicker than an index that meets few of them. */
const fewUnits = 20_000;

/** The nearest units that the filter lets through, nearest first, ties to the higher id. */
export async function nearestUnits(
  db: Database,
  vectors: Vectors,
  aim: Aim,
  filter: UnitFilter,
  limit: number,
): Promise<Near[]> {
  const units = whereUnit(db.read.selectFrom('knowledge_units').select('knowledge_units.id'), filter);
  // with its brackets: SQLite takes a list of a second pair for one value
  const among = sql<{ id: string }>`${units}`;
  const best = async (rows: ReturnType<Vectors['allOf']>) =>
    (
      await sql<Near>`
        select unit_id, nearness from (${rows}) near order by nearness desc, unit_id desc limit ${sql.lit(limit)}`.execute(
        db.search,
      )
    ).rows;

  if (narrows(filter) && (await few())) return best(vectors.allOf(aim, among));
  const found = await best(vectors.nearestOf(aim, among, limit));
  // the filter may have left out most of what the index has met
  return found.length < limit ? best(vectors.allOf(aim, among)) : found;

  async function few(): Promise<boolean> {
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from ${units.limit(sql.lit(fewUnits + 1))} counted`.execute(db.search);
    return Number(rows[0]?.count) <= fewUnits;
  }
}

/** Whether a filter may leave few units; most are approved, and nobody needs to count those. */
function narrows({ statuses, ...rest }: UnitFilter): boolean {
  return Object.values(rest).some((asked) => asked !== undefined) || statuses?.includes('approved') === false;
}
