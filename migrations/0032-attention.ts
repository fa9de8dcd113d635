import { sql } from 'kysely';
import { step } from './step.ts';

/**
 * How often superseded units are still asked for, and when last; null for never. And an index of the units that are held for what looks
 * like secrets. Few units are either, and only these are in the indexes.
 */
export const attention = step('0032-attention', async ({ db, types, native }) => {
  await db.schema
    .alterTable('unit_usage')
    .addColumn('requests', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema.alterTable('unit_usage').addColumn('last_requested_at', sql.raw(types.instant)).execute();
  const indexes = [
    'create index idx_usage_requested on unit_usage (last_requested_at, unit_id) where last_requested_at is not null',
    `create index idx_units_held on knowledge_units (status, created_at, id)
      where held_secrets is not null and secrets_released_by is null`,
  ];
  await native({ sqlite: indexes, postgres: indexes });
});
