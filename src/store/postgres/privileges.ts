import { sql } from 'kysely';
import { UnusableDatabaseError } from '../../errors.ts';
import type { Client } from '../sql/queries.ts';

/** Throws `UnusableDatabaseError` unless the search path has a schema in which this role may create tables. */
export async function requirePrivileges(db: Client) {
  const { rows } = await sql<{ schema: string | null; may: boolean | null }>`
    select current_schema() as schema, has_schema_privilege(current_schema(), 'create') as may`.execute(db);
  const [{ schema, may } = { schema: null, may: null }] = rows;
  if (schema === null)
    throw new UnusableDatabaseError(
      'has a search_path without any schema that is there: correct it, or create the schema.',
    );
  if (!may)
    throw new UnusableDatabaseError(
      `names a role that may not make tables in the schema ${schema}: grant it CREATE there, or use the owner of the tables.`,
    );
}
