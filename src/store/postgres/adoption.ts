import { setTimeout as delay } from 'node:timers/promises';
import { type RawBuilder, sql } from 'kysely';
import { postgresMigrationDialect, type Schema } from '../../../migrations/step.ts';
import { migrationDatabase, type PostgresConfig } from '../../config/database.ts';
import { ConflictError } from '../../errors.ts';
import {
  type AdoptionRecord,
  adoptionTable,
  auditAdoption,
  type Kept,
  readAdoptionRecord,
  requireAdoptionRecord,
  requireUnwritten,
  statusOf,
} from '../sql/schema/adoption-record.ts';
import { entities } from '../sql/schema/entities.ts';
import { migrationsTable, requireKnown } from '../sql/schema/migrate.ts';
import type { Adoption } from '../store.ts';
import { openPool, queries } from './connection.ts';
import { requireSameDatabase } from './maintenance.ts';
import { takeMigrationLock } from './migration-lock.ts';
import { requireSupportedServer } from './server-requirements.ts';
import { sessionLock } from './session-pool.ts';

/** The Python server's tables that the migrations read. */
const migratedTables = ['knowledge_units', 'knowledge_unit_domains', 'users', 'api_keys'];
const pythonTables = [...migratedTables, 'alembic_version', 'knowledge_units_vec'];

/** Tables whose rows the program reads and changes. */
export const servedTables = [
  ...entities.map(({ meta }) => meta.tableName),
  ...['search_documents', 'search_forward', 'search_changes', 'search_chunks', 'search_packs', 'search_merges'],
  ...['search_spellings', 'search_spelling_jobs'],
];

/** Tables that this program's migrations and start create. */
const ownTables = [...servedTables, 'search_postings', 'search_vectors', migrationsTable, adoptionTable];

/** Trigger functions, which dropping their tables does not drop. */
const triggerFunctions = ['knowledge_units_count', 'knowledge_unit_domains_count', 'search_documents_changed']
  .flatMap((name) => ['insert', 'update', 'delete'].map((on) => `${name}_${on}`))
  .concat('events_confirmer_insert', 'knowledge_units_erased', 'knowledge_units_held')
  .concat(
    'units_usage_insert',
    'units_usage_delete',
    'flags_count_insert',
    'flags_count_delete',
    'search_documents_spelling_delete',
  );

/** A table, index or sequence that is renamed while it is kept. */
interface Renamed {
  readonly kind: 'table' | 'index' | 'sequence';
  readonly from: string;
  readonly to: string;
}

/** Where the original tables are kept: in a schema of their own, or renamed in the current schema. */
interface Details {
  readonly schema: string | null;
  readonly tables: readonly string[];
  readonly renamed: readonly Renamed[];
}

/**
 * Sets the Python server's tables aside, with their indexes, constraints, sequences, owners and grants, and leaves copies of
 * those that the migrations read. Moves them to a new schema where this role may create one, else renames them.
 */
export async function setPythonTablesAside(tx: Schema, present: ReadonlySet<string>): Promise<Kept> {
  const tables = pythonTables.filter((name) => present.has(name));
  const schema = await unusedSchemaName(tx);
  const mayCreate = await queryBoolean(tx, sql`has_database_privilege(current_database(), 'create')`);
  const details = mayCreate ? await moveToSchema(tx, tables, schema) : await renameInPlace(tx, tables, schema);
  for (const table of migratedTables.filter((name) => present.has(name))) {
    const original = originalOf(details, table);
    await sql`create table ${sql.table(table)} (like ${original} including indexes)`.execute(tx);
    await sql`insert into ${sql.table(table)} select * from ${original}`.execute(tx);
    await sql`analyze ${sql.table(table)}`.execute(tx);
  }
  const place = mayCreate ? `the schema ${schema}` : `tables named ${schema}_1 and so on`;
  return { place, details };
}

/** An unused schema name with the current time in it. */
async function unusedSchemaName(tx: Schema): Promise<string> {
  for (let at = Date.now(); ; at += 1000) {
    const name = `cq_python_${new Date(at).toISOString().replace(/\D/g, '').slice(0, 14)}`;
    if (!(await queryBoolean(tx, sql`to_regnamespace(${name}) is not null`))) return name;
  }
}

async function queryBoolean(db: Schema, question: RawBuilder<unknown>): Promise<boolean> {
  const { rows } = await sql<{ answer: boolean }>`select ${question} as answer`.execute(db);
  return rows[0]?.answer === true;
}

async function moveToSchema(tx: Schema, tables: readonly string[], schema: string): Promise<Details> {
  await sql`create schema ${sql.id(schema)}`.execute(tx);
  for (const table of tables) await sql`alter table ${sql.table(table)} set schema ${sql.id(schema)}`.execute(tx);
  return { schema, tables, renamed: [] };
}

async function renameInPlace(tx: Schema, tables: readonly string[], prefix: string): Promise<Details> {
  // tables, indexes and sequences share one namespace in a schema; renaming an index renames its constraint
  const { rows } = await sql<{ kind: Renamed['kind']; name: string }>`
    with named as (select oid from pg_class where relnamespace = quote_ident(current_schema())::regnamespace and relname = any(${tables}))
    select 'table' as kind, relname as name from pg_class where oid in (select oid from named)
    union all
    select 'index', relname from pg_class where oid in (select indexrelid from pg_index where indrelid in (select oid from named))
    union all
    select 'sequence', relname from pg_class where relkind = 'S' and oid in (
      select objid from pg_depend where classid = 'pg_class'::regclass and refclassid = 'pg_class'::regclass
         and deptype in ('a', 'i') and refobjid in (select oid from named))
     order by 1, 2`.execute(tx);
  const renamed = rows.map(({ kind, name }, index) => ({ kind, from: name, to: `${prefix}_${index + 1}` }));
  for (const { kind, from, to } of renamed) await rename(tx, kind, from, to);
  return { schema: null, tables, renamed };
}

const rename = (tx: Schema, kind: Renamed['kind'], from: string, to: string) =>
  sql`alter ${sql.raw(kind)} ${sql.id(from)} rename to ${sql.id(to)}`.execute(tx);

function originalOf({ schema, renamed }: Details, table: string) {
  if (schema !== null) return sql.id(schema, table);
  const found = renamed.find(({ kind, from }) => kind === 'table' && from === table);
  return sql.id(found?.to ?? table);
}

/** SQLSTATE dependent_objects_still_exist: a view, for example, depends on a table that is to be dropped. */
const dependentObjects = '2BP01';

/** Opens an adopted database, over one connection, to undo or to finish the adoption. */
export function openAdoption(config: PostgresConfig): Adoption {
  const own = migrationDatabase(config);
  const pool = openPool(own.primary, { ...own, poolSize: 1 });
  const db = queries(pool);

  /** Runs `work` in a transaction like a migration: under the migration lock, and without statement timeouts. */
  async function withMigrationLock<T>(work: (tx: Schema) => Promise<T>): Promise<T> {
    try {
      await requireSupportedServer(db);
      await requireSameDatabase(config, db);
      return await db.transaction().execute(async (tx) => {
        await takeMigrationLock(tx);
        return work(tx);
      });
    } catch (error) {
      const { code, detail } = error as { code?: unknown; detail?: string };
      if (code !== dependentObjects) throw error;
      throw new ConflictError(`Other objects of the database depend on these tables; drop those first: ${detail}`, []);
    }
  }

  return {
    status: () =>
      withMigrationLock(async (tx) => {
        const found = await readAdoptionRecord(tx, postgresMigrationDialect);
        if (found) await requireOriginals(tx, found);
        return found && statusOf(tx, found);
      }),

    undo: ({ dropChanges }) =>
      withMigrationLock(async (tx) => {
        const found = await requireAdoptionRecord(tx, postgresMigrationDialect);
        await requireOriginals(tx, found);
        await requireKnown(tx, postgresMigrationDialect);
        await requireNoOtherConnections(tx, [config.primary.applicationName, own.primary.applicationName]);
        const present = new Set((await postgresMigrationDialect.tables.execute(tx)).rows.map(({ name }) => name));
        const tables = sql.join(ownTables.filter((name) => present.has(name)).map((name) => sql.id(name)));
        // no other transaction can write between the comparison and the commit
        await sql`lock table ${tables} in access exclusive mode`.execute(tx);
        const kept = await statusOf(tx, found);
        requireUnwritten(kept, dropChanges);
        await sql`drop table ${tables}`.execute(tx);
        for (const name of triggerFunctions) await sql`drop function if exists ${sql.id(name)}()`.execute(tx);
        await restoreTables(tx, detailsOf(found));
        return kept;
      }),

    discard: () =>
      withMigrationLock(async (tx) => {
        const found = await requireAdoptionRecord(tx, postgresMigrationDialect);
        const details = detailsOf(found);
        const originals = sql.join(details.tables.map((table) => originalOf(details, table)));
        // `if exists`: an operator may have dropped some of them already
        await sql`drop table if exists ${originals}`.execute(tx);
        if (details.schema !== null) await sql`drop schema if exists ${sql.id(details.schema)}`.execute(tx);
        await sql`drop table ${sql.table(adoptionTable)}`.execute(tx);
        await auditAdoption(tx, postgresMigrationDialect, 'adoption.discarded', found.place);
        return found.place;
      }),

    close: () => pool.end(),
  };
}

const detailsOf = ({ details }: AdoptionRecord) => details as Details;

async function restoreTables(tx: Schema, { schema, tables, renamed }: Details) {
  if (schema !== null) {
    const { rows } = await sql<{ name: string }>`select quote_ident(current_schema()) as name`.execute(tx);
    const home = sql.raw(rows[0]?.name ?? '');
    for (const table of tables) await sql`alter table ${sql.id(schema, table)} set schema ${home}`.execute(tx);
    await sql`drop schema ${sql.id(schema)}`.execute(tx);
  }
  for (const { kind, from, to } of renamed) await rename(tx, kind, to, from);
}

/** Throws if what was kept is no longer there. */
export async function requireOriginals(tx: Schema, found: AdoptionRecord) {
  const { schema, tables, renamed } = detailsOf(found);
  const names = tables.map(
    (table) => renamed.find(({ kind, from }) => kind === 'table' && from === table)?.to ?? table,
  );
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from pg_class join pg_namespace on pg_namespace.oid = relnamespace
     where nspname = coalesce(${schema}, current_schema()) and relname = any(${names})`.execute(tx);
  if (rows[0]?.count !== names.length)
    throw new Error(
      `Some of what was kept in ${found.place} is missing; restore a dump from before the adoption instead.`,
    );
}

/** How long a connection that was just closed, also by this process, may still be listed. */
const closingMs = 2000;

/** Throws `ConflictError` if another connection to this schema is open: a running server would lose its tables. */
async function requireNoOtherConnections(tx: Schema, applicationNames: readonly string[]) {
  const deadline = Date.now() + closingMs;
  let count = await otherConnections(tx, applicationNames);
  for (; count > 0 && Date.now() < deadline; count = await otherConnections(tx, applicationNames)) await delay(100);
  if (count > 0)
    throw new ConflictError(
      `${count} other connections of ${[...new Set(applicationNames)].map((name) => JSON.stringify(name)).join(' or ')} to the database are open: stop every server on it first. A pooler keeps its connections open for a while; let it close them (PgBouncer: RECONNECT).`,
      [],
    );
}

async function otherConnections(tx: Schema, applicationNames: readonly string[]): Promise<number> {
  await sql`select pg_stat_clear_snapshot()`.execute(tx);
  // who holds the session lock of another schema is another installation's; behind a pooler nobody holds one
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from pg_stat_activity session
     where datname = current_database() and application_name = any(${applicationNames}) and pid <> pg_backend_pid()
       and not exists (
         select from pg_locks held
          where held.pid = session.pid and locktype = 'advisory' and objsubid = 2 and classid = ${sql.lit(sessionLock)}::oid
            and objid <> (select oid from pg_namespace where nspname = current_schema()))`.execute(tx);
  return rows[0]?.count ?? 0;
}
