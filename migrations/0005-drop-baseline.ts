import { step } from './step.ts';

const tables = ['knowledge_unit_domains', 'knowledge_units', 'api_keys', 'users'];

/** Removes the tables that stepped aside: the step before this one has counted that all of their rows were carried over. */
export const dropBaseline = step('0005-drop-baseline', async ({ db }) => {
  for (const table of tables) await db.schema.dropTable(`baseline_${table}`).execute();
});
