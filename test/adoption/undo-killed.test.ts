import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { expect, it } from 'vitest';
import type { DatabaseConfig } from '../../src/config/database.ts';
import { sqliteDatabase } from '../../src/config/sqlite-url.ts';
import { openAdoption, openStore } from '../../src/store/open.ts';
import { configOf, createDatabase } from '../postgres/databases.ts';
import { finished, run, start, temporaryFolder } from '../process.ts';
import { contentsOfPythonFile, makePythonFile, makePythonPostgres } from './python-database.ts';
import { cases } from './python-rows.ts';
import { snapshotOfDatabase } from './snapshot.ts';

const adopt = async (config: DatabaseConfig) => (await openStore(config, { migrate: true })).close();

async function isKept(config: DatabaseConfig): Promise<boolean> {
  const adoption = await openAdoption(config);
  try {
    return (await adoption.status()) !== null;
  } finally {
    await adoption.close();
  }
}

const done = { code: 0, stderr: '', stdout: expect.stringMatching(/^The database is the Python server's again/) };

it('undoing an adoption on SQLite that is killed is done or not done, and can be done again', {
  timeout: 300_000,
}, async () => {
  using folder = temporaryFolder();
  const file = folder.file('cq.db');
  makePythonFile(file, 'Alembic, with vectors', cases);
  const before = contentsOfPythonFile(file);
  for (let pause = 0; pause < 3; pause++) {
    await adopt(sqliteDatabase(file));
    const child = start(['adoption', 'undo'], { CQ_DB_PATH: file });
    const outcome = finished(child);
    // it has looked at the file, and then has it for itself
    for (const there of [true, false])
      while (existsSync(`${file}-wal`) !== there && child.exitCode === null) await delay(1);
    await delay(pause * 10);
    child.kill('SIGKILL');
    await outcome;
    if (!(await isKept(sqliteDatabase(file)))) expect(contentsOfPythonFile(file)).toEqual(before);
  }
  await adopt(sqliteDatabase(file));
  expect(await run(['adoption', 'undo'], { CQ_DB_PATH: file })).toMatchObject(done);
  expect(contentsOfPythonFile(file)).toEqual(before);
});

it('undoing an adoption on PostgreSQL that is killed in its midst is not done, and can be done', {
  timeout: 300_000,
}, async () => {
  await using database = await createDatabase({ empty: true });
  const environment = { CQ_DATABASE_URL: database.url };
  await database.query('create extension if not exists vector').catch(() => {});
  await makePythonPostgres(database.url, cases);
  const before = await snapshotOfDatabase(database.url);
  await adopt(configOf(database.url));
  const adopted = await snapshotOfDatabase(database.url);
  const [kept] = await database.query<{ schema: string }>(
    `select nspname as schema from pg_namespace where nspname ^@ 'cq_python_'`,
  );
  const holder = new pg.Client(database.url);
  await holder.connect();
  // our tables are gone by the time at which it comes to this one
  await holder.query(`begin; lock table ${kept?.schema}.api_keys in access share mode`);
  const child = start(['adoption', 'undo'], environment);
  const outcome = finished(child);
  const waiting = 'select from pg_locks where not granted and relation = $1::regclass';
  while ((await database.query(waiting, [`${kept?.schema}.api_keys`])).length === 0) {
    expect(child.exitCode).toBeNull();
    await delay(50);
  }
  child.kill('SIGKILL');
  await outcome;
  await holder.end();
  // the session that nobody speaks to any more ends when it notices
  while (
    (
      await database.query(
        `select from pg_stat_activity where datname = current_database() and application_name = 'cq-server'`,
      )
    ).length > 0
  )
    await delay(50);
  expect(await snapshotOfDatabase(database.url)).toEqual(adopted);
  expect(await run(['adoption', 'undo'], environment)).toMatchObject(done);
  expect(await snapshotOfDatabase(database.url)).toEqual(before);
});
