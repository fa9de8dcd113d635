import { sql } from 'kysely';
import pg from 'pg';
import { describe, expect } from 'vitest';
import { confidence } from '../../src/domain/rules.ts';
import { LogReplacedError } from '../../src/errors.ts';
import { openStore } from '../../src/store/open.ts';
import { openPool, queries } from '../../src/store/postgres/connection.ts';
import { createLogSource } from '../../src/store/postgres/log-source.ts';
import { trackRunning } from '../../src/store/postgres/running-transactions.ts';
import type { Database } from '../../src/store/sql/database.ts';
import { createLog, type TableLog } from '../../src/store/sql/log/log.ts';
import type { LogPart } from '../../src/store/sql/log/log-source.ts';
import { Queries } from '../../src/store/sql/queries.ts';
import type { Row } from '../../src/store/sql/row-mapping.ts';
import type { LogPlace, Store } from '../../src/store/store.ts';
import { administer, databaseUrl } from '../postgres/administer.ts';
import { configOf, postgres, type TestDatabase } from '../postgres/databases.ts';
import { put } from './conformance/fixture.ts';
import { entriesBehind, readLog } from './conformance/logs.ts';
import { onPostgres as it } from './postgres-fixture.ts';

/** A session of its own, whose transactions the test ends. */
async function session(url: string) {
  const client = new pg.Client(url);
  client.on('error', () => {});
  await client.connect();
  return { query: (text: string) => client.query(text), [Symbol.asyncDispose]: () => client.end() };
}

const insert = (unit: string, actor: string) =>
  `insert into events (type, unit_id, actor, at) values ('approved', '${unit}', '${actor}', now())`;

/** All events, as a part of the log. */
const whole: LogPart = (condition) => sql`(select * from events where ${condition} offset 0)`;

/** The log of a process that waits so long for each transaction that it sees; entries are the names of who did it. */
function logOf(
  { database, store }: { database: TestDatabase; store: Store },
  waitMs: number,
  part?: LogPart,
): TableLog<unknown> & AsyncDisposable {
  const config = configOf(database.url);
  const pool = openPool(config.primary, { ...config, poolSize: 2 });
  const { builder } = (store as unknown as { db: Database }).db.write;
  const db = new Queries(queries(pool), builder);
  const source = createLogSource(db, db, trackRunning(waitMs));
  const toEntries = (rows: readonly Row[]) => rows.map(({ actor }) => actor);
  const log = createLog(source, 'events', { toEntries, isPruned: false });
  const read: typeof log.read = (after, limit) => (part ? log.readPart(part, after, limit) : log.read(after, limit));
  return { ...log, read, [Symbol.asyncDispose]: () => pool.end() };
}

const forEver = 3_600_000;

async function lastOnes(log: TableLog<unknown>, limit: number) {
  const { entries, hasMore, end } = await log.readPart(whole, null, limit);
  expect(await readLog(log, entries[0]?.place as LogPlace)).toEqual(entries.slice(1).map(({ entry }) => entry));
  expect(await readLog(log, end)).toEqual([]);
  return [...entries.map(({ entry }) => entry), hasMore];
}

describe.for([undefined, whole])('the order of events on PostgreSQL', (part) => {
  it('waits for a transaction that began before and commits later', async ({ database, store }) => {
    const { id } = await put(store);
    await using log = logOf({ database, store }, forEver, part);
    await using early = await session(database.url);
    const start = await log.end();
    await early.query('begin');
    await early.query(insert(id, 'early'));
    await database.query(insert(id, 'late'));
    const page = await log.read(start, 100);
    expect(page).toMatchObject({ entries: [], hasMore: false, isHeld: true });
    await early.query('commit');
    expect(await readLog(log, page.end)).toEqual(['early', 'late']);
  });

  it('goes by when transactions began, whatever their numbers', async ({ database, store }) => {
    const { id } = await put(store);
    await using log = logOf({ database, store }, forEver, part);
    await using first = await session(database.url);
    const start = await log.end();
    await first.query('begin; select pg_current_xact_id()');
    await database.query(insert(id, 'second'));
    await first.query(insert(id, 'first'));
    expect((await log.read(start, 100)).entries).toEqual([]);
    await first.query('commit');
    expect(await readLog(log, start)).toEqual(['first', 'second']);
  });

  it('is not held up for ever by a transaction of another database', async ({ database, store }) => {
    const { id } = await put(store);
    const { url } = await postgres();
    await using foreign = await session(databaseUrl(url, 'postgres'));
    await foreign.query('begin; select pg_current_xact_id()');
    await using log = logOf({ database, store }, 0, part);
    const start = await log.end();
    await database.query(insert(id, 'mia'));
    const entries = await entriesBehind(log, start);
    expect(entries.map(({ entry }) => entry)).toEqual(['mia']);
    const end = entries[0]?.place as LogPlace;
    expect(end.open.length).toBeGreaterThan(0);
    await foreign.query('rollback');
    await database.query(insert(id, 'zoe'));
    expect(await readLog(log, end)).toEqual(['zoe']);
    await expect.poll(async () => (await log.read(end, 100)).end.open, { timeout: 60_000 }).toEqual([]);
  });

  it('tells what is written by one that was not waited for, once, from whichever place another process goes on', async ({
    database,
    store,
  }) => {
    const { id } = await put(store);
    await using log = logOf({ database, store }, 0, part);
    await using another = logOf({ database, store }, forEver, part);
    await using slow = await session(database.url);
    const start = await log.end();
    await slow.query('begin; select pg_current_xact_id()');
    await database.query(insert(id, 'one'));
    await database.query(insert(id, 'two'));
    const before = await entriesBehind(log, start);
    expect(before.map(({ entry }) => entry)).toEqual(['one', 'two']);
    await slow.query(`${insert(id, 'slow 1')}; ${insert(id, 'slow 2')}; commit`);
    await database.query(insert(id, 'three'));
    const after = await entriesBehind(log, before.at(-1)?.place as LogPlace);
    expect(after.map(({ entry }) => entry)).toEqual(['slow 1', 'slow 2', 'three']);
    expect(await lastOnes(log, 3)).toEqual(['one', 'two', 'three', true]);
    // each place knows what was told before it
    const told = [...before, ...after];
    for (const [index, { place }] of told.entries())
      expect(
        [...told.slice(0, index + 1).map(({ entry }) => entry), ...(await readLog(another, place, 1))].sort(),
      ).toEqual(['one', 'two', 'slow 1', 'slow 2', 'three'].sort());
    expect(await readLog(another, after.at(-1)?.place as LogPlace)).toEqual([]);
    // who has not gone on without it reads all of it in turn
    expect(await readLog(another, start, 2)).toEqual(['slow 1', 'slow 2', 'one', 'two', 'three']);
  });

  it('goes on in a database that was restored on a server whose transactions begin anew', async ({
    database,
    store,
  }) => {
    const { id } = await put(store);
    for (const name of ['one', 'two', 'three']) await database.query(insert(id, name));
    const start = { ...(await store.events.log.end()), transaction: 0, id: 0, at: null };
    const kept = await store.events.log.end();
    // as they are after pg_restore: of transactions that this server has not begun, in an order of their own
    await database.query('update events set xid = xid + 1000000000 - 2 * id');
    await using log = logOf({ database, store }, forEver, part);
    const end = await log.end();
    expect(end.epoch).not.toBe(kept.epoch);
    expect(await log.problemOf(kept, 100)).toBe('foreign');
    await expect(log.read(kept, 100)).rejects.toThrow(LogReplacedError);
    for (const name of ['four', 'five']) await database.query(insert(id, name));
    expect(await readLog(log, end)).toEqual(['four', 'five']);
    expect(await readLog(log, { ...start, epoch: end.epoch }, 1)).toEqual(['one', 'two', 'three', 'four', 'five']);
    expect(await lastOnes(log, 3)).toEqual(['three', 'four', 'five', true]);
    const entries = await entriesBehind(log, { ...start, epoch: end.epoch }, 2);
    expect(await log.problemOf(entries[1]?.place as LogPlace, 3)).toBe(null);
    expect(await log.problemOf(entries[1]?.place as LogPlace, 2)).toBe('behind');
    // the process that was there before learns of it
    await expect(store.events.log.read(kept, 100)).rejects.toThrow(LogReplacedError);
  });

  it('has rows of before the migration first, by their numbers', async ({ database, store }) => {
    const { id } = await put(store);
    for (const name of ['one', 'two']) await database.query(insert(id, name));
    await database.query("insert into log_epochs select 'events', 'old', max(id) from events");
    await database.query('update events set xid = 0');
    await using log = logOf({ database, store }, forEver, part);
    await database.query(insert(id, 'three'));
    const start: LogPlace = { epoch: 'old', transaction: 0, id: 0, at: null, open: [] };
    expect(await readLog(log, start, 1)).toEqual(['one', 'two', 'three']);
    expect(await readLog(log, start, 10)).toEqual(['one', 'two', 'three']);
    expect(await lastOnes(log, 2)).toEqual(['two', 'three', true]);
    expect(await lastOnes(log, 3)).toEqual(['one', 'two', 'three', false]);
  });

  it('says so when the server was set back', async ({ database, store }) => {
    await put(store);
    const end = await store.events.log.end();
    const ahead = { ...end, transaction: end.transaction + 1_000_000 };
    await using log = logOf({ database, store }, forEver, part);
    await expect(log.read(ahead, 1)).rejects.toThrow(LogReplacedError);
  });
});

describe('who watches the logs on PostgreSQL', () => {
  const listening = `from pg_stat_activity where datname = current_database() and query like 'listen %'`;

  it('is told of commits of another process, also after the connection was ended', async ({ database, store }) => {
    const other = await openStore(configOf(database.url), { migrate: false });
    const { id } = await put(store);
    let calls = 0;
    const watch = store.logs.watch(() => calls++);
    const isListening = () =>
      expect.poll(async () => (await database.query(`select ${listening}`)).length, { timeout: 60_000 }).toBe(1);
    const told = async () => {
      await isListening();
      const before = calls;
      await other.units.confirm(id, 'mia', other.now(), confidence.confirmed);
      await expect.poll(() => calls, { timeout: 60_000 }).toBeGreaterThan(before);
    };
    await told();
    const before = calls;
    await administer(database.url, `select pg_terminate_backend(pid) ${listening}`);
    // it looks at once, since it may have missed something
    await expect.poll(() => calls, { timeout: 60_000 }).toBeGreaterThan(before);
    await told();
    watch[Symbol.dispose]();
    await expect.poll(async () => (await database.query(`select ${listening}`)).length, { timeout: 60_000 }).toBe(0);
    await other.close();
  });
});
