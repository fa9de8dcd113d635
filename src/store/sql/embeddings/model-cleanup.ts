import type { Queries } from '../queries.ts';
import { EmbeddingJobEntity, EmbeddingModelEntity } from '../schema/entities.ts';
import { statement } from '../statement.ts';
import { holdModel } from './models.ts';
import type { Vectors } from './vectors.ts';

/** What is removed of a model at once: SQLite removes as many vectors of 1,536 numbers in some milliseconds. */
const some = 250;

const retireBuilding = statement(EmbeddingModelEntity, (models, { since }: { since: Date }) =>
  models.update({ state: 'retired' }).where({ state: 'building', lastUsedAt: { $lt: since } }),
);

const retiredModels = statement(EmbeddingModelEntity, (models) => models.select('id').where({ state: 'retired' }));

const deleteSomeJobs = statement(EmbeddingJobEntity, (jobs, { modelId }: { modelId: number }, em) => {
  const first = em.createQueryBuilder(EmbeddingJobEntity, 'job').select('unitId').where({ modelId });
  return jobs.delete().where({ modelId, unitId: { $in: first.orderBy({ runAt: 'asc' }).limit(some) } });
});

/** Retires models that were being built and that nobody has worked with since then. Answers with all retired ones. */
export async function retireUnused(tx: Queries, since: Date): Promise<number[]> {
  await retireBuilding.run(tx, { since });
  return (await retiredModels.all(tx, {})).map(({ id }) => id);
}

/** Removes some jobs and vectors of a model, unless it is built again. Answers whether there may be more. */
export async function removeSome(tx: Queries, vectors: Vectors, modelId: number): Promise<boolean> {
  const model = await holdModel(tx, modelId);
  if (model?.state !== 'retired') return false;
  const jobs = await deleteSomeJobs.run(tx, { modelId });
  const removed = await vectors.remove(tx, modelId, some);
  return jobs === some || removed === some;
}
