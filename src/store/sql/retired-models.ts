import type { Queries } from './database.ts';
import { holdModel } from './embedding-models.ts';
import { toColumn } from './rows.ts';
import type { Vectors } from './vectors.ts';

/** What is removed of a model at once: SQLite removes as many vectors of 1,536 numbers in some milliseconds. */
const some = 250;

/** Retires models that were being built and that nobody has worked with since then. Answers with all retired ones. */
export async function retireUnused(tx: Queries, since: Date): Promise<number[]> {
  await tx
    .updateTable('embedding_models')
    .set({ state: 'retired' })
    .where('state', '=', 'building')
    .where('last_used_at', '<', toColumn(since))
    .execute();
  const retired = await tx.selectFrom('embedding_models').select('id').where('state', '=', 'retired').execute();
  return retired.map(({ id }) => id);
}

/** Removes some jobs and vectors of a model, unless it is built again. Answers whether there may be more. */
export async function removeSome(tx: Queries, vectors: Vectors, modelId: number): Promise<boolean> {
  const model = await holdModel(tx, modelId);
  if (model?.state !== 'retired') return false;
  const jobs = await tx
    .deleteFrom('embedding_jobs')
    .where('model_id', '=', modelId)
    .where('unit_id', 'in', (select) =>
      select
        .selectFrom('embedding_jobs')
        .select('unit_id')
        .where('model_id', '=', modelId)
        .orderBy('run_at')
        .limit(some),
    )
    .executeTakeFirstOrThrow();
  const removed = await vectors.remove(tx, modelId, some);
  return Number(jobs.numDeletedRows) === some || removed === some;
}
