import { sql } from 'kysely';
import { step } from './step.ts';

/**
 * Units that were approved and have been withdrawn: retired, or superseded by another unit.
 *
 * The releases before this one know three statuses, and fail to serialise any other. So a withdrawn unit is `rejected` to them, in
 * `status`, and `withdrawn_as` says what it is; its rows in `knowledge_unit_domains`, whose statuses they only compare, have what it is.
 *
 * The units are counted by what they are: the triggers are those of `0014-unit-counts`, but for `withdrawn_as`. A unit that was
 * approved on a day and withdrawn later stays one that was approved on that day.
 */
export const withdrawals = step('0024-withdrawals', async ({ db, types, native }) => {
  const [text, instant] = [sql.raw(types.text), sql.raw(types.instant)];
  for (const column of ['withdrawn_as', 'withdrawn_by', 'withdrawn_reason'])
    await db.schema.alterTable('knowledge_units').addColumn(column, text).execute();
  await db.schema.alterTable('knowledge_units').addColumn('withdrawn_at', instant).execute();
  // why: of an event that a reviewer caused
  await db.schema.alterTable('events').addColumn('note', text).execute();
  await db.schema
    .createIndex('idx_units_withdrawn')
    .on('knowledge_units')
    .columns(['withdrawn_as', 'created_at', 'id'])
    .execute();
  await native({ sqlite: sqliteTriggers, postgres: postgresTriggers });
});

/** The confidence of a unit in tenths, `0` to `9`; compared, and not multiplied, so that it is exact. */
const tenth = (confidence: string) =>
  `case ${[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `when ${confidence} < 0.${n} then '${n - 1}'`).join(' ')} else '9' end`;

type Day = (column: string) => string;

/** SQL: what a row of `knowledge_units` counts for, as `(kind, key, change)`; of the rows in `from`, or of the one that `row` names. */
const counted = (dayOf: Day, change: 1 | -1, row: string, from: string) => `
  select 'status' as kind, coalesce(${row}.withdrawn_as, ${row}.status) as key, ${change} as change ${from}
  union all select 'tier', ${row}.tier, ${change} ${from} where ${row}.status = 'approved'
  union all select 'confidence', ${tenth(`${row}.confidence`)}, ${change} ${from} where ${row}.status = 'approved'
  union all select 'proposed', ${dayOf(`${row}.created_at`)}, ${change} ${from}
  union all select case when ${row}.withdrawn_as is null then ${row}.status else 'approved' end,
                   ${dayOf(`${row}.reviewed_at`)}, ${change} ${from}
             where ${row}.reviewed_at is not null and ${row}.status in ('approved', 'rejected')`;

/** SQL: adds up changes, in one order everywhere, so that two sessions cannot wait for each other. */
const add = (changes: string, entry: string) => `
  insert into unit_counts as kept (kind, key, entry, count)
  select kind, key, ${entry}, sum(change) from (${changes}) changes
   group by kind, key having sum(change) <> 0 order by kind, key
  on conflict (kind, key, entry) do update set count = kept.count + excluded.count`;

const table = 'knowledge_units';

const sqliteDay: Day = (column) => `substr(${column}, 1, 10)`;
const [sqliteCame, sqliteWent] = [counted(sqliteDay, 1, 'new', ''), counted(sqliteDay, -1, 'old', '')];
const sqliteTriggers = [
  ...['insert', 'update', 'delete'].map((on) => `drop trigger ${table}_count_${on}`),
  `create trigger ${table}_count_insert after insert on ${table} begin ${add(sqliteCame, '0')}; end`,
  `create trigger ${table}_count_update
     after update of status, withdrawn_as, tier, confidence, created_at, reviewed_at on ${table}
   begin ${add(`${sqliteWent} union all ${sqliteCame}`, '0')}; end`,
  `create trigger ${table}_count_delete after delete on ${table} begin ${add(sqliteWent, '0')}; end`,
];

const postgresDay: Day = (column) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD')`;
const [came, went] = [counted(postgresDay, 1, 'came', 'from came'), counted(postgresDay, -1, 'went', 'from went')];
const postgresTriggers = [
  ['insert', came] as const,
  ['update', `${went} union all ${came}`] as const,
  ['delete', went] as const,
].map(
  ([on, changes]) =>
    `create or replace function ${table}_count_${on}() returns trigger language plpgsql set search_path from current as $$
     begin ${add(changes, 'pg_backend_pid()')}; return null; end $$`,
);
