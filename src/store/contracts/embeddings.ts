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

/** The embedding models that have vectors here, or are about to. */
export interface ModelRegistry {
  /** In the order in which they came; retired ones too. */
  models(): Promise<EmbeddingModel[]>;
  /**
   * The model with these properties, in use at `at`, added as `building` where there is none, with a job for every unit that
   * lacks its vector. A retired one is `building` again, and so is an active one that came here without any vectors. Throws
   * beyond 4,000 dimensions. However many processes call at once, it is added once.
   */
  register(model: Omit<EmbeddingModel, 'id' | 'state' | 'lastUsedAt'>, at: Date): Promise<EmbeddingModel>;
  /** Notes that a process works with a model. Answers with the model as it is then; null when it is not there. */
  touch(modelId: number, at: Date): Promise<EmbeddingModel | null>;
  /**
   * Makes a building model the active one, in use now, builds its index where the database has one, and retires the one before it, whose
   * vectors stay until `tidy` takes them. A search that runs meanwhile finds either. False when jobs other than parked ones
   * are left. Not inside a transaction.
   */
  activate(modelId: number): Promise<boolean>;
  /**
   * Retires building models that nobody has worked with since then, and removes of the retired ones their indexes and some
   * hundreds of their jobs and vectors: so few that nobody has to wait. Answers whether any are left; a process that
   * is killed leaves them for the next. Not inside a transaction.
   */
  tidy(unusedSince: Date): Promise<boolean>;
}

/** The work of making vectors: one job for each unit and model, claimed by one process at a time. */
export interface EmbeddingJobQueue {
  /**
   * Takes up to `limit` due jobs of a model, oldest first, for `lockMs`: until then no other process gets them. Counts an
   * attempt of each.
   */
  claim(
    modelId: number,
    limit: number,
    now: Date,
    lockMs: number,
  ): Promise<{ job: EmbeddingJob; unit: KnowledgeUnit }[]>;
  /** Keeps vectors (each of length 1 and the model's size) and ends their jobs, in one transaction. */
  complete(
    modelId: number,
    vectors: readonly { readonly unitId: string; readonly vector: Float32Array }[],
  ): Promise<void>;
  /** Gives a claimed job back, to be tried at `runAt`; null parks it. */
  fail(modelId: number, unitId: string, error: string, runAt: Date | null): Promise<void>;
  /** The parked jobs of a model, by unit. */
  parked(modelId: number, page: PageRequest<Position<string>>): Promise<Page<EmbeddingJob>>;
  /** Makes parked jobs due again, with no attempts counted: one unit's, or all of the model. Answers how many. */
  retry(modelId: number, unitId: string | null, at: Date): Promise<number>;
  progress(modelId: number): Promise<EmbeddingProgress>;
}

/** Vectors of units, by model, and their nearest neighbours. */
export interface VectorIndex {
  /**
   * The units nearest to a vector, nearest first, with the cosine of the angle between them rounded to four decimals; ties
   * to the higher id. Only units that the filter lets through, domains included.
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

/** Vectors and the work of making them. Only where `vectorEngine` is not null. */
export interface EmbeddingStore extends ModelRegistry, EmbeddingJobQueue, VectorIndex {}
