import { sql } from 'kysely';
import { type StepContext, step } from './step.ts';

/**
 * How many units there are of each kind, so that statistics read some rows in place of all units. Triggers keep them, in the
 * transaction of whatever writes: also in processes of the release before this one, and in copies of whole databases.
 *
 * On PostgreSQL each session counts in rows of its own (`entry` is its number), else all writers would wait for one row, that of the
 * proposals, and could wait for each other for ever. `fold-counts.ts` adds them up, in the rows of entry 0.
 */
export const unitCounts = step('0014-unit-counts', async (context) => {
  const { db, types, pick, native } = context;
  const text = sql.raw(types.text);
  await db.schema
    .createTable('unit_counts')
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('key', text, (column) => column.notNull())
    .addColumn('entry', 'integer', (column) => column.notNull())
    .addColumn('count', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('unit_counts_pkey', ['kind', 'key', 'entry'])
    .modifyEnd(pick({ sqlite: sql`without rowid`, postgres: sql`` }))
    .execute();
  // the commonest domains
  await db.schema
    .createIndex('idx_unit_counts_top')
    .on('unit_counts')
    .columns(['kind', 'entry', 'count', 'key'])
    .execute();
  // before the units are counted: on PostgreSQL nobody writes any from here on until this is committed
  await native({ sqlite: sqliteTriggers, postgres: postgresTriggers });
  await count(context);
});

/** The confidence of a unit in tenths, `0` to `9`; compared, and not multiplied, so that it is exact. */
const tenth = (confidence: string) =>
  `case ${[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `when ${confidence} < 0.${n} then '${n - 1}'`).join(' ')} else '9' end`;

type Day = (column: string) => string;
const days: { readonly sqlite: Day; readonly postgres: Day } = {
  sqlite: (column) => `substr(${column}, 1, 10)`,
  postgres: (column) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD')`,
};

/** SQL: what a row counts for, as `(kind, key, change)`; of the rows in `from`, or of the one that `row` names. */
type Counted = (change: 1 | -1, row: string, from: string) => string;

const unitCounted =
  (dayOf: Day): Counted =>
  (change, row, from) =>
    `
    select 'status' as kind, ${row}.status as key, ${change} as change ${from}
    union all select 'tier', ${row}.tier, ${change} ${from} where ${row}.status = 'approved'
    union all select 'confidence', ${tenth(`${row}.confidence`)}, ${change} ${from} where ${row}.status = 'approved'
    union all select 'proposed', ${dayOf(`${row}.created_at`)}, ${change} ${from}
    union all select ${row}.status, ${dayOf(`${row}.reviewed_at`)}, ${change} ${from}
               where ${row}.reviewed_at is not null and ${row}.status in ('approved', 'rejected')`;

const domainCounted: Counted = (change, row, from) =>
  `select 'domain' as kind, ${row}.domain as key, ${change} as change ${from} where ${row}.status = 'approved'`;

/** SQL: adds up changes, in one order everywhere, so that two sessions cannot wait for each other. */
const add = (changes: string, entry: string) => `
  insert into unit_counts as kept (kind, key, entry, count)
  select kind, key, ${entry}, sum(change) from (${changes}) changes
   group by kind, key having sum(change) <> 0 order by kind, key
  on conflict (kind, key, entry) do update set count = kept.count + excluded.count`;

/** The tables that are counted: which of their columns matter, and how a row counts. */
const counted: readonly (readonly [table: string, columns: string, of: (dayOf: Day) => Counted])[] = [
  ['knowledge_units', 'status, tier, confidence, created_at, reviewed_at', unitCounted],
  ['knowledge_unit_domains', 'domain, status', () => domainCounted],
];

const sqliteTriggers = counted.flatMap(([table, columns, of]) => {
  const changes = of(days.sqlite);
  const [came, went] = [changes(1, 'new', ''), changes(-1, 'old', '')];
  return [
    `create trigger ${table}_count_insert after insert on ${table} begin ${add(came, '0')}; end`,
    `create trigger ${table}_count_update after update of ${columns} on ${table} begin ${add(`${went} union all ${came}`, '0')}; end`,
    `create trigger ${table}_count_delete after delete on ${table} begin ${add(went, '0')}; end`,
  ];
});

const postgresTriggers = counted.flatMap(([table, , of]) => {
  const changes = of(days.postgres);
  const [came, went] = [changes(1, 'came', 'from came'), changes(-1, 'went', 'from went')];
  const trigger = (on: string, rows: string, what: string) => [
    `create function ${table}_count_${on}() returns trigger language plpgsql set search_path from current as $$
     begin ${add(what, 'pg_backend_pid()')}; return null; end $$`,
    `create trigger ${table}_count_${on} after ${on} on ${table} referencing ${rows}
     for each statement execute function ${table}_count_${on}()`,
  ];
  return [
    ...trigger('insert', 'new table as came', came),
    ...trigger('update', 'old table as went new table as came', `${went} union all ${came}`),
    ...trigger('delete', 'old table as went', went),
  ];
});

/** Counts what is there. */
async function count({ native, progress }: StepContext) {
  for (const [table, , of] of counted) {
    await progress(`counting ${table}`);
    const all = (dayOf: Day) => add(of(dayOf)(1, table, `from ${table}`), '0');
    await native({ sqlite: [all(days.sqlite)], postgres: [all(days.postgres)] });
  }
}
