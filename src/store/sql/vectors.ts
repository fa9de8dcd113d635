import type { RawBuilder } from 'kysely';
import type { EmbeddingModel } from '../store.ts';
import type { Queries } from './database.ts';

/** The meaning that units are compared with. */
export interface Aim {
  readonly modelId: number;
  readonly vector: Float32Array;
}

/** A unit and its cosine in whole ten-thousandths: databases add up in different orders, and agree this far. */
export interface Near {
  readonly unit_id: string;
  readonly nearness: number;
}

/** A subquery `(id)` of units, in brackets. */
export type Among = RawBuilder<{ id: string }>;

/** What holds vectors, each database in its own way. */
export interface Vectors {
  /** Its name and version. */
  readonly name: string;
  /** Until the transaction ends nobody adds a unit, and everybody who was about to has done so. */
  holdWriters(tx: Queries): Promise<void>;
  /** Lets a transaction take longer than a request may. */
  takeTime(tx: Queries): Promise<void>;
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
   * SQL rows `Near` of the `limit` units in `among` nearest to `aim`, or more; the index finds them, and may miss some. `narrow`
   * where `among` has a small part of all units.
   */
  nearestOf(aim: Aim, among: Among, limit: number, narrow: boolean): RawBuilder<Near>;
  /** SQL rows `Near` of every unit in `among` that has a vector. */
  allOf(aim: Aim, among: Among): RawBuilder<Near>;
}

export interface UnitVector {
  readonly unitId: string;
  readonly vector: Float32Array;
}
