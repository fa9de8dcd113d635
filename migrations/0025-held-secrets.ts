import { sql } from 'kysely';
import { step } from './step.ts';

/**
 * Where a unit seems to hold credentials, as JSON; null where nothing was found. It is held until it is amended, or `secrets_released_by`
 * is who has released it. The release before this one does not look for them, and would approve a unit that is held.
 */
export const heldSecrets = step('0025-held-secrets', async ({ db, types }) => {
  for (const column of ['held_secrets', 'secrets_released_by'])
    await db.schema.alterTable('knowledge_units').addColumn(column, sql.raw(types.text)).execute();
});
