import { sql } from 'kysely';
import { step } from './step.ts';

/**
 * People who were erased. `id` is the global id that the account had, `placeholder` what stands in place of the name, and `digest` an
 * HMAC of the name under `secret`, the same in all rows, by which the name is known if it comes again. `username` is the name itself until it
 * is in no other row; then it is null. The others are as of `erased_units`.
 */
export const erasedUsers = step('0031-erased-users', async ({ db, types }) => {
  const [text, instant] = [sql.raw(types.text), sql.raw(types.instant)];
  await db.schema
    .createTable('erased_users')
    .addColumn('id', text, (column) => column.notNull().primaryKey())
    .addColumn('placeholder', text, (column) => column.notNull())
    .addColumn('username', text)
    .addColumn('secret', text, (column) => column.notNull())
    .addColumn('digest', text, (column) => column.notNull())
    .addColumn('erased_at', instant, (column) => column.notNull())
    .addColumn('erased_by', 'integer')
    .addColumn('reason', text, (column) => column.notNull())
    .addColumn('attempt_at', instant)
    .addColumn('waits_for', text)
    .addColumn('done_at', instant)
    .execute();
  const indexes = { at: ['erased_at', 'id'], attempt: ['attempt_at'], digest: ['digest'] };
  for (const [name, columns] of Object.entries(indexes))
    await db.schema.createIndex(`idx_erased_users_${name}`).on('erased_users').columns(columns).execute();
});
