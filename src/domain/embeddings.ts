import { ConflictError, NotFoundError } from '../errors.ts';
import type { EmbeddingJob, EmbeddingModel, EmbeddingProgress, PageRequest, Position, Store } from '../store/store.ts';
import { isUnitId } from './ids.ts';
import { allItems } from './pagination.ts';
import { nullIfVectorsAreLost } from './query-vectors.ts';

/** An embedding model, how many of its jobs are done, waiting and parked, and an error. */
export interface ModelStatus extends EmbeddingModel, EmbeddingProgress {
  /** The error of the first parked job. */
  readonly lastError: string | null;
  /** Why it has no index, and what to do about it; null where it has one, or needs none. */
  readonly indexProblem: string | null;
}

/** The active model and the one being built, each with the progress of its jobs; none while the vectors cannot be used. */
export async function modelStatuses(store: Store): Promise<ModelStatus[]> {
  return (await statusesOf(store).catch(nullIfVectorsAreLost)) ?? [];
}

async function statusesOf(store: Store): Promise<ModelStatus[]> {
  const models = await modelsInUse(store);
  return Promise.all(
    models.map(async (model) => {
      const progress = await store.embeddings.progress(model.id);
      const { items } = await store.embeddings.parked(model.id, { limit: 1 });
      const indexProblem = await store.embeddings.indexProblem(model.id);
      return { ...model, ...progress, lastError: items[0]?.lastError ?? null, indexProblem };
    }),
  );
}

async function modelsInUse(store: Store): Promise<EmbeddingModel[]> {
  if (store.vectorEngine === null) return [];
  return (await store.embeddings.models()).filter(({ state }) => state !== 'retired');
}

/** All parked jobs (a dead-letter queue) of the models that are not retired. */
export async function* parkedJobs(store: Store): AsyncGenerator<EmbeddingJob & { readonly model: EmbeddingModel }> {
  for (const model of await modelsInUse(store)) {
    const jobs = allItems(
      (page: PageRequest<Position<string>>) => store.embeddings.parked(model.id, page),
      ({ unitId }) => ({ key: unitId, id: unitId }),
    );
    for await (const job of jobs) yield { ...job, model };
  }
}

/**
 * Builds the indexes of vectors that are missing, and drops those of retired models: for the owner of the tables, where servers
 * run as a role that owns none. Answers the models in use, each with why it still has no index.
 */
export async function buildIndexes(store: Store): Promise<{ model: EmbeddingModel; problem: string | null }[]> {
  const built: { model: EmbeddingModel; problem: string | null }[] = [];
  for (const model of await modelsInUse(store))
    built.push({ model, problem: await store.embeddings.buildIndex(model.id) });
  // retires none: no model was unused that long
  if (store.vectorEngine !== null) while (await store.embeddings.purgeRetired(new Date(0)));
  return built;
}

/** Requeues parked jobs: those of one unit, or all. Returns how many; throws `NotFoundError` for a unit without a parked job. */
export async function retryEmbeddings(store: Store, unitId: string | null, now = store.now()): Promise<number> {
  if (store.vectorEngine === null)
    throw new ConflictError(`This database holds no vectors, so nothing is parked. ${store.vectorProblem}`, []);
  if (unitId !== null && !isUnitId(unitId)) throw new NotFoundError('knowledge unit', unitId, ['unitId']);
  let count = 0;
  for (const { id } of await modelsInUse(store)) count += await store.embeddings.retry(id, unitId, now);
  if (unitId !== null && count === 0) throw new NotFoundError('parked unit', unitId, ['unitId']);
  return count;
}
