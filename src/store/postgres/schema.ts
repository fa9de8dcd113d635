import { type QueryExecutorProvider, sql } from 'kysely';
import { UnusableDatabaseError } from '../../errors.ts';

/** Whether the schema is there; throws `UnusableDatabaseError` where this role can neither use nor create it. */
export async function schemaExists(db: QueryExecutorProvider, schema: string): Promise<boolean> {
  const { rows } = await sql<{ usable: boolean; there: boolean; mayCreate: boolean; role: string }>`
    select current_schema() is not distinct from ${schema}::name as usable,
           exists (select from pg_namespace where nspname = ${schema}) as there,
           has_database_privilege(current_database(), 'create') as "mayCreate", current_user::text as role`.execute(db);
  const { usable, there, mayCreate, role } = rows[0] ?? { usable: false, there: false, mayCreate: false, role: '' };
  const name = JSON.stringify(schema);
  if (usable) return true;
  if (there)
    throw new UnusableDatabaseError(
      `names the role ${role}, which may not use the schema ${name} of CQ_DATABASE_SCHEMA: grant it USAGE and CREATE there.`,
    );
  if (!mayCreate)
    throw new UnusableDatabaseError(
      `has no schema ${name}, which CQ_DATABASE_SCHEMA names, and the role ${role} may not create one: create it, with ${role} as its owner.`,
    );
  return false;
}

/** Creates the schema unless it is there. */
export async function createSchema(tx: QueryExecutorProvider, schema: string): Promise<void> {
  if (!(await schemaExists(tx, schema))) await sql`create schema ${sql.id(schema)}`.execute(tx);
}
