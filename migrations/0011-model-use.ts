import { sql } from 'kysely';
import { step } from './step.ts';

/** When a process last worked with a model: one that nobody works with any more is not built for ever. */
export const modelUse = step('0011-model-use', async ({ db, types }) => {
  await db.schema.alterTable('embedding_models').addColumn('last_used_at', sql.raw(types.instant)).execute();
  // what is being built when this runs has not been given up
  await db.updateTable('embedding_models').set({ last_used_at: new Date().toISOString() }).execute();
});
