import { sql } from 'kysely';
import { step } from './step.ts';

/**
 * Sessions: one for each token that was given for a password, and when an account was last used.
 *
 * A session carries the version of the credentials that it was opened with: processes of the release before, which know no sessions,
 * leave the rows of an account whose password they change, and the version says that these are void.
 */
export const sessions = step('0030-sessions', async ({ db, types }) => {
  const [text, instant] = [sql.raw(types.text), sql.raw(types.instant)];
  await db.schema
    .createTable('sessions')
    .addColumn('id', text, (column) => column.notNull().primaryKey())
    .addColumn('user_id', 'integer', (column) => column.notNull())
    .addColumn('credentials_version', 'integer', (column) => column.notNull())
    .addColumn('created_at', instant, (column) => column.notNull())
    .addColumn('last_used_at', instant, (column) => column.notNull())
    .addColumn('expires_at', instant, (column) => column.notNull())
    .addColumn('address', text)
    .addColumn('user_agent', text)
    .addForeignKeyConstraint('sessions_user_id_foreign', ['user_id'], 'users', ['id'], (key) =>
      key.onDelete('cascade').onUpdate('no action'),
    )
    .execute();
  await db.schema.createIndex('idx_sessions_user').on('sessions').columns(['user_id', 'created_at', 'id']).execute();
  await db.schema.createIndex('idx_sessions_expiry').on('sessions').column('expires_at').execute();
  await db.schema.alterTable('users').addColumn('last_used_at', instant).execute();
  // as far as it is known
  await sql`
    update users set last_used_at = (
      select max(used.last_used_at) from (
        select user_id, last_used_at from api_keys union all select user_id, last_used_at from sign_in_places) used
       where used.user_id = users.id)`.execute(db);
});
