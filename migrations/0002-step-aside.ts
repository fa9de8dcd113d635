import { step } from './step.ts';

const tables = ['knowledge_unit_domains', 'knowledge_units', 'api_keys', 'users'];

/** Moves the baseline's tables out of the way, rows and all, to make room for ours. */
export const stepAside = step('0002-step-aside', async ({ db, native }) => {
  // names of indexes, constraints and sequences are unique across a schema, and ours would meet these
  await db.schema.dropIndex('idx_domains_domain').ifExists().execute();
  await db.schema.dropIndex('idx_api_keys_user').ifExists().execute();
  for (const table of tables) await db.schema.alterTable(table).renameTo(`baseline_${table}`).execute();
  await native({
    sqlite: [],
    postgres: [
      ...tables.map((table) => `alter index if exists ${table}_pkey rename to baseline_${table}_pkey`),
      'alter index if exists users_username_key rename to baseline_users_username_key',
      'alter index if exists api_keys_key_hash_key rename to baseline_api_keys_key_hash_key',
      'alter sequence if exists users_id_seq rename to baseline_users_id_seq',
    ],
  });
});
