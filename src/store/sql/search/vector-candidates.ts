import { type RawBuilder, sql } from 'kysely';
import type { Meaning, UnitFilter } from '../../store.ts';
import type { Database } from '../database.ts';
import { similarityScale } from '../embeddings/vectors.ts';
import { maxNearestNeighbours, nearestUnits } from './nearest-neighbours.ts';
import { double } from './relevance.ts';

/** The nearest neighbours of the query vector, as SQL. */
export interface VectorCandidates {
  /** A subquery to join, `(unit_id, near)`: `near` is the similarity times `similarityScale`. */
  readonly rows: RawBuilder<{ unit_id: string; near: number }>;
  /**
   * An SQL expression over `near`, null for other units: 1 for the nearest neighbour, 0 for the farthest and for all others.
   */
  readonly signal: RawBuilder<number>;
  /** How many there are. */
  readonly count: number;
  /** The cosine of the nearest one; 0 where there is none. */
  readonly nearest: number;
}

/**
 * Finds the `maxNearestNeighbours` that pass the filter, with their semantic signal. Cosines cluster in a narrow band, which
 * depends on the model, so they are min–max normalised over the neighbours found. Throws where the database holds no vectors,
 * and `VectorsLostError` where it can use them no more.
 */
export async function findNearest(
  db: Database,
  { modelId, vector }: Meaning,
  filter: UnitFilter,
): Promise<VectorCandidates> {
  if (!db.vectors) throw new Error(`This database holds no vectors. ${db.vectorProblem}`);
  // languages, frameworks and pattern raise the score and exclude nothing
  const { languages, frameworks, pattern, domains, ...rest } = filter;
  const hardFilter = domains && domains.length > 0 ? { ...rest, domains } : rest;
  const { vectors } = db;
  const units = await vectors.use(() =>
    nearestUnits(db, vectors, { modelId, vector }, hardFilter, maxNearestNeighbours),
  );
  const best = units.at(0)?.similarity ?? 0;
  const range = best - (units.at(-1)?.similarity ?? 0);
  return {
    count: units.length,
    nearest: best / similarityScale,
    rows: units.length > 0 ? valuesList(units) : sql`(select cast(null as text) as unit_id, 0 as near where 1 = 0)`,
    signal:
      range === 0
        ? sql`case when near is null then ${double(0)} else ${double(1)} end`
        : sql`coalesce(cast(near - cast(${best - range} as integer) as double precision) / cast(${range} as integer), ${double(0)})`,
  };
}

function valuesList(units: readonly { unit_id: string; similarity: number }[]): VectorCandidates['rows'] {
  // bound as parameters, so that the text stays the same and the database can keep it prepared
  const rows = units.map(({ unit_id, similarity }) => sql`(${unit_id}, cast(${similarity} as integer))`);
  return sql`(select column1 as unit_id, column2 as near from (values ${sql.join(rows)}) listed)`;
}
