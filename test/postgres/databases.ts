import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import type { PostgresConfig } from '../../src/config/database.ts';
import { readDatabaseUrl } from '../../src/config/database-url.ts';
import { lacks, unless } from '../left-out.ts';
import { administer, databaseUrl } from './administer.ts';
import type { TestPostgres } from './setup.ts';

let found: Promise<TestPostgres> | undefined;

/** The tests' PostgreSQL, which is started if nobody has asked for it before. */
export function postgres(): Promise<TestPostgres> {
  found ??= ask();
  return found;
}

async function ask(): Promise<TestPostgres> {
  const response = await fetch(inject('postgresBroker'));
  const answer = await response.json();
  if (!response.ok) throw new Error(`there is no PostgreSQL for the tests: ${answer.error}`);
  return answer;
}

/** Options for a test or suite that searches PostgreSQL by meaning: left out, and listed, where it has no vectors. */
export const withVectors = async () => unless((await postgres()).vectorEngine === null, lacks.pgvector);

/** Databases of the tests, each for one test. */
export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
  /** Runs statements in it. */
  query<Row extends object = object>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Removes every row of ours; the schema stays as it is. */
  empty(): Promise<void>;
}

interface CreateOptions {
  /** Whether it is to hold nothing, instead of being migrated. */
  readonly empty?: boolean;
  /** The database that it is to be a copy of; nobody may be connected to that one. */
  readonly from?: string;
}

/** A new database: migrated, unless told otherwise. */
export async function createDatabase({ empty = false, from }: CreateOptions = {}): Promise<TestDatabase> {
  const { url: server, template } = await postgres();
  const name = `${prefixOf(template)}${randomBytes(6).toString('hex')}`;
  await administer(server, `create database ${name} template ${from ?? (empty ? 'template0' : template)}`);
  const url = databaseUrl(server, name);
  // what a test writes need not survive a power cut
  await administer(server, `alter database ${name} set synchronous_commit = off`);
  return {
    url,
    query: (text, values) => administer(url, text, values),
    async empty() {
      await administer(url, emptyAll);
    },
    [Symbol.asyncDispose]: async () => {
      await administer(server, `drop database if exists ${name} with (force)`);
    },
  };
}

const unused: TestDatabase[] = [];

/**
 * A migrated and empty database for a test that only writes rows: one that an earlier test of this process has emptied, since
 * creating and dropping one takes longer than most tests do. One that cannot be emptied, since a connection of a failed test
 * holds a lock, is dropped at once, the others after all tests.
 */
export async function reusedDatabase(): Promise<TestDatabase> {
  const database = unused.pop() ?? (await createDatabase());
  return {
    ...database,
    [Symbol.asyncDispose]: async () => {
      const emptied = await database.empty().then(
        () => true,
        () => false,
      );
      if (emptied) unused.push(database);
      else await database[Symbol.asyncDispose]();
    },
  };
}

/** What the names of all databases of this run begin with. */
const prefixOf = (template: string) => `${template.replace('cq_template_', 'cq_test_')}_`;

/** Drops what this run has left on the server. */
export async function dropDatabases({ url, template }: TestPostgres): Promise<void> {
  const left = await administer<{ datname: string }>(url, 'select datname from pg_database where datname ^@ $1', [
    prefixOf(template),
  ]);
  for (const { datname } of left) await administer(url, `drop database if exists ${datname} with (force)`);
  await administer(url, `drop database ${template} with (force)`);
}

/**
 * Deletes the rows of small tables, since `truncate` makes new files for a table and each of its indexes. Foreign keys and
 * triggers are off meanwhile. An index of vectors fits one model, and the next one may have the same number: to be built it also reads
 * rows that are deleted but may still be seen by an older snapshot, autovacuum's for one, so that none of them may be left. The ids of
 * changes of the index of words are never given out again, and processes rely on it.
 */
const emptyAll = `
  do $$ declare each record; large text[] := '{}'; is_large boolean; begin
    for each in
      select indexname as name from pg_indexes where schemaname = 'public' and indexname ^@ 'search_vectors_model_'
    loop execute format('drop index %I', each.name); end loop;
    perform set_config('session_replication_role', 'replica', true);
    perform set_config('lock_timeout', '10s', true);
    for each in
      select tablename as name from pg_tables where schemaname = 'public' and tablename not in ('cq_migrations', 'search_merges')
    loop
      execute format('select exists (select from %I offset %s)', each.name, case each.name when 'search_vectors' then 0 else 1000 end)
        into is_large;
      if is_large then large := large || quote_ident(each.name);
      else execute format('delete from %I', each.name); end if;
    end loop;
    if large <> '{}' then execute 'truncate ' || array_to_string(large, ', ') || ' cascade'; end if;
    for each in select oid from pg_class where relnamespace = 'public'::regnamespace and relkind = 'S'
      and relname <> 'search_changes_id_seq'
    loop perform setval(each.oid, 1, false); end loop;
  end $$`;

/** What the server would make of this URL, with small limits where tests wait for them. */
export function configOf(url: string, changes: Partial<PostgresConfig> = {}): PostgresConfig {
  const settings = {
    poolSize: 10,
    connectTimeoutMs: 5000,
    statementTimeoutMs: 15_000,
    lockTimeoutMs: 5000,
    idleTransactionTimeoutMs: 30_000,
  };
  return { ...(readDatabaseUrl('CQ_DATABASE_URL', url, settings) as PostgresConfig), ...changes };
}
