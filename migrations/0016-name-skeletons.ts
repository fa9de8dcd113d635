import { sql } from 'kysely';
import { step } from './step.ts';
import { skeletonsOf } from './support/skeleton-1.ts';

const batchSize = 500;

/**
 * What the names of accounts look like, so that a new one cannot be mistaken for another. Of accounts that are there already and look
 * alike, the first has the skeleton, and all stay as they are. A process of the release before adds accounts without any.
 */
export const nameSkeletons = step('0016-name-skeletons', async ({ db, types, progress }) => {
  await db.schema
    .createTable('name_skeletons')
    .addColumn('skeleton', sql.raw(types.text), (column) => column.notNull().primaryKey())
    .addColumn('user_id', 'integer', (column) => column.notNull())
    .addForeignKeyConstraint('name_skeletons_user_id_foreign', ['user_id'], 'users', ['id'], (key) =>
      key.onDelete('cascade').onUpdate('no action'),
    )
    .execute();
  let last = 0;
  for (let done = 0; ; ) {
    const users = await db
      .selectFrom('users')
      .select(['id', 'username'])
      .where('id', '>', last)
      .orderBy('id')
      .limit(batchSize)
      .execute();
    if (users.length === 0) return;
    const rows = users.flatMap(({ id, username }) =>
      skeletonsOf(username).map((skeleton) => ({ skeleton, user_id: id })),
    );
    await db
      .insertInto('name_skeletons')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    last = users.at(-1)?.id;
    done += users.length;
    await progress(`${done} names of accounts looked at`);
  }
});
