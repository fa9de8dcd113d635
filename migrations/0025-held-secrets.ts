import { sql } from 'kysely';
import { step } from './step.ts';

/**
 * Where a unit seems to hold credentials, as JSON; null where nothing was found. It is held until it is amended, or `secrets_released_by`
 * is who has released it.
 *
 * The release before this one does not look for them. A trigger keeps it from approving a unit that is held: it skips the row, without an
 * error, as if somebody had decided before. This release asks for the columns itself.
 */
export const heldSecrets = step('0025-held-secrets', async ({ db, types, native }) => {
  for (const column of ['held_secrets', 'secrets_released_by'])
    await db.schema.alterTable('knowledge_units').addColumn(column, sql.raw(types.text)).execute();
  await native({
    sqlite: [
      `create trigger knowledge_units_held before update of status on knowledge_units when ${approvesHeld}
       begin select raise(ignore); end`,
    ],
    postgres: [
      `create function knowledge_units_held() returns trigger language plpgsql set search_path from current as $$
       begin return null; end $$`,
      `create trigger knowledge_units_held before update of status on knowledge_units
         for each row when (${approvesHeld}) execute function knowledge_units_held()`,
    ],
  });
});

const approvesHeld = `new.status = 'approved' and old.status <> 'approved'
  and new.held_secrets is not null and new.secrets_released_by is null`;
