import { sql } from 'kysely';
import { step } from './step.ts';

/**
 * Units that were erased: that they were, and nothing of what they said. `done_at` is null until nothing of them is left in the files
 * of the database either; `attempt_at` is when that may be tried next, and `document` where their postings were.
 *
 * A trigger keeps their ids from being used again, also by the release before this one. It skips the row: no error, as if a unit with the
 * id were there.
 */
export const erasedUnits = step('0028-erased-units', async ({ db, types, native }) => {
  const [text, instant] = [sql.raw(types.text), sql.raw(types.instant)];
  await db.schema
    .createTable('erased_units')
    .addColumn('id', text, (column) => column.notNull().primaryKey())
    .addColumn('erased_at', instant, (column) => column.notNull())
    .addColumn('erased_by', 'integer')
    .addColumn('reason', text, (column) => column.notNull())
    .addColumn('document', 'integer')
    .addColumn('attempt_at', instant)
    .addColumn('waits_for', text)
    .addColumn('done_at', instant)
    .execute();
  await db.schema.createIndex('idx_erased_units_at').on('erased_units').columns(['erased_at', 'id']).execute();
  await db.schema.createIndex('idx_erased_units_attempt').on('erased_units').columns(['attempt_at']).execute();
  await native({
    sqlite: [
      `create trigger knowledge_units_erased before insert on knowledge_units
         when exists (select 1 from erased_units where id = new.id) begin select raise(ignore); end`,
    ],
    postgres: [
      `create function knowledge_units_erased() returns trigger language plpgsql set search_path from current as $$
       begin
         if exists (select from erased_units where id = new.id) then return null; end if;
         return new;
       end $$`,
      `create trigger knowledge_units_erased before insert on knowledge_units
         for each row execute function knowledge_units_erased()`,
    ],
  });
});
