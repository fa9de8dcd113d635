import { sql } from 'kysely';
import { type Schema, step } from './step.ts';

/**
 * Who has confirmed a unit, and how many people that are. The release before this one writes events only, of which triggers keep the
 * people; this one writes their rows first, with the time of the event, so that the triggers find nothing to do. Copies write them first too.
 */
export const confirmers = step('0025-confirmers', async ({ db, types, pick, native }) => {
  const text = sql.raw(types.text);
  for (const column of ['confirmers', 'own_confirmations'])
    await db.schema
      .alterTable('knowledge_units')
      .addColumn(column, 'integer', (its) => its.notNull().defaultTo(0))
      .execute();
  await db.schema
    .createTable('unit_confirmers')
    .addColumn('unit_id', text, (column) => column.notNull())
    .addColumn('username', text, (column) => column.notNull())
    .addColumn('last_at', sql.raw(types.instant), (column) => column.notNull())
    .addPrimaryKeyConstraint('unit_confirmers_pkey', ['unit_id', 'username'])
    .addForeignKeyConstraint('unit_confirmers_unit_id_foreign', ['unit_id'], 'knowledge_units', ['id'], (key) =>
      key.onDelete('cascade').onUpdate('no action'),
    )
    .modifyEnd(pick({ sqlite: sql`without rowid`, postgres: sql`` }))
    .execute();
  // before the events are read: on PostgreSQL nobody writes any from here on until this is committed
  await native({
    sqlite: [
      `create trigger events_confirmer_insert after insert on events
       when new.type = 'confirmed' and not exists (${noted})
       begin
         ${count};
         ${note};
       end`,
    ],
    postgres: [
      // the row of the unit is locked already, by whoever confirms it
      `create function events_confirmer_insert() returns trigger language plpgsql set search_path from current as $$
       begin
         if exists (${noted}) then return null; end if;
         ${count};
         ${note};
         return null;
       end $$`,
      `create trigger events_confirmer_insert after insert on events
         for each row when (new.type = 'confirmed') execute function events_confirmer_insert()`,
    ],
  });
  await countEvents(db);
});

/** SQL: whether a confirmation is among those of its person that are noted. */
const noted =
  'select 1 from unit_confirmers where unit_id = new.unit_id and username = new.actor and last_at >= new.at';

/** SQL: counts a confirmation: of the proposer each one, of others the first. */
const count = `
  update knowledge_units
     set confirmers = confirmers + case when created_by = new.actor or exists (
           select 1 from unit_confirmers where unit_id = new.unit_id and username = new.actor) then 0 else 1 end,
         own_confirmations = own_confirmations + case when created_by = new.actor then 1 else 0 end
   where id = new.unit_id`;

const note = `
  insert into unit_confirmers (unit_id, username, last_at) values (new.unit_id, new.actor, new.at)
  on conflict (unit_id, username) do update set last_at = excluded.last_at`;

/** Of the confirmations that were there. Those of a Python server name nobody, and are none of these. */
async function countEvents(db: Schema) {
  await sql`
    insert into unit_confirmers (unit_id, username, last_at)
    select unit_id, actor, max(at) from events where type = 'confirmed' group by unit_id, actor`.execute(db);
  await sql`
    update knowledge_units set
      confirmers = (select count(*) from unit_confirmers who where who.unit_id = knowledge_units.id and who.username <> created_by),
      own_confirmations = (
        select count(*) from events where unit_id = knowledge_units.id and type = 'confirmed' and actor = created_by)
     where id in (select unit_id from unit_confirmers)`.execute(db);
}
