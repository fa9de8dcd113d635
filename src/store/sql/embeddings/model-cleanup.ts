import type { Queries } from '../queries.ts';
import { EmbeddingJobEntity, EmbeddingModelEntity } from '../schema/entities.ts';
import { statement } from '../statement.ts';
import { lockModel } from './models.ts';
import type { Vectors } from './vectors.ts';

/** Rows in one delete. SQLite deletes this many vectors of 1,536 dimensions in some milliseconds. */
const batchSize = 250;

const retireBuilding = statement(EmbeddingModelEntity, (models, { since }: { since: Date }) =>
  models.update({ state: 'retired' }).where({ state: 'building', lastUsedAt: { $lt: since } }),
);

const retiredModels = statement(EmbeddingModelEntity, (models) => models.select('id').where({ state: 'retired' }));

const deleteJobBatch = statement(EmbeddingJobEntity, (jobs, { modelId }: { modelId: number }, em) => {
  const first = em.createQueryBuilder(EmbeddingJobEntity, 'job').select('unitId').where({ modelId });
  return jobs.delete().where({ modelId, unitId: { $in: first.orderBy({ runAt: 'asc' }).limit(batchSize) } });
});

/** Retires building models without a heartbeat since `since`. Answers the ids of all retired models. */
export async function retireUnused(tx: Queries, since: Date): Promise<number[]> {
  await retireBuilding.run(tx, { since });
  return (await retiredModels.all(tx, {})).map(({ id }) => id);
}

/** Deletes a batch of a retired model's jobs and vectors; nothing if it is being rebuilt. Answers whether more may be left. */
export async function deleteBatch(tx: Queries, vectors: Vectors, modelId: number): Promise<boolean> {
  const model = await lockModel(tx, modelId);
  if (model?.state !== 'retired') return false;
  const jobs = await deleteJobBatch.run(tx, { modelId });
  const removed = await vectors.remove(tx, modelId, batchSize);
  return jobs === batchSize || removed === batchSize;
}
