import { sql } from 'kysely';
import type { Dialect } from '../sql/dialect.ts';
import { foldCounts } from './fold-counts.ts';

export const postgresDialect: Dialect = {
  orderedJoin: sql`join`,
  skipLocked: sql`for update skip locked`,
  rowLock: sql`for no key update`,
  referenceLock: sql`for key share`,
  shareLock: sql`for share`,
  deletionLock: sql`for update`,
  instantType: sql`timestamptz(3)`,
  engineVersion: sql`current_setting('server_version')`,

  // from 16 on; before, it is an error
  explain: (text) => ({ sql: `explain (generic_plan) ${text}`, parameters: [] }),

  integers: (json) => sql`(select value::bigint as number from json_array_elements_text(${json}::json))`,
  keyedWords: (json) => sql`(
    select (value ->> 0)::integer as key, value ->> 1 as word from json_array_elements(${json}::json))`,

  async disableStatementTimeout(tx) {
    await sql`set local statement_timeout = 0`.execute(tx);
    await sql`set local lock_timeout = 0`.execute(tx);
    await sql`set local idle_in_transaction_session_timeout = 0`.execute(tx);
  },

  async lockTables(tx, tables) {
    // as long as SQLite waits for a lock
    await sql`set local lock_timeout = '5s'`.execute(tx);
    await sql`lock table ${list(tables)} in share row exclusive mode`.execute(tx);
  },

  async lockOutInserts(tx) {
    await sql`lock table knowledge_units in share mode`.execute(tx);
  },

  async tryLock(tx, job) {
    // the second key is the schema's: each has an installation of its own
    const { rows } = await sql<{ locked: boolean }>`
      select pg_try_advisory_xact_lock(${sql.lit(job)}, hashtext(current_schema())) as locked`.execute(tx);
    return rows[0]?.locked === true;
  },

  async resetSequence(tx, table) {
    // who may use a sequence may not always set it; counting up takes a second for a million
    await sql`
      select case when has_sequence_privilege(sequence, 'update') then setval(sequence, highest)
                  else (select max(value) from (
                    select nextval(sequence) as value
                      from generate_series(1, highest - coalesce(pg_sequence_last_value(sequence), 0))) counted) end
        from (select max(id) as highest, pg_get_serial_sequence(${table}, 'id')::regclass as sequence
                from ${sql.table(table)}) given`.execute(tx);
  },

  async analyze(tx, tables) {
    await sql`analyze ${list([...tables, 'search_documents', 'search_packs', 'search_spellings'])}`.execute(tx);
  },

  foldCounts,
};

const list = (tables: readonly string[]) => sql.join(tables.map((table) => sql.table(table)));
