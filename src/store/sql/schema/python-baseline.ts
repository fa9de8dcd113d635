import { sql } from 'kysely';
import type { Schema, StepContext } from '../../../../migrations/step.ts';

/**
 * Brings a database of the Python server to the schema of migration 0001, the baseline. Such databases differ: some were made
 * before Alembic, and lack later columns and tables. These are added, so that every migration starts from one schema.
 */

/** Throws unless the tables are the Python server's, in a schema version that this program can adopt. */
export async function requireKnownPythonSchema(
  db: Schema,
  tables: ReadonlySet<string>,
  columns: ReadonlySet<string>,
): Promise<void> {
  if (!columns.has('data') || !columns.has('id'))
    throw new Error('The database has a table knowledge_units that no cq server made; name another database.');
  if (!tables.has('alembic_version')) return;
  const { rows } = await sql<{ version_num: string }>`select version_num from alembic_version`.execute(db);
  const newer = rows.find(({ version_num }) => version_num !== '0001');
  if (newer)
    throw new Error(
      `The database is of a newer Python cq server (schema ${newer.version_num}); this program adopts schema 0001. Use a newer version of this program.`,
    );
}

/** Columns of `knowledge_units` that later versions of the Python server added, in their order. */
const laterColumns = [
  ['status', `text not null default 'pending'`],
  ['reviewed_by', 'text'],
  ['reviewed_at', 'text'],
  ['created_at', 'text'],
  ['tier', `text not null default 'private'`],
] as const;

/** Adds the missing columns and tables, and drops tables that no migration reads. */
export async function completeBaseline(
  { db, native }: StepContext,
  tables: ReadonlySet<string>,
  columns: ReadonlySet<string>,
): Promise<void> {
  for (const [name, type] of laterColumns)
    if (!columns.has(name))
      await sql`alter table knowledge_units add column ${sql.raw(name)} ${sql.raw(type)}`.execute(db);
  if (!tables.has('knowledge_unit_domains'))
    await sql`create table knowledge_unit_domains (unit_id text not null, domain text not null,
      primary key (unit_id, domain))`.execute(db);
  if (!tables.has('users'))
    await native({
      sqlite: [
        `create table users (id integer not null primary key autoincrement, username text not null unique,
           password_hash text not null, created_at text not null)`,
      ],
      postgres: [
        `create table users (id serial not null primary key, username text not null unique,
           password_hash text not null, created_at text not null)`,
      ],
    });
  if (!tables.has('api_keys'))
    await sql`create table api_keys (id text not null primary key, user_id integer not null, name text not null,
      labels text not null default '[]', key_prefix text not null, key_hash text not null, ttl text not null,
      expires_at text not null, created_at text not null, last_used_at text, revoked_at text)`.execute(db);
  // vectors whose model is unknown, and Alembic's table of versions
  for (const table of ['knowledge_units_vec', 'alembic_version'])
    if (tables.has(table)) await sql`drop table ${sql.table(table)}`.execute(db);
}
