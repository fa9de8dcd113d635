import { sql } from 'kysely';
import { step } from './step.ts';

/**
 * What people are told and may do: notes for proposers, suspended and closed accounts, keys with limits.
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
  ] as const)
    await db.schema.alterTable('users').addColumn(column, type).execute();
  await db.schema
    .alterTable('api_keys')
    .addColumn('access', text, (column) => column.notNull().defaultTo('write'))
    .execute();
  await db.schema.alterTable('api_keys').addColumn('domains', text).execute();
  // of names as long as older servers took them, since an entry of PostgreSQL's index holds some 2,700 bytes
  const indexes = [
    'create index idx_units_proposer on knowledge_units (substr(created_by, 1, 500), created_at, id, status)',
    'create index idx_units_proposer_updated on knowledge_units (substr(created_by, 1, 500), updated_at, id)',
    'create index idx_events_unit_order on events (unit_id, id)',
    'drop index idx_events_unit',
  ];
  await native({ sqlite: indexes, postgres: indexes });
});
