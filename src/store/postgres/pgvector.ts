import { type RawBuilder, sql } from 'kysely';
import type { Client } from '../sql/queries.ts';
import { lacksRight, messageOf } from './driver-errors.ts';
import { quoted } from './identifiers.ts';

/** What a version of pgvector can do, of what is used here. */
export interface PgvectorFeatures {
  /** The type that an index compares, and the operator class of that. */
  readonly indexedType: 'halfvec' | 'vector';
  /** The most dimensions that an index takes. */
  readonly maxIndexedDimensions: number;
}

/** The versions from which on there is HNSW, and half precision. Iterative scans (0.8) are a setting, which older ones ignore. */
const [hnswSince, halfvecSince] = [5, 7];

/** What this version can do; null where it is too old to be used. */
export function featuresOf(version: string): PgvectorFeatures | null {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  if (major === 0 && minor < hnswSince) return null;
  return major > 0 || minor >= halfvecSince
    ? { indexedType: 'halfvec', maxIndexedDimensions: 4000 }
    : { indexedType: 'vector', maxIndexedDimensions: 2000 };
}

/** The extension as it is installed: its objects are named with its schema, which need not be in the search path. */
export interface Pgvector extends PgvectorFeatures {
  readonly version: string;
  /** The SQL name of an object of the extension. */
  readonly named: (name: string) => RawBuilder<unknown>;
  /** The SQL operator of the cosine distance. */
  readonly distance: RawBuilder<unknown>;
}

/** What a database and the role say of pgvector and the table of vectors. */
export interface PgvectorFacts {
  readonly role: string;
  /** The version that the server could install; null where it has none. */
  readonly available: string | null;
  /** Whether this role may create the extension, as far as PostgreSQL tells: some providers let others do so too. */
  readonly mayCreate: boolean;
  /** The version and schema that are installed; null where the extension is not. */
  readonly version: string | null;
  readonly schema: string | null;
  readonly maySeeSchema: boolean;
  /** Whether the table is there with its column, which `drop extension … cascade` removes. */
  readonly hasTable: boolean;
  /** What this role lacks to use the table. */
  readonly lackingRights: readonly string[];
}

/** Why search by meaning cannot be used, and what to do about it; null where it can. */
export function pgvectorProblem(facts: PgvectorFacts): string | null {
  const { role, available, mayCreate, version, schema, maySeeSchema, hasTable, lackingRights } = facts;
  const migrate = 'run "cq-server migrate" as the owner of the tables';
  if (version === null) {
    if (available === null)
      return `The PostgreSQL server has no pgvector: install it there, run "create extension vector" in this database, then ${migrate}.`;
    return mayCreate
      ? `pgvector ${available} is on the server, and not yet in this database: run "cq-server migrate".`
      : `pgvector ${available} is on the server, but not in this database, and the role ${role} may not create it: let a superuser run "create extension vector" there, then ${migrate}.`;
  }
  if (available === null)
    return `pgvector ${version} is in this database, and the server has it no more: install it there again.`;
  if (featuresOf(version) === null)
    return `pgvector ${version} is older than 0.${hnswSince}: update it on the server, and run "alter extension vector update" in this database.`;
  if (!maySeeSchema)
    return `pgvector ${version} is in the schema ${schema}, which the role ${role} may not use: grant usage on schema ${quoted(schema ?? '')} to ${quoted(role)}.`;
  if (!hasTable) return `pgvector ${version} is installed, but its table search_vectors is missing: ${migrate}.`;
  if (lackingRights.length > 0)
    return `The role ${role} lacks rights on the table of vectors: grant ${lackingRights.join(', ')} on search_vectors to ${quoted(role)}.`;
  return null;
}

/** An SQL condition: the vector table exists with its column. */
const vectorTableExists = sql<boolean>`
  exists (select from pg_attribute where attrelid = to_regclass('search_vectors') and attname = 'vector' and not attisdropped)`;

export async function readPgvectorFacts(db: Client): Promise<PgvectorFacts> {
  const { rows } = await sql<PgvectorFacts>`
    select current_user::text as role,
           (select default_version from pg_available_extensions where name = 'vector') as available,
           (select rolsuper from pg_roles where rolname = current_user)
             or coalesce((select trusted from pg_available_extension_versions versions join pg_available_extensions extensions
                           using (name) where name = 'vector' and versions.version = default_version), false)
                and has_database_privilege(current_database(), 'create') as "mayCreate",
           extversion as version, nspname::text as schema,
           coalesce(has_schema_privilege(nspname, 'usage'), false) as "maySeeSchema",
           ${vectorTableExists} as "hasTable",
           array(select needed from unnest(array['select', 'insert', 'update', 'delete']) needed
                  where not has_table_privilege(to_regclass('search_vectors'), needed)) as "lackingRights"
      from (select) once
      left join (pg_extension join pg_namespace on pg_namespace.oid = extnamespace) on extname = 'vector'`.execute(db);
  return rows[0] as PgvectorFacts;
}

/** The installed extension by its facts; null where it cannot be used. */
export function usablePgvector(facts: PgvectorFacts): Pgvector | null {
  return pgvectorProblem(facts) === null ? installedPgvector(facts) : null;
}

function installedPgvector({ version, schema }: Pick<PgvectorFacts, 'version' | 'schema'>): Pgvector | null {
  const features = version === null ? null : featuresOf(version);
  if (features === null || version === null || schema === null) return null;
  const named = (name: string) => sql.id(schema, name);
  return { ...features, version, named, distance: sql`operator(${sql.id(schema)}.<=>)` };
}

/**
 * Creates the extension and the vector table, as far as they are missing and this role may; otherwise changes nothing. Not a
 * migration, since the extension may be installed later. Answers why a step that it may do failed; null when none did.
 */
export async function setUpPgvector(tx: Client): Promise<string | null> {
  const before = await readPgvectorFacts(tx);
  const isMissing = before.version === null ? before.available !== null : !before.hasTable;
  if (!isMissing) return null;
  await sql`savepoint vectors`.execute(tx);
  try {
    if (before.version === null) await sql`create extension vector`.execute(tx);
    const installed = installedPgvector(await readPgvectorFacts(tx));
    if (installed !== null) await createVectorTable(tx, installed);
    return null;
  } catch (error) {
    await sql`rollback to savepoint vectors`.execute(tx);
    // a role without the right to: the owner's turn, which `pgvectorProblem` says
    return lacksRight(error) ? null : messageOf(error);
  }
}

async function createVectorTable(tx: Client, { named }: Pgvector): Promise<void> {
  // one without its column is what `drop extension … cascade` leaves
  await sql`drop table if exists search_vectors`.execute(tx);
  await sql`
    create table search_vectors (
      model_id integer not null,
      unit_id text collate "C" not null references knowledge_units (id) on delete cascade,
      vector ${named('vector')} not null,
      primary key (model_id, unit_id))`.execute(tx);
}
