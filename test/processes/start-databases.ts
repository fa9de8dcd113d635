import { copyFileSync } from 'node:fs';
import { MikroORM as PostgresOrm } from '@mikro-orm/postgresql';
import { MikroORM as SqliteOrm } from '@mikro-orm/sqlite';
import BetterSqlite from 'better-sqlite3';
import { openPool, queries } from '../../src/store/postgres/connection.ts';
import * as postgres from '../../src/store/postgres/orm-options.ts';
import * as sqlite from '../../src/store/sqlite/orm-options.ts';
import { configOf, createDatabase, type TestDatabase } from '../postgres/databases.ts';
import { temporaryFolder } from '../process.ts';

/** A database that servers of a test start on. */
export interface StartDatabase extends AsyncDisposable {
  /** What a server needs to start on it. */
  readonly environment: Record<string, string>;
  /** Runs one statement in it. */
  query<Row extends object = Record<string, unknown>>(text: string): Promise<Row[]>;
  /** Runs the migrations up to this one. */
  migrateTo(name: string): Promise<void>;
  /** A database that holds the same. */
  copy(): Promise<StartDatabase>;
}

export const engines: Readonly<Record<string, () => Promise<StartDatabase>>> = {
  SQLite: async () => sqliteDatabase(),
  PostgreSQL: async () => postgresDatabase(await createDatabase({ empty: true })),
};

/** What a database may hold when servers start on it. */
export const beginnings: Readonly<Record<string, (database: StartDatabase) => Promise<void>>> = {
  'is empty': async () => {},
  'is behind': (database) => fallBehind(database),
};

export const unitsBehind = 2000;

/** Stops before a step that takes its time, with units for it to work on. */
export async function fallBehind(database: StartDatabase, units = unitsBehind) {
  await database.migrateTo('0005-drop-baseline');
  await database.query(`
    insert into users (username, password_hash, role, created_at)
    values ('mia', 'none', 'admin', '2026-01-01T00:00:00.000Z')`);
  await database.query(`
    with recursive numbers (i) as (select 1 union all select i + 1 from numbers where i < ${units})
    insert into knowledge_units (id, version, status, tier, domains, summary, detail, action, languages, frameworks,
      pattern, confidence, confirmations, created_by, created_at, updated_at)
    select 'ku_00000000000000000000000000' || (100000 + i), 1, 'approved', 'private', '["api"]', 'Lesson ' || i,
      'What happened the time before', 'What to do about it', '["go"]', '[]', '', 0.5, 1, 'mia',
      '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'
      from numbers`);
}

/** What must be the same after any migration. */
export async function rowsOf(database: StartDatabase) {
  return {
    units: await database.query('select id, summary, domains, status, created_by from knowledge_units order by id'),
    users: await database.query('select username, password_hash, role from users order by id'),
  };
}

/** The migrations that have run, in order. */
export async function ledgerOf(database: StartDatabase): Promise<string[]> {
  return (await database.query<{ name: string }>('select name from cq_migrations order by id')).map(({ name }) => name);
}

function sqliteDatabase(from?: string): StartDatabase {
  const folder = temporaryFolder();
  const file = folder.file('cq.db');
  if (from) copyFileSync(from, file);
  return {
    environment: { ...secrets, CQ_DB_PATH: file },
    async query<Row>(text: string) {
      const handle = new BetterSqlite(file);
      try {
        const statement = handle.prepare<[], Row>(text);
        if (statement.reader) return statement.all();
        statement.run();
        return [];
      } finally {
        handle.close();
      }
    },
    async migrateTo(name) {
      const orm = await SqliteOrm.init(sqlite.ormOptions(file));
      await orm.migrator.up({ to: name });
      await orm.close();
    },
    copy: async () => sqliteDatabase(file),
    [Symbol.asyncDispose]: async () => folder[Symbol.dispose](),
  };
}

function postgresDatabase(database: TestDatabase): StartDatabase {
  return {
    environment: { ...secrets, CQ_DATABASE_URL: database.url },
    query: (text) => database.query(text),
    async migrateTo(name) {
      const config = configOf(database.url);
      const client = queries(openPool(config.primary, config));
      const orm = await PostgresOrm.init(postgres.ormOptions(config.primary.database, client));
      await orm.migrator.up({ to: name });
      await orm.close();
      await client.destroy();
    },
    copy: async () => postgresDatabase(await createDatabase({ from: new URL(database.url).pathname.slice(1) })),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

const secrets = { CQ_JWT_SECRET: 'j'.repeat(32), CQ_API_KEY_PEPPER: 'p'.repeat(32) };
