import type { RawBuilder } from 'kysely';
import type { EmbeddingModel } from '../../store.ts';
import type { Queries } from '../queries.ts';

/** The vector that units are compared with, of one model. */
export interface QueryVector {
  readonly modelId: number;
  readonly vector: Float32Array;
}

/**
 * Similarities are whole numbers inside the store: the cosine times this, rounded. The databases sum floats in different
 * orders, and agree to four decimals.
 */
export const similarityScale = 10_000;

/** A unit and its similarity to the query. */
export interface Neighbour {
  readonly unit_id: string;
  /** The cosine times `similarityScale`. */
  readonly similarity: number;
}

/** A parenthesised subquery `(id)` of units. */
export type CandidateUnits = RawBuilder<{ id: string }>;

/** The vector storage and index of one database: sqlite-vec or pgvector. */
export interface Vectors {
  /** The engine and its version. */
  readonly name: string;
  /** Why they cannot be used any more, and what to do about it; null while they can. */
  readonly problem: string | null;
  /**
   * Runs statements that use vectors; a second time, if the first one failed since the engine had become another. Throws
   * `VectorsLostError` where vectors cannot be used any more.
   */
  use<T>(work: () => Promise<T>): Promise<T>;
  /** Adds or replaces vectors; skips units that do not exist. */
  put(tx: Queries, modelId: number, vectors: readonly UnitVector[]): Promise<void>;
  /** Deletes up to `limit` vectors of a model; answers how many. */
  remove(tx: Queries, modelId: number, limit: number): Promise<number>;
  /** A unit's vector; null when it has none of this model. */
  find(db: Queries, modelId: number, unitId: string): Promise<Float32Array | null>;
  /** Up to `limit` vectors of the model, picked at random. Reads the keys of all of them. */
  sample(db: Queries, modelId: number, limit: number): Promise<Float32Array[]>;
  /** SQL rows `(unit_id)` of the units that have a vector of the model. */
  units(modelId: number): RawBuilder<{ unit_id: string }>;
  /** Whether approximate searches of the model are fast: by an index, or since they need none. May be some seconds old. */
  hasIndex(db: Queries, modelId: number): Promise<boolean>;
  /** Why the model has no index, and what to do; null where it has one, or needs none. */
  indexProblem(db: Queries, model: EmbeddingModel): Promise<string | null>;
  /**
   * Builds the model's index unless it exists or this role may not; not inside a transaction. Answers why there is none, and
   * what to do; null where there is one, or none is needed.
   */
  buildIndex(db: Queries, model: EmbeddingModel): Promise<string | null>;
  /** Drops the indexes of retired models, where this role may; not inside a transaction. */
  dropIndexes(db: Queries): Promise<void>;
  /**
   * SQL rows `Neighbour` of at least the `limit` nearest units in `among`. Approximate: the index may miss some. `selective`
   * says that `among` holds a small part of all units.
   */
  approximateSearch(
    query: QueryVector,
    among: CandidateUnits,
    limit: number,
    selective: boolean,
  ): RawBuilder<Neighbour>;
  /** SQL rows `Neighbour` of every unit in `among` that has a vector (brute force). */
  exactSearch(query: QueryVector, among: CandidateUnits): RawBuilder<Neighbour>;
}

export interface UnitVector {
  readonly unitId: string;
  readonly vector: Float32Array;
}
