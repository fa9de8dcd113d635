import type {
  EmbeddingJob,
  EmbeddingModel,
  EmbeddingProgress,
  KnowledgeUnit,
  Page,
  PageRequest,
  Position,
  UnitFilter,
} from '../records.ts';

/** What makes a model another one. */
export type ModelProperties = Pick<EmbeddingModel, 'provider' | 'name' | 'dimensions' | 'documentPrefix'>;

/** The embedding models whose vectors the store holds or will hold. */
export interface ModelRegistry {
  /** All models in the order of registration, retired ones too. */
  models(): Promise<EmbeddingModel[]>;
  /**
   * Registers a model and answers it. A new one is `building`, with a job for every unit that lacks its vector; so are a
   * retired one and an active one without any vectors. `at` becomes its `lastUsedAt`. Throws beyond 4,000 dimensions.
   * Concurrent calls add it once.
   */
  register(model: ModelProperties, at: Date): Promise<EmbeddingModel>;
  /** A heartbeat: sets `lastUsedAt`. Answers the model; null when there is none. */
  touch(modelId: number, at: Date): Promise<EmbeddingModel | null>;
  /**
   * Builds the index of a building model, makes it the active one and retires the one before it, whose vectors stay until
   * `purgeRetired`. Concurrent searches use either model. Where the index cannot be built, the model becomes active without it.
   * False if the model has jobs that are not parked. Not inside a transaction.
   */
  activate(modelId: number): Promise<boolean>;
  /**
   * Builds the index of a model unless it exists. Answers why there is none, such as a role that owns no tables, and what to do;
   * null where there is one, or where the engine needs none. Not inside a transaction.
   */
  buildIndex(modelId: number): Promise<string | null>;
  /** The same answer, and builds nothing. */
  indexProblem(modelId: number): Promise<string | null>;
  /**
   * Renews the model's mean cosine from a sample of its vectors, if it has none, or twice as many vectors as then; not while
   * there are fewer than 50. Not inside a transaction.
   */
  renewMeanCosine(modelId: number): Promise<void>;
  /**
   * Retires building models without a heartbeat since `unusedSince`, drops the indexes of retired models, and deletes one batch
   * of their jobs and vectors, small enough not to delay other writers. Answers whether rows are left; call it again then. Not
   * inside a transaction.
   */
  purgeRetired(unusedSince: Date): Promise<boolean>;
}

/** The queue of vectors to make: one job for each unit and model, claimed by one process at a time. */
export interface EmbeddingJobQueue {
  /**
   * Claims up to `limit` due jobs of a model, oldest first: for `lockMs` no other process gets them (a visibility timeout).
   * Increments their attempts.
   */
  claim(
    modelId: number,
    limit: number,
    now: Date,
    lockMs: number,
  ): Promise<{ job: EmbeddingJob; unit: KnowledgeUnit }[]>;
  /**
   * Stores vectors (unit length, of the model's dimensions) and deletes their jobs, in one transaction. One of an `insight` that is
   * no longer the unit's is dropped, and its job stays.
   */
  complete(
    modelId: number,
    vectors: readonly {
      readonly unitId: string;
      readonly vector: Float32Array;
      readonly insight?: KnowledgeUnit['insight'];
    }[],
  ): Promise<void>;
  /**
   * Releases a claimed job with its error, to be retried at `runAt`; null parks it (a dead letter). Does nothing to one that has
   * begun anew, since the unit was changed.
   */
  fail(modelId: number, unitId: string, error: string, runAt: Date | null): Promise<void>;
  /** The parked (dead-lettered) jobs of a model, ordered by unit. */
  parked(modelId: number, page: PageRequest<Position<string>>): Promise<Page<EmbeddingJob>>;
  /** Makes parked jobs due at `at` with attempts reset to 0: one unit's job, or all of the model. Answers how many. */
  retry(modelId: number, unitId: string | null, at: Date): Promise<number>;
  /** How many jobs of the model are waiting and parked, counted up to `most` each. */
  backlog(modelId: number, most: number): Promise<Pick<EmbeddingProgress, 'waiting' | 'parked'>>;
  /** How many vectors the model has, and how many jobs are waiting and parked. */
  progress(modelId: number): Promise<EmbeddingProgress>;
}

/** The vectors of units, by model, and nearest-neighbour search. */
export interface VectorIndex {
  /**
   * Whether a search may compare with the vectors of the model: false while it has no index and more vectors than a request may
   * compare one by one.
   */
  isSearchable(model: EmbeddingModel): Promise<boolean>;
  /**
   * The nearest neighbours of a vector among the units that pass the filter (domains included), nearest first, ties to the
   * higher id. `similarity` is the cosine, rounded to four decimals.
   */
  nearest(
    modelId: number,
    vector: Float32Array,
    filter: UnitFilter,
    limit: number,
  ): Promise<{ readonly unitId: string; readonly similarity: number }[]>;
  /** The vector of a unit; null when it has none of this model. */
  vectorOf(modelId: number, unitId: string): Promise<Float32Array | null>;
}

/**
 * Embedding models, jobs and vectors. Every method throws where `vectorEngine` is null, and `VectorsLostError` where the engine cannot
 * be used any more.
 */
export interface EmbeddingStore extends ModelRegistry, EmbeddingJobQueue, VectorIndex {}
