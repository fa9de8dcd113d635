import type { RawBuilder } from 'kysely';
import type { EmbeddingModel } from '../../store.ts';
import type { Queries } from '../queries.ts';

/** The meaning that units are compared with. */
export interface QueryVector {
  readonly modelId: number;
  readonly vector: Float32Array;
}

/** A unit and its cosine in whole ten-thousandths: databases add up in different orders, and agree this far. */
export interface Neighbour {
  readonly unit_id: string;
  readonly similarity: number;
}

/** A subquery `(id)` of units, in brackets. */
export type CandidateUnits = RawBuilder<{ id: string }>;

/** What holds vectors, each database in its own way. */
export interface Vectors {
  /** Its name and version. */
  readonly name: string;
  /** Adds or replaces vectors; those of units that are not there are left out. */
  put(tx: Queries, modelId: number, vectors: readonly UnitVector[]): Promise<void>;
  /** Removes up to `limit` vectors of a model, and answers how many. */
  remove(tx: Queries, modelId: number, limit: number): Promise<number>;
  find(db: Queries, modelId: number, unitId: string): Promise<Float32Array | null>;
  /** SQL rows `(unit_id)` of the units that have a vector. */
  units(modelId: number): RawBuilder<{ unit_id: string }>;
  /** Builds the model's index, outside of any transaction; when it is there already, leaves it. */
  buildIndex(db: Queries, model: EmbeddingModel): Promise<void>;
  /** Drops the indexes of retired models, outside of any transaction. */
  dropIndexes(db: Queries): Promise<void>;
  /**
   * SQL rows `Neighbour` of the `limit` units in `among` nearest to `aim`, or more; the index finds them, and may miss some. `narrow`
   * where `among` has a small part of all units.
   */
  approximateSearch(aim: QueryVector, among: CandidateUnits, limit: number, narrow: boolean): RawBuilder<Neighbour>;
  /** SQL rows `Neighbour` of every unit in `among` that has a vector. */
  exactSearch(aim: QueryVector, among: CandidateUnits): RawBuilder<Neighbour>;
}

export interface UnitVector {
  readonly unitId: string;
  readonly vector: Float32Array;
}
