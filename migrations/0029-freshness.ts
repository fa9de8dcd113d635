import { sql } from 'kysely';
import { step } from './step.ts';

/**
 * What tells whether units still hold and are still asked for: how often each was given as an answer, and how many flags it has, in the
 * order of lists.
 *
 * Every unit has a row of `unit_usage`, so that lists in its order are lists of all units; triggers see to it, and to the number of flags,
 * as the release before this one writes neither. No foreign key: copies write these rows before the units.
 */
export const freshness = step('0029-freshness', async ({ db, types, pick, native }) => {
  const [text, instant] = [sql.raw(types.text), sql.raw(types.instant)];
  await db.schema
    .createTable('unit_usage')
    .addColumn('unit_id', text, (column) => column.notNull())
    .addColumn('answers', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('last_answered_at', instant, (column) => column.notNull())
    .addPrimaryKeyConstraint('unit_usage_pkey', ['unit_id'])
    .modifyEnd(pick({ sqlite: sql`without rowid`, postgres: sql`` }))
    .execute();
  await db.schema
    .alterTable('knowledge_units')
    .addColumn('flag_count', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  // before the rows are read: on PostgreSQL nobody writes any from here on until this is committed
  await native({ sqlite: sqliteTriggers, postgres: postgresTriggers });
  await sql.raw(`${addRow} select id, ${never} from knowledge_units`).execute(db);
  await sql`
    update knowledge_units set flag_count = (select count(*) from knowledge_unit_flags where unit_id = knowledge_units.id)
     where id in (select unit_id from knowledge_unit_flags)`.execute(db);
  const indexes = [
    'create index idx_usage_last on unit_usage (last_answered_at, unit_id)',
    'create index idx_units_status_flags on knowledge_units (status, flag_count, id)',
    'create index idx_units_status_confirmers on knowledge_units (status, confirmers, id)',
    // units of a Python server may lack the instant
    'create index idx_units_status_confirmed on knowledge_units (status, coalesce(last_confirmed, created_at), id)',
  ];
  await native({ sqlite: indexes, postgres: indexes });
});

/** Stands for no instant, before all others. */
const never = "'1970-01-01T00:00:00.000Z'";

const addRow = 'insert into unit_usage (unit_id, last_answered_at)';

/**
 * SQL: counts the flags of a unit. All of them, and not one more or one less, so that the number is right whichever of units and flags
 * came with it, as in copies. Who adds a flag holds the lock on the unit's row, so that flags of one unit are counted one after the other.
 */
const count = (unit: string) => `
  update knowledge_units set flag_count = (select count(*) from knowledge_unit_flags where unit_id = ${unit}) where id = ${unit}`;

const sqliteTriggers = [
  `create trigger units_usage_insert after insert on knowledge_units begin
     ${addRow} values (new.id, ${never}) on conflict (unit_id) do nothing;
   end`,
  'create trigger units_usage_delete after delete on knowledge_units begin delete from unit_usage where unit_id = old.id; end',
  `create trigger flags_count_insert after insert on knowledge_unit_flags begin ${count('new.unit_id')}; end`,
  `create trigger flags_count_delete after delete on knowledge_unit_flags begin ${count('old.unit_id')}; end`,
];

const postgresTriggers = [
  `create function units_usage_insert() returns trigger language plpgsql set search_path from current as $$
   begin ${addRow} select id, ${never} from came order by id on conflict do nothing; return null; end $$`,
  `create trigger units_usage_insert after insert on knowledge_units referencing new table as came
     for each statement execute function units_usage_insert()`,
  `create function units_usage_delete() returns trigger language plpgsql set search_path from current as $$
   begin delete from unit_usage where unit_id = old.id; return null; end $$`,
  'create trigger units_usage_delete after delete on knowledge_units for each row execute function units_usage_delete()',
  `create function flags_count_insert() returns trigger language plpgsql set search_path from current as $$
   begin ${count('new.unit_id')}; return null; end $$`,
  'create trigger flags_count_insert after insert on knowledge_unit_flags for each row execute function flags_count_insert()',
  `create function flags_count_delete() returns trigger language plpgsql set search_path from current as $$
   begin ${count('old.unit_id')}; return null; end $$`,
  'create trigger flags_count_delete after delete on knowledge_unit_flags for each row execute function flags_count_delete()',
];
