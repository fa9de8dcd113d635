import { sql } from 'kysely';
import { step } from './step.ts';

/**
 * What units said in each version, and what people suggest that they say. A unit that was never revised has no rows here. Their
 * contents stand in this one table and in the unit's own row.
 *
 * `events.kind` is what happened where the release before this one has no word for it; `type` then has the nearest word that it has.
 * `unit_version` is the version that an event was about.
 */
export const revisions = step('0023-revisions', async ({ db, types }) => {
  const [text, instant] = [sql.raw(types.text), sql.raw(types.instant)];
  await db.schema.alterTable('events').addColumn('kind', text).execute();
  await db.schema.alterTable('events').addColumn('unit_version', 'integer').execute();
  const table = 'knowledge_unit_revisions';
  await db.schema
    .createTable(table)
    .addColumn('id', text, (column) => column.notNull().primaryKey())
    .addColumn('unit_id', text, (column) => column.notNull())
    .addColumn('status', text, (column) => column.notNull())
    .addColumn('base_version', 'integer')
    .addColumn('version', 'integer')
    .addColumn('domains', text, (column) => column.notNull())
    .addColumn('summary', text, (column) => column.notNull())
    .addColumn('detail', text, (column) => column.notNull())
    .addColumn('action', text, (column) => column.notNull())
    .addColumn('languages', text, (column) => column.notNull())
    .addColumn('frameworks', text, (column) => column.notNull())
    .addColumn('pattern', text, (column) => column.notNull())
    .addColumn('extensions', text)
    .addColumn('reason', text)
    .addColumn('created_by', text, (column) => column.notNull())
    .addColumn('created_at', instant, (column) => column.notNull())
    .addColumn('decided_by', text)
    .addColumn('decided_at', instant)
    .addColumn('note', text)
    .addColumn('internal_note', text)
    .addForeignKeyConstraint(
      'knowledge_unit_revisions_unit_id_foreign',
      ['unit_id'],
      'knowledge_units',
      ['id'],
      (key) => key.onDelete('cascade').onUpdate('no action'),
    )
    .execute();
  const index = (name: string, columns: string[]) => db.schema.createIndex(name).on(table).columns(columns).execute();
  await db.schema.createIndex('revisions_version_unique').unique().on(table).columns(['unit_id', 'version']).execute();
  await index('idx_revisions_unit', ['unit_id', 'status', 'created_at', 'id']);
  await index('idx_revisions_status', ['status', 'created_at', 'id']);
  await index('idx_revisions_author', ['created_by', 'status', 'created_at', 'id']);
});
