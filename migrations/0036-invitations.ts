import { sql } from 'kysely';
import { step } from './step.ts';

/** Invitations that wait to be accepted. One that is accepted or revoked is deleted; of its token there is a digest only. */
export const invitations = step('0036-invitations', async ({ db, types }) => {
  const [text, instant] = [sql.raw(types.text), sql.raw(types.instant)];
  await db.schema
    .createTable('invitations')
    .addColumn('id', text, (column) => column.notNull().primaryKey())
    .addColumn('user_id', 'integer')
    .addColumn('token_hash', text, (column) => column.notNull())
    .addColumn('role', text, (column) => column.notNull())
    .addColumn('username', text)
    .addColumn('created_at', instant, (column) => column.notNull())
    .addColumn('expires_at', instant, (column) => column.notNull())
    .addForeignKeyConstraint('invitations_user_id_foreign', ['user_id'], 'users', ['id'], (key) =>
      key.onDelete('cascade').onUpdate('no action'),
    )
    .execute();
  await db.schema.createIndex('idx_invitations_created').on('invitations').columns(['created_at', 'id']).execute();
  await db.schema.createIndex('idx_invitations_user').on('invitations').column('user_id').execute();
});
