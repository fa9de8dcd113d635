import { step } from './step.ts';

const tables = ['knowledge_unit_domains', 'knowledge_units', 'api_keys', 'users'];

/** Moves the baseline's tables out of the way, rows and all, to make room for ours. */
export const stepAside = step('0002-step-aside', async ({ db }) => {
  // index names are unique across a schema, and ours would meet these
  await db.schema.dropIndex('idx_domains_domain').execute();
  await db.schema.dropIndex('idx_api_keys_user').execute();
  for (const table of tables) await db.schema.alterTable(table).renameTo(`baseline_${table}`).execute();
});
