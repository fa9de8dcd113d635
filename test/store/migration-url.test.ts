import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import type { PostgresConfig } from '../../src/config/database.ts';
import { inspectDatabase, openAdoption, openStore } from '../../src/store/open.ts';
import { makePythonPostgres } from '../adoption/python-database.ts';
import { cases } from '../adoption/python-rows.ts';
import { configOf, createDatabase, postgres } from '../postgres/databases.ts';
import { startPgBouncer, withPgBouncer } from '../postgres/pgbouncer.ts';
import { run } from '../process.ts';
import { put } from './conformance/fixture.ts';

const { url: server } = await postgres();

/** What requests and migrations connect to. */
const both = (url: string, migrationUrl: string, changes: Partial<PostgresConfig> = {}) =>
  configOf(url, { migration: configOf(migrationUrl).primary, ...changes });

describe('CQ_DATABASE_MIGRATION_URL', () => {
  it('leads migrations and adoptions past a pooler', withPgBouncer, async () => {
    await using database = await createDatabase({ empty: true });
    await makePythonPostgres(database.url, cases.slice(0, 6));
    await using pooler = await startPgBouncer(server, { mode: 'transaction' });
    const direct = `${database.url}?application_name=cq-migrations`;
    const config = both(pooler.through(database.url), direct);
    const stores = await Promise.all([1, 2].map(() => openStore(config, { migrate: true })));
    // the pooler's own connections could not hold this lock
    const users = await database.query(`select application_name from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend' order by 1`);
    expect(new Set(users.map((row) => Object.values(row)[0]))).toEqual(new Set(['cq-migrations', 'cq-server']));
    for (const store of stores) {
      await put(store);
      await store.close();
    }
    const adoption = await openAdoption(config);
    // what the pooler keeps open may be a server's
    await expect(adoption.undo({ dropChanges: true })).rejects.toThrow('A pooler keeps its connections open');
    await adoption.close();
    await pooler[Symbol.asyncDispose]();
    const alone = await openAdoption(both(database.url, direct));
    await alone.undo({ dropChanges: true });
    await alone.close();
    expect((await inspectDatabase(configOf(database.url))).kind).toBe('python');
  });

  it('lets an owner migrate for a role that owns nothing', async () => {
    await using database = await createDatabase({ empty: true });
    const role = `cq_role_${randomBytes(6).toString('hex')}`;
    await database.query(`create role ${role} login password 'secret'`);
    try {
      await database.query(`alter default privileges grant select, insert, update, delete on tables to ${role}`);
      await database.query(`alter default privileges grant usage, select, update on sequences to ${role}`);
      const url = new URL(database.url);
      url.username = role;
      url.password = 'secret';
      const config = both(url.href, database.url);
      expect((await inspectDatabase(config)).kind).toBe('empty');
      for (const migrate of [true, true, false]) {
        const store = await openStore(config, { migrate });
        const unit = await put(store);
        expect(await store.units.find(unit.id)).toEqual(unit);
        await store.close();
      }
      const owners = await database.query(
        `select distinct tableowner as name from pg_tables where schemaname = 'public'`,
      );
      expect(owners).not.toContainEqual({ name: role });
    } finally {
      await database.query(`drop owned by ${role}`);
      await database.query(`drop role ${role}`);
    }
  });

  it('is refused where it leads to another database, or to another schema', async () => {
    await using database = await createDatabase();
    await using other = await createDatabase();
    await database.query('create schema elsewhere');
    const refused = {
      database: expect.stringMatching(/^CQ_DATABASE_MIGRATION_URL \(postgresql:/),
      advice: expect.stringContaining('does not lead to the primary, database and schema of CQ_DATABASE_URL'),
    };
    for (const elsewhere of [other.url, `${database.url}?options=-c%20search_path%3Delsewhere`])
      for (const migrate of [true, false]) {
        const config = both(database.url, elsewhere);
        await expect(openStore(config, { migrate })).rejects.toMatchObject(refused);
        await expect(inspectDatabase(config)).rejects.toMatchObject(refused);
      }
    // by whichever name and host
    const same = new URL(database.url);
    same.hostname = same.hostname === 'localhost' ? '127.0.0.1' : 'localhost';
    await (await openStore(both(database.url, same.href), { migrate: true })).close();
  });

  it('is what a message names when nothing answers there', async () => {
    await using database = await createDatabase();
    const nowhere = new URL(database.url);
    nowhere.port = '1';
    nowhere.password = 'very-secret';
    const environment = {
      CQ_DATABASE_URL: database.url,
      CQ_DATABASE_MIGRATION_URL: nowhere.href,
      CQ_JWT_SECRET: 'j'.repeat(32),
      CQ_API_KEY_PEPPER: 'p'.repeat(32),
    };
    const { code, stderr } = await run(['migrate'], environment);
    expect(code).toBe(69);
    expect(stderr).toContain('CQ_DATABASE_MIGRATION_URL (postgresql://');
    const shown = await run(['check-config'], environment);
    expect(shown.code).toBe(0);
    expect(stderr + shown.stdout + shown.stderr).not.toContain('very-secret');
  });

  it.for([
    ['mysql://h/d', 'CQ_DATABASE_MIGRATION_URL: the scheme mysql: is not supported'],
    ['sqlite:///cq.db', 'CQ_DATABASE_MIGRATION_URL must name a PostgreSQL server'],
    ['postgresql://h:x/d', 'CQ_DATABASE_MIGRATION_URL names a host'],
  ] as const)('is no %s', ([url, message]) => {
    const environment = { CQ_DATABASE_URL: 'postgresql://h/d', CQ_DATABASE_MIGRATION_URL: url };
    expect(() => readConfig(environment)).toThrow(message);
  });

  it('goes with a CQ_DATABASE_URL of PostgreSQL', () => {
    expect(() => readConfig({ CQ_DATABASE_MIGRATION_URL: 'postgresql://h/d' })).toThrow(
      'CQ_DATABASE_MIGRATION_URL goes with a CQ_DATABASE_URL of PostgreSQL.',
    );
  });
});
