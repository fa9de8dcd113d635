import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Worker } from 'node:worker_threads';
import BetterSqlite from 'better-sqlite3';
import { type RawBuilder, sql } from 'kysely';
import { describe, expect } from 'vitest';
import { sqliteDatabase } from '../../src/config/sqlite-url.ts';
import { UnavailableError } from '../../src/errors.ts';
import { openStore } from '../../src/store/open.ts';
import { openHandle } from '../../src/store/sqlite/connection.ts';
import { queries } from '../../src/store/sqlite/kysely-driver.ts';
import { createSearchThreads, type SearchThreads } from '../../src/store/sqlite/search-threads.ts';
import { startServer } from '../harness.ts';
import { lacks, unless } from '../left-out.ts';
import { put } from './conformance/fixture.ts';
import { inFile } from './sqlite-fixture.ts';

/** `threads` search the file of `store`; `started` are the ones that this process has started since. */
const it = inFile.extend<{ started: Worker[]; threads: SearchThreads }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads which fixtures a fixture needs from its pattern
  started: async ({}, use) => {
    const started: Worker[] = [];
    const note = (worker: Worker) => started.push(worker);
    process.on('worker', note);
    await use(started);
    process.off('worker', note);
  },
  threads: async ({ file, store }, use) => {
    await store.ping();
    const threads = createSearchThreads(file);
    await use(threads);
    await threads.close();
  },
});

/** Numbers from 1: how many are counted is how long it takes. */
const counted = (most: number) => sql<{ count: number }>`
  with recursive numbers (i) as (select 1 union all select i + 1 from numbers where i < ${most})
  select count(*) as count from numbers`;
/** Seconds of work, in which this process has time for a lot. */
const long = counted(3_000_000);

const ask = async <Row>({ queries }: SearchThreads, statement: RawBuilder<Row>) =>
  (await statement.execute(queries)).rows;

/** What came of it, errors included, in a form that can be compared. */
const outcome = (asking: Promise<unknown>) =>
  asking.then(
    (value) => ({ value }),
    (error) => {
      const { name, message, code, cause } = error;
      return { name, message, code, cause: cause && { message: cause.message, code: cause.code } };
    },
  );

describe('threads of searches', () => {
  it('are there from the first search on, and gone with the store', async ({ file, started }) => {
    const store = await openStore(sqliteDatabase(file), { migrate: true });
    const { id } = await put(store, { domains: ['api'] });
    await store.units.find(id);
    await store.units.list({ statuses: ['approved'] }, { field: 'createdAt', direction: 'asc' }, { limit: 5 });
    await store.transaction((tx) => tx.units.search({ text: 'lesson', filter: {}, limit: 5 }));
    await delay(0);
    expect(started).toHaveLength(0);
    expect((await store.units.search({ text: 'lesson', filter: {}, limit: 5 })).hits).toHaveLength(1);
    expect((await store.units.search({ filter: { domains: ['api'] }, limit: 5 })).hits).toHaveLength(1);
    expect(started).toHaveLength(1);
    const ended = started.map((worker) => new Promise((resolve) => worker.once('exit', resolve)));
    await store.close();
    expect(await Promise.all(ended)).toEqual([0]);
  });

  it('are one in a server that has started, for the first search, and nothing else needs them', async ({
    file,
    started,
  }) => {
    await made(file);
    await using server = await startServer({ CQ_DB_PATH: file }, 'sqlite');
    await expect.poll(() => started.length).toBe(1);
    // one that is still asked would not be the only one with the next search
    await expect.poll(() => server.store.activity().file?.searches).toBe(0);
    // one that is approved would be compared with the others
    const { id } = await server.unit({ status: 'pending' });
    await server.query(
      `{ knowledgeUnit(id: "${id}") { domains } serverInfo { version } }`,
      {},
      server.people.reviewer.key,
    );
    await server.store.units.search({ text: 'lesson', filter: {}, limit: 5 });
    expect(started).toHaveLength(1);
  });

  it('end when they have had nothing to do for a while, and others start with the next search', async ({
    file,
    store,
    started,
  }) => {
    await store.ping();
    const threads = createSearchThreads(file, 1);
    // one that has work for far longer stays
    expect(await ask(threads, counted(300_000))).toEqual([{ count: 300_000 }]);
    const [first] = started;
    await expect.poll(() => first?.threadId, { timeout: 60_000 }).toBe(-1);
    expect(await ask(threads, counted(2))).toEqual([{ count: 2 }]);
    expect(started).toHaveLength(2);
    // also while they end, nothing that is asked is lost
    for (let most = 1; most <= 12; most++) {
      expect(await ask(threads, counted(most))).toEqual([{ count: most }]);
      await delay(most % 4);
    }
    await threads.close();
    // those that were ending already too
    expect(started.map(({ threadId }) => threadId)).toEqual(started.map(() => -1));
  });

  it('hold up nothing else', async ({ store, threads }) => {
    const { id } = await put(store);
    const order: string[] = [];
    const searching = ask(threads, long).then(([row]) => order.push(`counted ${row?.count}`));
    for (let turn = 0; turn < 20; turn++) await delay(1);
    order.push('timers');
    await store.units.find(id);
    order.push('a read');
    await put(store);
    order.push('a write');
    await searching;
    expect(order).toEqual(['timers', 'a read', 'a write', 'counted 3000000']);
  });

  it('do not wait for each other', unless(availableParallelism() < 2, lacks.cores), async ({ threads, started }) => {
    // the second one starts when the first is busy
    await Promise.all([ask(threads, counted(1000)), ask(threads, counted(1000))]);
    const order: string[] = [];
    const searching = ask(threads, long).then(() => order.push('long'));
    for (let count = 0; count < 3; count++) await ask(threads, counted(10)).then(() => order.push('short'));
    await searching;
    expect(order).toEqual(['short', 'short', 'short', 'long']);
    // many at once share them
    const many = Array.from({ length: 50 }, (_, index) => ask(threads, counted(index + 1)));
    expect((await Promise.all(many)).map(([row]) => row?.count)).toEqual(many.map((_, index) => index + 1));
    expect(started).toHaveLength(2);
  });

  it('take and give values as one connection does', async ({ file, threads }) => {
    const floats = Float32Array.from([0.5, -1, 3e38]);
    const values = [1, 1.5, 2n ** 60n, 'a\u0000é😀', null, Buffer.from('bytes'), new Uint8Array(floats.buffer, 4, 8)];
    const statement = sql<Record<string, unknown>>`
      select ${sql.join(values.map((value, index) => sql`typeof(${value}), hex(${value}), ${value} as ${sql.ref(`v${index}`)}`))}`;
    const handle = openHandle(file, { readonly: true });
    const plain = (rows: readonly Record<string, unknown>[]) =>
      rows.map((row) =>
        Object.entries(row).map(([name, value]) => [name, value instanceof Uint8Array ? [...value] : value]),
      );
    const expected = plain((await statement.execute(queries(handle))).rows);
    handle.close();
    expect(plain(await ask(threads, statement))).toEqual(expected);
    expect(expected.flat()).toContainEqual(['v5', [...Buffer.from('bytes')]]);
  });

  it('fail as one connection does', async ({ file, threads }) => {
    const handle = openHandle(file, { readonly: true });
    const mistakes: RawBuilder<unknown>[] = [
      sql`select nothing`,
      sql`select json('no json')`,
      sql`insert into users (username) values ('x') returning id`,
      sql`select ${new Date()}`,
    ];
    for (const mistake of mistakes) {
      const expected = await outcome(mistake.execute(queries(handle)));
      expect(expected).toMatchObject({ message: expect.any(String) });
      expect(await outcome(ask(threads, mistake))).toEqual(expected);
    }
    handle.close();
    await expect(ask(threads, mistakes[2] as RawBuilder<unknown>)).rejects.toThrow(UnavailableError);
    // what no thread can be sent
    await expect(ask(threads, sql`select ${Symbol('x')}`)).rejects.toThrow('could not be cloned');
    expect(await ask(threads, counted(7))).toEqual([{ count: 7 }]);
  });

  it('find a file that was away', async ({ file }) => {
    const threads = createSearchThreads(file);
    await expect(ask(threads, counted(1))).rejects.toThrow(UnavailableError);
    mkdirSync(dirname(file));
    const away = await Promise.allSettled([ask(threads, counted(1)), ask(threads, counted(2))]);
    expect(away.map((each) => each.status === 'rejected' && each.reason.cause)).toMatchObject([
      { code: 'SQLITE_CANTOPEN' },
      { code: 'SQLITE_CANTOPEN' },
    ]);
    new BetterSqlite(file).exec('create table there (id integer)').close();
    expect(await ask(threads, sql`select * from there`)).toEqual([]);
    await threads.close();
  });

  it('that die are replaced, and what they were asked fails', async ({ threads, started }) => {
    const kill = (worker: Worker) => worker.terminate();
    process.on('worker', kill);
    const asked = await Promise.allSettled([1, 2, 3].map((most) => ask(threads, counted(most))));
    process.off('worker', kill);
    for (const { status, ...rest } of asked) {
      expect(status).toBe('rejected');
      expect(rest).toMatchObject({ reason: expect.any(UnavailableError) });
    }
    expect(await ask(threads, counted(4))).toEqual([{ count: 4 }]);
    // one with nothing to do
    const last = started.at(-1);
    await last?.terminate();
    expect(await ask(threads, counted(5))).toEqual([{ count: 5 }]);
    expect(started.at(-1)).not.toBe(last);
  });

  it('answer what they were asked before they were closed, and nothing after it', async ({ threads }) => {
    const asking = [long, counted(2), counted(3)].map((statement) => ask(threads, statement));
    await delay(0);
    const closing = threads.close();
    await expect(ask(threads, counted(1))).rejects.toThrow(UnavailableError);
    await closing;
    expect(await Promise.all(asking)).toEqual([[{ count: 3_000_000 }], [{ count: 2 }], [{ count: 3 }]]);
    await expect(threads.close()).resolves.toBeUndefined();
  });

  it('leave nothing behind of a store that is closed while it searches', async ({ file }) => {
    const store = await openStore(sqliteDatabase(file), { migrate: true });
    for (let count = 0; count < 20; count++) await put(store);
    const search = () => store.units.search({ text: 'lesson', filter: {}, limit: 5 });
    await search();
    const searching = Array.from({ length: 20 }, () => outcome(search()));
    await delay(0);
    await store.close();
    for (const found of await Promise.all(searching))
      expect('value' in found ? found : found.message).toEqual(
        'value' in found ? { value: expect.objectContaining({ hasMore: true }) } : new UnavailableError(null).message,
      );
    expect(readdirSync(dirname(file))).toEqual([basename(file)]);
  });

  it('keep a process as long as one is asked, and no longer', async ({ file }) => {
    const source = (path: string) => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href);
    const script = `
      const { createSearchThreads } = await import(${source('store/sqlite/search-threads.ts')});
      const { sql } = await import('kysely');
      const threads = createSearchThreads(process.argv[1]);
      sql\`select 1 as one\`.execute(threads.queries).then(({ rows }) => console.log(rows[0].one));`;
    new BetterSqlite(await made(file)).close();
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, file], {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
    });
    expect(stdout).toBe('1\n');
  });
});

async function made(file: string): Promise<string> {
  await (await openStore(sqliteDatabase(file), { migrate: true })).close();
  return file;
}
