import { sql } from 'kysely';
import { step } from './step.ts';

/** The mean cosine of a model's vectors, which similarities are calibrated by, and how many vectors there were then. */
export const meanCosine = step('0020-mean-cosine', async ({ db, types }) => {
  await db.schema.alterTable('embedding_models').addColumn('mean_cosine', sql.raw(types.double)).execute();
  await db.schema.alterTable('embedding_models').addColumn('mean_cosine_units', 'integer').execute();
});
