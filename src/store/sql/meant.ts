import { type RawBuilder, sql } from 'kysely';
import type { Meaning, UnitFilter } from '../store.ts';
import type { Database } from './database.ts';
import { nearestUnits } from './nearest.ts';
import { double } from './signals.ts';
import { noVectors } from './without-vectors.ts';

/** So many units, the nearest ones, are ranked by their meaning. */
const maxNear = 100;

/** The units nearest in meaning. */
export interface Meant {
  /** A subquery that can be joined: `(unit_id, near)`, where `near` is a whole number. */
  readonly rows: RawBuilder<{ unit_id: string; near: number }>;
  /** SQL for the signal, of a row's `near` or its absence: 1 for the nearest of them, 0 for the farthest and all others. */
  readonly signal: RawBuilder<number>;
}

/**
 * Finds them. Cosines of texts lie close together, wherever a model puts them: what tells units apart is where each
 * stands between the nearest and the farthest.
 */
export async function meant(db: Database, { modelId, vector }: Meaning, filter: UnitFilter): Promise<Meant> {
  if (!db.vectors) throw new Error(noVectors);
  // these raise the rank and exclude nothing
  const { languages, frameworks, pattern, domains, ...rest } = filter;
  const narrowing = domains && domains.length > 0 ? { ...rest, domains } : rest;
  const units = await nearestUnits(db, db.vectors, { modelId, vector }, narrowing, maxNear);
  const best = units.at(0)?.nearness ?? 0;
  const range = best - (units.at(-1)?.nearness ?? 0);
  return {
    rows: units.length > 0 ? listed(units) : sql`(select cast(null as text) as unit_id, 0 as near where 1 = 0)`,
    signal:
      range === 0
        ? sql`case when near is null then ${double(0)} else ${double(1)} end`
        : sql`coalesce(cast(near - cast(${best - range} as integer) as double precision) / cast(${range} as integer), ${double(0)})`,
  };
}

function listed(units: readonly { unit_id: string; nearness: number }[]): Meant['rows'] {
  // as parameters: the statement stays the same, and can be kept
  const rows = units.map(({ unit_id, nearness }) => sql`(${unit_id}, cast(${nearness} as integer))`);
  return sql`(select column1 as unit_id, column2 as near from (values ${sql.join(rows)}) listed)`;
}
