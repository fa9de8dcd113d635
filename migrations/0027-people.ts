import { sql } from 'kysely';
import { step } from './step.ts';

/**
 * What people are told and may do: notes for proposers, suspended and closed accounts, keys with limits. `sessions` and
 * `users.last_used_at` are prepared: nothing writes them yet.
 *
 * `review_note` stays what it was, a note for reviewers only: what processes of the release before write there is for nobody else.
 * They make keys without limits.
 */
export const people = step('0027-people', async ({ db, types, native }) => {
  const [text, instant] = [sql.raw(types.text), sql.raw(types.instant)];
  await db.schema.alterTable('knowledge_units').addColumn('decision_note', text).execute();
  for (const [column, type] of [
    ['suspended_at', instant],
    ['suspended_by', text],
    ['suspension_reason', text],
    ['closed_at', instant],
    ['closed_by', text],
    ['last_used_at', instant],
  ] as const)
    await db.schema.alterTable('users').addColumn(column, type).execute();
  await db.schema
    .alterTable('api_keys')
    .addColumn('access', text, (column) => column.notNull().defaultTo('write'))
    .execute();
  await db.schema.alterTable('api_keys').addColumn('domains', text).execute();
  await db.schema
    .createTable('sessions')
    .addColumn('id', text, (column) => column.notNull().primaryKey())
    .addColumn('user_id', 'integer', (column) => column.notNull())
    .addColumn('credentials_version', 'integer', (column) => column.notNull())
    .addColumn('client', text)
    .addColumn('address', text)
    .addColumn('created_at', instant, (column) => column.notNull())
    .addColumn('expires_at', instant, (column) => column.notNull())
    .addColumn('last_used_at', instant)
    .addForeignKeyConstraint('sessions_user_id_foreign', ['user_id'], 'users', ['id'], (key) =>
      key.onDelete('cascade').onUpdate('no action'),
    )
    .execute();
  await db.schema.createIndex('idx_sessions_user').on('sessions').columns(['user_id', 'created_at', 'id']).execute();
  await db.schema.createIndex('idx_sessions_end').on('sessions').column('expires_at').execute();
  // of names as long as older servers took them, since an entry of PostgreSQL's index holds some 2,700 bytes
  const indexes = [
    'create index idx_units_proposer on knowledge_units (substr(created_by, 1, 500), created_at, id, status)',
    'create index idx_units_proposer_updated on knowledge_units (substr(created_by, 1, 500), updated_at, id)',
    'create index idx_events_unit_order on events (unit_id, id)',
    'drop index idx_events_unit',
  ];
  await native({ sqlite: indexes, postgres: indexes });
});
