import BetterSqlite from 'better-sqlite3';
import pg from 'pg';
import { expect, it } from 'vitest';
import type { DatabaseConfig } from '../../src/config/database.ts';
import { sqliteDatabase } from '../../src/config/sqlite-url.ts';
import { openStore } from '../../src/store/open.ts';
import { configOf, createDatabase } from '../postgres/databases.ts';
import { temporaryFolder } from '../process.ts';

/** How many windows a database holds after 200 attempts, each at another name, and then 20 more when the first have ended. */
async function heldAfterwards(database: DatabaseConfig, count: () => Promise<number>): Promise<[number, number]> {
  const store = await openStore(database, { migrate: true });
  const at = (minutes: number) => new Date(Date.UTC(2026, 0, 1, 0, minutes));
  const attempt = (key: string, minutes: number) =>
    store.signIns.attempt([{ key, limit: 5, windowMs: 60_000 }], at(minutes));
  try {
    for (let index = 0; index < 200; index++) await attempt(`early ${index}`, 0);
    const before = await count();
    for (let index = 0; index < 20; index++) await attempt(`late ${index}`, 2);
    return [before, await count()];
  } finally {
    await store.close();
  }
}

const query = 'select count(*) as count from sign_in_attempts';

it('windows that have ended do not heap up in SQLite', async () => {
  using folder = temporaryFolder();
  const file = folder.file('cq.db');
  const count = async () => {
    const handle = new BetterSqlite(file, { readonly: true });
    const { count } = handle.prepare(query).get() as { count: number };
    handle.close();
    return count;
  };
  expect(await heldAfterwards(sqliteDatabase(file), count)).toEqual([200, 20]);
});

it('windows that have ended do not heap up in PostgreSQL', async () => {
  await using database = await createDatabase();
  const count = async () => {
    const client = new pg.Client(database.url);
    await client.connect();
    const { rows } = await client.query(query);
    await client.end();
    return Number(rows[0].count);
  };
  expect(await heldAfterwards(configOf(database.url), count)).toEqual([200, 20]);
});
