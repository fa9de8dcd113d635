import { step } from './step.ts';

const tables = ['knowledge_unit_domains', 'knowledge_units', 'api_keys', 'users'];

/** Removes the tables that stepped aside. Refuses while they hold anything: rows are carried over, never dropped. */
export const dropBaseline = step('0005-drop-baseline', async ({ db }) => {
  for (const table of tables) {
    const row = await db.selectFrom(`baseline_${table}`).selectAll().limit(1).executeTakeFirst();
    if (row) throw new Error(`baseline_${table} still holds rows that were not carried over`);
    await db.schema.dropTable(`baseline_${table}`).execute();
  }
});
