import { sql } from 'kysely';
import { step } from './step.ts';
import { lockTables } from './support/lock-tables.ts';

/**
 * Approved units that say the same, by pairs, each with the versions that were compared; and of each unit the version in which others were
 * looked for. What is there already, and what processes of the release before write, has none, and is looked at in the background.
 */
export const nearRepeats = step('0037-near-repeats', async ({ db, types, native }) => {
  await native({
    sqlite: [],
    // what the next step needs too
    postgres: [lockTables('lock table knowledge_units, unit_usage in access exclusive mode')],
  });
  const [text, instant] = [sql.raw(types.text), sql.raw(types.instant)];
  await db.schema.alterTable('knowledge_units').addColumn('repeats_version', 'integer').execute();
  await db.schema
    .createTable('near_repeats')
    .addColumn('id', text, (column) => column.notNull())
    .addColumn('unit_id', text, (column) => column.notNull())
    .addColumn('unit_version', 'integer', (column) => column.notNull())
    .addColumn('other_id', text, (column) => column.notNull())
    .addColumn('other_version', 'integer', (column) => column.notNull())
    .addColumn('basis', text, (column) => column.notNull())
    .addColumn('similarity', sql.raw(types.double), (column) => column.notNull())
    .addColumn('found_at', instant, (column) => column.notNull())
    .addColumn('dismissed_by', 'integer')
    .addColumn('dismissed_at', instant)
    .addPrimaryKeyConstraint('near_repeats_pkey', ['id'])
    .addForeignKeyConstraint('near_repeats_unit_id_foreign', ['unit_id'], 'knowledge_units', ['id'], (key) =>
      key.onDelete('cascade').onUpdate('no action'),
    )
    .addForeignKeyConstraint('near_repeats_other_id_foreign', ['other_id'], 'knowledge_units', ['id'], (key) =>
      key.onDelete('cascade').onUpdate('no action'),
    )
    .execute();
  const indexes = [
    'create index idx_near_repeats_unit on near_repeats (unit_id)',
    'create index idx_near_repeats_other on near_repeats (other_id)',
    'create index idx_near_repeats_best on near_repeats (similarity, id) where dismissed_at is null',
    `create index idx_units_repeats on knowledge_units (status, id)
      where repeats_version is null or repeats_version <> version`,
  ];
  await native({ sqlite: indexes, postgres: indexes });
});
