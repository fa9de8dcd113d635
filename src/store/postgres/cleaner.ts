import { setTimeout as delay } from 'node:timers/promises';
import { type QueryExecutorProvider, sql } from 'kysely';
import { postgresMigrationDialect } from '../../../migrations/step.ts';
import { UnavailableError } from '../../errors.ts';
import type { Cleaner } from '../sql/cleaner.ts';
import type { Client, Queries } from '../sql/queries.ts';
import { readAdoptionRecord } from '../sql/schema/adoption-record.ts';
import { servedTables } from './adoption.ts';
import { isPooled } from './sessions.ts';

/** Tables that have something of units, beside those that are served. */
const otherTables = ['search_vectors', 'search_postings'];

/** How long to wait for other transactions that may still see what was deleted, and how often to look. */
const [snapshotsMs, pollMs] = [5000, 100];

/**
 * Cleans the tables by `VACUUM`, with the indexes, whose keys are texts too, and with the statistics of the planner, which have values of
 * rows. It holds up neither readers nor writers, and takes the owner of the tables.
 */
export const createCleaner = (maintenance: Queries): Cleaner => ({
  async clean(documents, { signal }) {
    const { schema, tables, foreign, role, owner } = await tablesOf(maintenance);
    if (foreign)
      return `The role ${role} does not own the tables: run "cq-server unit erasures --finish" as ${owner}, or set CQ_DATABASE_MIGRATION_URL.`;
    if (tables.includes('search_postings') && documents.length > 0)
      await sql`delete from search_postings where document = any(${documents}::integer[])`.execute(maintenance);
    if (!(await othersHaveForgotten(maintenance, signal)))
      return 'Another transaction is open that began before the erasure, such as a dump: what was deleted stays until it ends.';
    return withoutTimeout(maintenance, async (session) => {
      // named with its schema: behind a pooler the session's search path is not ours
      for (const table of tables)
        await sql`vacuum (analyze, index_cleanup on, truncate off) ${sql.id(schema, table)}`.execute(session);
      return (await dropStatistics(session, tables)) ? null : 'Others use a table whose statistics are to go.';
    });
  },

  async copiesSince(since) {
    const found = await readAdoptionRecord(maintenance, postgresMigrationDialect);
    return found && found.at >= since ? [{ place: found.place, madeAt: found.at }] : [];
  },
});

/** The tables that are there, and whether one of them cannot be cleaned by this role: `VACUUM` would skip it with a warning. */
async function tablesOf(db: QueryExecutorProvider) {
  const names = [...servedTables, ...otherTables];
  const { rows } = await sql<{ schema: string; name: string; owned: boolean; role: string; owner: string }>`
    select current_schema()::text as schema, relname::text as name, pg_has_role(relowner, 'usage') as owned, current_user::text as role,
           pg_get_userbyid(relowner)::text as owner
      from pg_class where relnamespace = quote_ident(current_schema())::regnamespace and relkind = 'r' and relname = any(${names})`.execute(
    db,
  );
  const foreign = rows.find(({ owned }) => !owned);
  return {
    schema: rows[0]?.schema ?? '',
    tables: rows.map(({ name }) => name),
    foreign: foreign !== undefined,
    role: foreign?.role ?? '',
    owner: foreign?.owner ?? '',
  };
}

/** Waits until no transaction sees what was deleted before now; false where one still does. Of those that this role may look at. */
async function othersHaveForgotten(db: QueryExecutorProvider, signal?: AbortSignal): Promise<boolean> {
  const { rows } = await sql<{ xid: string }>`select pg_snapshot_xmax(pg_current_snapshot())::text as xid`.execute(db);
  // as transactions are compared, in 32 bits
  const xid = sql`(${String(BigInt(rows[0]?.xid ?? 0) & 0xffff_ffffn)})::xid`;
  for (const deadline = performance.now() + snapshotsMs; ; ) {
    const held = await sql`
      select 1 from pg_stat_activity
       where (datname = current_database() or datname is null) and pid <> pg_backend_pid() and age(backend_xmin) > age(${xid})
      union all
      select 1 from pg_replication_slots where age(xmin) > age(${xid})
      union all
      select 1 from pg_prepared_xacts where database = current_database() and age(transaction) > age(${xid})
       limit 1`.execute(db);
    if (held.rows.length === 0) return true;
    signal?.throwIfAborted();
    if (performance.now() > deadline) return false;
    await delay(pollMs);
  }
}

interface Column {
  readonly table: string;
  readonly column: string;
  readonly type: string;
}

/**
 * Removes the planner's statistics of texts in tables without rows: of those `ANALYZE` leaves what it had of rows before. Only a change of
 * a column's type removes it, to the same one too. That of a column which a trigger names cannot be changed; that of a foreign key is not, since it
 * would lock the table that the key refers to behind this one, and its values are ids. False where others use such a table.
 */
async function dropStatistics(session: Client, tables: readonly string[]): Promise<boolean> {
  const { rows } = await sql<Column>`
    select tablename::text as table, attname::text as column,
           format_type(atttypid, atttypmod) || case when attcollation = '"C"'::regcollation then ' collate "C"' else '' end as type
      from pg_stats join pg_attribute using (attname)
     where attrelid = to_regclass(quote_ident(tablename)) and schemaname = current_schema() and tablename = any(${tables})
       and atttypid in ('text'::regtype, 'tsvector'::regtype) and attname not in ('id', 'unit_id')
       and not exists (select from pg_constraint where conrelid = attrelid and contype = 'f' and attnum = any(conkey))
       and not exists (
         select from pg_depend
          where classid = 'pg_trigger'::regclass and refclassid = 'pg_class'::regclass and refobjid = attrelid and refobjsubid = attnum)`.execute(
    session,
  );
  try {
    for (const [table, columns] of Map.groupBy(rows, (row) => row.table)) {
      if (!(await isEmpty(session, table))) continue;
      await session.transaction().execute(async (tx) => {
        await sql`set local lock_timeout = '1s'`.execute(tx);
        await sql`lock table ${sql.table(table)} in access exclusive mode`.execute(tx);
        if (!(await isEmpty(tx, table))) return;
        for (const { column, type } of columns)
          await sql`alter table ${sql.table(table)} alter column ${sql.id(column)} type ${sql.raw(type)}`.execute(tx);
      });
    }
    return true;
  } catch (error) {
    if (error instanceof UnavailableError) return false;
    throw error;
  }
}

async function isEmpty(db: QueryExecutorProvider, table: string): Promise<boolean> {
  return (await sql`select 1 from ${sql.table(table)} limit 1`.execute(db)).rows.length === 0;
}

/** Runs `work` on one connection without a deadline for statements. Behind a pooler that is left as it is: settings would stay. */
function withoutTimeout<T>(db: Queries, work: (session: Client) => Promise<T>): Promise<T> {
  return db.client.connection().execute(async (session) => {
    if (isPooled(db.client)) return work(session);
    await sql`set statement_timeout = 0`.execute(session);
    try {
      return await work(session);
    } finally {
      await sql`reset statement_timeout`.execute(session);
    }
  });
}
