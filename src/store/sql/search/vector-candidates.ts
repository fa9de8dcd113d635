import { type RawBuilder, sql } from 'kysely';
import type { Meaning, UnitFilter } from '../../store.ts';
import type { Database } from '../database.ts';
import { noVectors } from '../embeddings/without-vectors.ts';
import { nearestUnits } from './nearest-neighbours.ts';
import { double } from './scoring.ts';

/** How many nearest neighbours are ranked by their similarity. */
const maxNear = 100;

/** The nearest neighbours of the question's vector. */
export interface VectorCandidates {
  /** A subquery that can be joined: `(unit_id, near)`, where `near` is a whole number. */
  readonly rows: RawBuilder<{ unit_id: string; near: number }>;
  /** SQL for the signal, of a row's `near` or its absence: 1 for the nearest of them, 0 for the farthest and all others. */
  readonly signal: RawBuilder<number>;
}

/**
 * The nearest neighbours that pass the filter, with their semantic signal. Cosines cluster in a narrow band, which depends on the
 * model, so they are min–max normalised over the neighbours found.
 */
export async function findNearest(
  db: Database,
  { modelId, vector }: Meaning,
  filter: UnitFilter,
): Promise<VectorCandidates> {
  if (!db.vectors) throw new Error(noVectors);
  // these raise the rank and exclude nothing
  const { languages, frameworks, pattern, domains, ...rest } = filter;
  const narrowing = domains && domains.length > 0 ? { ...rest, domains } : rest;
  const units = await nearestUnits(db, db.vectors, { modelId, vector }, narrowing, maxNear);
  const best = units.at(0)?.similarity ?? 0;
  const range = best - (units.at(-1)?.similarity ?? 0);
  return {
    rows: units.length > 0 ? listed(units) : sql`(select cast(null as text) as unit_id, 0 as near where 1 = 0)`,
    signal:
      range === 0
        ? sql`case when near is null then ${double(0)} else ${double(1)} end`
        : sql`coalesce(cast(near - cast(${best - range} as integer) as double precision) / cast(${range} as integer), ${double(0)})`,
  };
}

function listed(units: readonly { unit_id: string; similarity: number }[]): VectorCandidates['rows'] {
  // as parameters: the statement stays the same, and can be kept
  const rows = units.map(({ unit_id, similarity }) => sql`(${unit_id}, cast(${similarity} as integer))`);
  return sql`(select column1 as unit_id, column2 as near from (values ${sql.join(rows)}) listed)`;
}
