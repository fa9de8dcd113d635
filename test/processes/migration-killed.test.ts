import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { steps } from '../../migrations/index.ts';
import { campaign } from '../campaign.ts';
import { finished, start } from '../process.ts';
import { engines, fallBehind, ledgerOf, type StartDatabase } from './start-databases.ts';

/** The last migration of the release before. */
const before = '0021-bounded-searches';
const names = steps.map(({ name }) => name);
const ours = names.slice(names.indexOf(before) + 1);
const script = fileURLToPath(new URL('migrate-slowly.ts', import.meta.url));
const units = campaign(60, 600);

const migrateSlowly = ({ environment }: StartDatabase, ...args: string[]) =>
  start(args, environment, [process.execPath, script]);

/** A database that the release before has left, with units that people have confirmed and flagged. */
async function asBefore(create: () => Promise<StartDatabase>): Promise<StartDatabase> {
  const database = await create();
  await fallBehind(database, units);
  await database.migrateTo(before);
  await database.query(`
    insert into events (type, unit_id, actor, at)
    select 'confirmed', id, who, '2026-02-01T00:00:00.000Z'
      from knowledge_units cross join (select 'mia' as who union all select 'ann' union all select 'rob') people`);
  await database.query(`
    insert into knowledge_unit_flags (id, unit_id, reason, created_at)
    select 'flg_' || substr(id, 4), id, 'stale', '2026-02-01T00:00:00.000Z' from knowledge_units where id like '%7'`);
  return database;
}

/** All that can be told of a database: what there is of tables, indexes and triggers, and every row. Numbers drawn at random are left out. */
async function stateOf(database: StartDatabase): Promise<Record<string, unknown>> {
  const isSqlite = 'CQ_DB_PATH' in database.environment;
  const schema = await database.query(
    isSqlite
      ? "select type, name, sql from sqlite_master where name not like 'search\\_words\\_%' escape '\\' order by type, name"
      : `select relname, relkind, attname, format_type(atttypid, atttypmod), pg_get_expr(adbin, adrelid), attnotnull, null
           from pg_class join pg_attribute on attrelid = pg_class.oid left join pg_attrdef on adrelid = attrelid and adnum = attnum
          where relnamespace = 'public'::regnamespace and attnum > 0 and not attisdropped
         union all
         select tgrelid::regclass::text, 't', tgname, prosrc, pg_get_triggerdef(t.oid), null, null
           from pg_trigger t join pg_proc f on f.oid = tgfoid where not tgisinternal
          order by 1, 2, 3`,
  );
  const tables = await database.query<{ name: string }>(
    isSqlite
      ? "select name from sqlite_master where type = 'table' and name not like 'search\\_words%' escape '\\' and name not like 'sqlite\\_%' escape '\\'"
      : "select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'",
  );
  const state: Record<string, unknown> = { schema, ledger: await ledgerOf(database) };
  for (const { name } of tables
    .filter(({ name }) => name !== 'cq_migrations')
    .sort((one, other) => (one.name < other.name ? -1 : 1))) {
    const rows = await database.query(`select * from ${name}`);
    state[name] = rows.map((row) => JSON.stringify({ ...row, build: null, epoch: null })).sort();
  }
  return state;
}

describe.for(Object.entries(engines))('a %s database that the release before has left', ([engine, create]) => {
  it('is as it was, or migrated, wherever who migrates it is killed, and the next start completes', async () => {
    await using original = await asBefore(create);
    const state = await stateOf(original);
    await using rehearsed = await original.copy();
    const { code, stdout } = await finished(migrateSlowly(rehearsed));
    expect(code).toBe(0);
    const counts: Record<string, number> = JSON.parse(stdout);
    const migrated = await stateOf(rehearsed);
    expect(await ledgerOf(rehearsed)).toEqual(names);
    // each step by itself, or some of them
    const rounds = campaign(
      [['0022-word-chunks', ours.at(-1) as string]],
      ours.map((name) => [name]),
    );
    for (const round of rounds) {
      await using database = await original.copy();
      for (const name of round) {
        const last = counts[name] as number;
        const moments = campaign(
          [name === ours.at(-1) ? last : Math.ceil(last / 2)],
          [1, ...(last > 4 ? [2, Math.ceil(last / 2)] : []), last],
        );
        for (const moment of new Set(moments)) {
          const child = migrateSlowly(database, name, String(moment));
          const ended = finished(child);
          await Promise.race([once(child.stdout as NodeJS.ReadableStream, 'data'), ended]);
          expect(child.exitCode).toBeNull();
          child.kill('SIGKILL');
          await ended;
          expect(await stateOf(database)).toEqual(state);
        }
      }
      expect((await finished(migrateSlowly(database))).code).toBe(0);
      expect(await stateOf(database)).toEqual(migrated);
    }
  });

  it.runIf(engine === 'PostgreSQL')('is as it was when the connection is cut while a step runs', async () => {
    await using database = await asBefore(create);
    const state = await stateOf(database);
    for (const name of campaign(['0027-people'], ours)) {
      const child = migrateSlowly(database, name, '1');
      const ended = finished(child);
      await Promise.race([once(child.stdout as NodeJS.ReadableStream, 'data'), ended]);
      await database.query(`
        select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and state = 'idle in transaction'`);
      child.stdin?.write('on\n');
      expect((await ended).code).toBe(1);
      expect(await stateOf(database)).toEqual(state);
    }
    expect((await finished(migrateSlowly(database))).code).toBe(0);
    expect(await ledgerOf(database)).toEqual(names);
  });
});
