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
  const name = `cq_test_${randomBytes(6).toString('hex')}`;
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

/**
 * Leaves alone what is empty already: each table that is truncated gets new files, and so does each of its indexes. An index of
 * vectors fits one model, and the next one may have the same number. The ids of changes of the index of words are never given out again,
 * and processes rely on it.
 */
const emptyAll = `
  do $$ declare each record; filled text[] := '{}'; is_filled boolean; begin
    for each in
      select tablename as name from pg_tables where schemaname = 'public' and tablename not in ('cq_migrations', 'search_merges')
    loop
      execute format('select exists (select from %I)', each.name) into is_filled;
      if is_filled then filled := filled || quote_ident(each.name); end if;
    end loop;
    if filled <> '{}' then execute 'truncate ' || array_to_string(filled, ', ') || ' cascade'; end if;
    for each in select oid from pg_class where relnamespace = 'public'::regnamespace and relkind = 'S'
      and relname <> 'search_changes_id_seq'
    loop perform setval(each.oid, 1, false); end loop;
    for each in
      select indexname as name from pg_indexes where schemaname = 'public' and indexname ^@ 'search_vectors_model_'
    loop execute format('drop index %I', each.name); end loop;
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
