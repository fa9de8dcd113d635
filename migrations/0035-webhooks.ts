import { sql } from 'kysely';
import { step } from './step.ts';

/**
 * Webhooks, what is to be delivered to them, and up to which place in each log that is done. A delivery names an entry of a log, and holds
 * nothing of what it says: the payload is made at each attempt. Its `answer`, the receiver's, may repeat something, and goes with each erasure.
 */
export const webhooks = step('0035-webhooks', async ({ db, types }) => {
  const [text, instant] = [sql.raw(types.text), sql.raw(types.instant)];
  await db.schema
    .createTable('webhooks')
    .addColumn('id', text, (column) => column.notNull().primaryKey())
    .addColumn('user_id', 'integer', (column) => column.notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('url', text, (column) => column.notNull())
    .addColumn('format', text, (column) => column.notNull())
    .addColumn('document', text, (column) => column.notNull())
    .addColumn('variables', text, (column) => column.notNull())
    .addColumn('secret', text, (column) => column.notNull())
    .addColumn('previous_secret', text)
    .addColumn('previous_secret_until', instant)
    .addColumn('created_at', instant, (column) => column.notNull())
    .addColumn('active_since', instant, (column) => column.notNull())
    .addColumn('off_since', instant)
    .addColumn('off_reason', text)
    .addColumn('failing_since', instant)
    .addForeignKeyConstraint('webhooks_user_id_foreign', ['user_id'], 'users', ['id'], (key) =>
      key.onDelete('cascade').onUpdate('no action'),
    )
    .execute();
  await db.schema.createIndex('idx_webhooks_created').on('webhooks').columns(['created_at', 'id']).execute();
  await db.schema
    .createIndex('idx_webhooks_active')
    .on('webhooks')
    .columns(['off_since', 'created_at', 'id'])
    .execute();
  await db.schema.createIndex('idx_webhooks_user').on('webhooks').column('user_id').execute();
  await db.schema
    .createTable('webhook_deliveries')
    .addColumn('id', text, (column) => column.notNull().primaryKey())
    .addColumn('webhook_id', text, (column) => column.notNull())
    .addColumn('type', text, (column) => column.notNull())
    .addColumn('log', text)
    .addColumn('entry_id', 'integer')
    .addColumn('place', text)
    .addColumn('created_at', instant, (column) => column.notNull())
    .addColumn('status', text, (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('run_at', instant)
    .addColumn('retry_until', instant, (column) => column.notNull())
    .addColumn('attempted_at', instant)
    .addColumn('duration_ms', 'integer')
    .addColumn('status_code', 'integer')
    .addColumn('error', text)
    .addColumn('answer', text)
    .addForeignKeyConstraint('webhook_deliveries_webhook_id_foreign', ['webhook_id'], 'webhooks', ['id'], (key) =>
      key.onDelete('cascade').onUpdate('no action'),
    )
    .execute();
  for (const column of ['run_at', 'created_at'])
    await db.schema
      .createIndex(`idx_webhook_deliveries_${column === 'run_at' ? 'due' : 'created'}`)
      .on('webhook_deliveries')
      .columns(['webhook_id', column, 'id'])
      .execute();
  await db.schema
    .createTable('webhook_places')
    .addColumn('log', text, (column) => column.notNull().primaryKey())
    .addColumn('place', text, (column) => column.notNull())
    .execute();
});
