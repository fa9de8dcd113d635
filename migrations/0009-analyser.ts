import { step } from './step.ts';

/**
 * By which version of the analyser the words of a unit were made, so that those of another one are found at once and made
 * anew in the background. Rows that are there are of version 1, the only one there was before this step; so are those that
 * the release before this one still writes. A database that comes from before `0006-postings` has had its words made by
 * that version a moment ago (`support/analyser-1.ts`).
 */
export const analyser = step('0009-analyser', async ({ db }) => {
  await db.schema
    .alterTable('search_documents')
    .addColumn('analyser', 'integer', (column) => column.notNull().defaultTo(1))
    .execute();
  await db.schema.createIndex('search_documents_analyser').on('search_documents').columns(['analyser', 'id']).execute();
});
