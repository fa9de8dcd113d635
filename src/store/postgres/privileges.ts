import { sql } from 'kysely';
import { type UnavailableError, UnusableDatabaseError } from '../../errors.ts';
import type { Client } from '../sql/queries.ts';
import { lacksRight } from './driver-errors.ts';
import { quoted } from './identifiers.ts';

/** Throws `UnusableDatabaseError` unless the search path has a schema that this role may use, and begins with none of PostgreSQL's. */
export async function requireSchema(db: Client): Promise<void> {
  const { rows } = await sql<{ schema: string | null; role: string; hidden: string | null }>`
    select current_schema() as schema, current_user::text as role,
           (select nspname::text from pg_namespace
             where quote_ident(nspname) = any(string_to_array(replace(current_setting('search_path'), ' ', ''), ','))
             limit 1) as hidden`.execute(db);
  const [{ schema, role, hidden } = { schema: null, role: '', hidden: null }] = rows;
  // what is made in the schema of temporary tables ends with its session
  if (schema !== null && /^(pg_|information_schema$)/.test(schema))
    throw new UnusableDatabaseError(
      `has a search_path that begins with ${schema}, a schema of PostgreSQL's own: put another one first, or set CQ_DATABASE_SCHEMA.`,
    );
  if (schema !== null) return;
  throw new UnusableDatabaseError(
    hidden === null
      ? 'has a search_path without any schema that is there: correct it, or create the schema.'
      : `names the role ${role}, which may not use the schema ${hidden}: grant usage on schema ${quoted(hidden)} to ${quoted(role)}.`,
  );
}

/** Throws `UnusableDatabaseError` unless the search path has a schema in which this role may create tables. */
export async function requirePrivileges(db: Client) {
  const { rows } = await sql<{ schema: string; may: boolean }>`
    select current_schema() as schema, has_schema_privilege(current_schema(), 'create') as may`.execute(db);
  if (!rows[0]?.may)
    throw new UnusableDatabaseError(
      `names a role that may not make tables in the schema ${rows[0]?.schema}: grant it CREATE there, or use the owner of the tables.`,
    );
}

/** What reading takes of a role, and what serving does. */
const rights = { read: ['select'], serve: ['select', 'insert', 'update', 'delete'] } as const;

/** A table, or a sequence of one, and what this role may not do with it. */
export interface LackingRights {
  readonly role: string;
  readonly name: string;
  readonly isSequence: boolean;
  readonly lacking: readonly string[];
}

/**
 * What this role lacks to read these tables, and with `serve` to change their rows and use their sequences. The role need not own
 * them.
 */
export async function lackingRights(
  db: Client,
  tables: readonly string[],
  purpose: keyof typeof rights,
): Promise<readonly LackingRights[]> {
  const { rows } = await sql<LackingRights>`
    with present as (
      select oid, relname from pg_class
       where relnamespace = quote_ident(current_schema())::regnamespace and relkind in ('r', 'p') and relname = any(${tables})),
    held as (
      select relname::text as name, false as sequence, needed, has_table_privilege(oid, needed) as has
        from present cross join unnest(${rights[purpose]}::text[]) needed
      union all
      select sequence.relname::text, true, 'usage',
             case when sequence.relkind = 'S' then has_sequence_privilege(sequence.oid, 'usage') end
        from pg_depend join pg_class sequence on sequence.oid = objid and sequence.relkind = 'S'
       where ${purpose === 'serve'} and classid = 'pg_class'::regclass and deptype in ('a', 'i')
         and refobjid in (select oid from present))
    select current_user::text as role, name, sequence as "isSequence", array_agg(needed order by needed) as lacking
      from held where not has group by name, sequence order by name`.execute(db);
  return rows;
}

/** Throws `UnusableDatabaseError`, and names what is missing, where this role lacks such rights. */
export async function requireTableRights(db: Client, tables: readonly string[], purpose: keyof typeof rights) {
  const rows = await lackingRights(db, tables, purpose);
  if (rows.length === 0) return;
  const list = rows.map(({ name, lacking }) => `${lacking.join(', ')} on ${name}`).join('; ');
  throw new UnusableDatabaseError(
    `names the role ${rows[0]?.role}, which lacks rights: ${list}. Grant them, or use the owner of the tables.`,
  );
}

/** Runs migrations; where this role may not, the error says whose turn it is. */
export async function namingTheOwner(db: Client, migrate: () => Promise<void>): Promise<void> {
  try {
    await migrate();
  } catch (error) {
    if (!lacksRight(error)) throw error;
    const { rows } = await sql<{ role: string; owner: string }>`
      select current_user::text as role, pg_get_userbyid(relowner)::text as owner
        from pg_class where oid = to_regclass('knowledge_units')`.execute(db);
    const [found] = rows;
    if (!found || found.role === found.owner) throw error;
    throw new UnusableDatabaseError(
      `has to be migrated, which the role ${found.role} may not: run "cq-server migrate" as ${found.owner}, the owner of the tables, and serve with CQ_MIGRATE=off.`,
      (error as UnavailableError).cause,
    );
  }
}
