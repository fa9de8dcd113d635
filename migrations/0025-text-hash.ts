import { sql } from 'kysely';
import { step } from './step.ts';

/**
 * A hash of what a unit says, so that the same text is found again. Null in units that were there, and of the release before this one:
 * the server fills it in the background.
 */
export const textHash = step('0025-text-hash', async ({ db, types }) => {
  await db.schema.alterTable('knowledge_units').addColumn('text_hash', sql.raw(types.text)).execute();
  await db.schema.createIndex('idx_units_text_hash').on('knowledge_units').columns(['text_hash']).execute();
});
