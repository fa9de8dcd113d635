import { sql } from 'kysely';
import { step } from './step.ts';

/** Attempts at passwords, counted for all processes together, and the places from which people have signed in. */
export const signIns = step('0013-sign-ins', async ({ db, types }) => {
  const [text, instant] = [sql.raw(types.text), sql.raw(types.instant)];
  await db.schema
    .createTable('sign_in_attempts')
    .addColumn('key', text, (column) => column.notNull().primaryKey())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('ends_at', instant, (column) => column.notNull())
    .execute();
  await db.schema.createIndex('idx_sign_in_attempts_end').on('sign_in_attempts').column('ends_at').execute();
  await db.schema
    .createTable('sign_in_places')
    .addColumn('user_id', 'integer', (column) => column.notNull())
    .addColumn('place', text, (column) => column.notNull())
    .addColumn('last_used_at', instant, (column) => column.notNull())
    .addPrimaryKeyConstraint('sign_in_places_pkey', ['user_id', 'place'])
    .addForeignKeyConstraint('sign_in_places_user_id_foreign', ['user_id'], 'users', ['id'], (key) =>
      key.onDelete('cascade').onUpdate('no action'),
    )
    .execute();
});
