import { step } from './step.ts';

/** Which of a person's passwords it is, counted from 1: tokens carry it, so that a change of the password ends them. */
export const credentials = step('0012-credentials', async ({ db }) => {
  await db.schema
    .alterTable('users')
    .addColumn('credentials_version', 'integer', (column) => column.notNull().defaultTo(1))
    .execute();
});
