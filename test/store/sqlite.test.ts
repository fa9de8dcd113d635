import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { sql } from 'kysely';
import { describe, expect } from 'vitest';
import { sqliteDatabase } from '../../src/config/sqlite-url.ts';
import { confidence } from '../../src/domain/rules.ts';
import { UnavailableError } from '../../src/errors.ts';
import { openStore } from '../../src/store/open.ts';
import type { Queries } from '../../src/store/sql/queries.ts';
import { createCleaner } from '../../src/store/sqlite/cleaner.ts';
import { disableBusyTimeout, openHandle } from '../../src/store/sqlite/connection.ts';
import { enableWal, queries, vectorEngine } from '../../src/store/sqlite/kysely-driver.ts';
import { lacks } from '../left-out.ts';
import { reindexTogether } from './conformance/analyser.ts';
import { erasedName, putPerson } from './conformance/erased-person.ts';
import { marker, putMarked } from './conformance/erasures.ts';
import { aReview, later, noon, put, type StoreTest } from './conformance/fixture.ts';
import { storeConformance } from './conformance/index.ts';
import { inFile, inMemory, onOneStore } from './sqlite-fixture.ts';

const engine = vectorEngine(openHandle(':memory:'));

describe('the SQLite store in memory', () => storeConformance(inMemory, engine, lacks.sqliteVec));
describe('the SQLite store in a file', () =>
  storeConformance(onOneStore as unknown as StoreTest, engine, lacks.sqliteVec));

describe('a SQLite file', () => {
  inFile('tells those who watch its logs of commits of another process', async ({ file, store }) => {
    const other = await openStore(sqliteDatabase(file), { migrate: false });
    const { id } = await put(store);
    let calls = 0;
    {
      using _watch = store.logs.watch(() => calls++);
      await other.units.confirm(id, 'mia', noon, confidence.confirmed);
      await expect.poll(() => calls, { timeout: 60_000 }).toBeGreaterThan(0);
    }
    await other.close();
  });

  inFile('has events that the release before can read, and reads those of a later one', async ({ file }) => {
    const path = file.replace('/new/', '/');
    const store = await openStore(sqliteDatabase(path), { migrate: true });
    const { id, ...unit } = await put(store);
    const amendment = { id: `rev_${'1'.repeat(32)}`, unitId: id, baseVersion: 1, statuses: ['approved'] as const };
    const made = { reason: null, by: 'rob', at: later(0), approval: null, maxVersions: 9 };
    await store.revisions.amend({ ...amendment, ...made, content: { ...unit, domains: ['else'] } });
    const handle = new BetterSqlite(path);
    expect(handle.prepare('select type, kind from events').all()).toEqual([{ type: 'approved', kind: 'revised' }]);
    handle.exec("update events set type = 'flagged', kind = 'praised'");
    handle.close();
    expect(await store.events.latest(1)).toMatchObject([{ type: 'flagged', unitVersion: 2 }]);
    await store.close();
  });

  inFile('is opened with the settings of the contract', async ({ file }) => {
    writeFileSync(`${file.replace('/new/', '/')}`, '');
    const handle = openHandle(file.replace('/new/', '/'));
    await enableWal(handle);
    const pragma = (name: string) => handle.pragma(name, { simple: true });
    expect(pragma('journal_mode')).toBe('wal');
    expect(pragma('foreign_keys')).toBe(1);
    expect(pragma('synchronous')).toBe(1);
    expect(pragma('busy_timeout')).toBe(5000);
    handle.close();
  });

  inFile('is switched to WAL mode as soon as no other connection keeps it from that', async ({ file }) => {
    const path = file.replace('/new/', '/');
    const other = new BetterSqlite(path);
    const handle = openHandle(path);
    other.exec('create table t (x); begin exclusive');
    handle.pragma('busy_timeout = 0');
    const enabled = enableWal(handle);
    // it has tried by now, and waits
    await new Promise((resolve) => setImmediate(resolve));
    other.exec('commit');
    await enabled;
    expect(handle.pragma('journal_mode', { simple: true })).toBe('wal');
    other.close();
    handle.close();
  });

  inFile('is waited for when it is to be switched to WAL mode, with a word each time', async ({ file }) => {
    const path = file.replace('/new/', '/');
    const other = new BetterSqlite(path);
    const handle = openHandle(path);
    other.exec('create table t (x); begin exclusive');
    disableBusyTimeout(handle);
    await expect(enableWal(handle, { timeoutMs: 5 })).rejects.toThrow(UnavailableError);
    const stop = new AbortController();
    const stopped = { timeoutMs: 5, onWaiting: () => stop.abort(new Error('stopped')), signal: stop.signal };
    await expect(enableWal(handle, stopped)).rejects.toThrow('stopped');
    let waits = 0;
    const onWaiting = () => {
      waits++;
      if (waits === 3) other.exec('commit');
    };
    await enableWal(handle, { timeoutMs: 5, onWaiting });
    expect(waits).toBe(3);
    expect(handle.pragma('journal_mode', { simple: true })).toBe('wal');
    other.close();
    handle.close();
  });

  inFile('commits as soon as a reader that does not use WAL mode lets it', async ({ file }) => {
    const path = file.replace('/new/', '/');
    const reader = new BetterSqlite(path);
    reader.exec('create table t (x)');
    const handle = openHandle(path);
    let [reading, waits] = [false, 0];
    const db = queries(handle, {
      timeoutMs: 5,
      onWaiting: () => {
        waits++;
        if (waits === 2) reader.exec('commit');
      },
    });
    await db.transaction().execute(async (tx) => {
      await sql`insert into t values (1)`.execute(tx);
      reader.exec('begin; select * from t');
      reading = reader.inTransaction;
    });
    expect({ reading, waits }).toEqual({ reading: true, waits: 2 });
    expect(reader.prepare('select x from t').pluck().all()).toEqual([1]);
    reader.close();
    await db.destroy();
  });

  inFile('is in WAL mode once a store has opened it', async ({ file }) => {
    const store = await openStore(sqliteDatabase(file), { migrate: true });
    const handle = new BetterSqlite(file, { readonly: true });
    expect(handle.pragma('journal_mode', { simple: true })).toBe('wal');
    handle.close();
    await store.close();
  });

  inFile('is written also after the signal of its start was aborted, as a server does that stops', async ({ file }) => {
    const stopping = new AbortController();
    const store = await openStore(sqliteDatabase(file), { migrate: true, signal: stopping.signal });
    stopping.abort();
    const { id } = await put(store);
    expect(await store.units.find(id)).toMatchObject({ id });
    await store.close();
  });

  inFile('is read while a transaction is open, without what is not committed', async ({ file, store }) => {
    await put(store, { domains: ['a'] });
    const other = await openStore(sqliteDatabase(file), { migrate: false });
    await store.transaction(async (tx) => {
      const { id } = await put(tx, { domains: ['a'] });
      expect(await tx.units.count({})).toBe(2);
      for (const reader of [store, other]) {
        expect(await reader.units.count({})).toBe(1);
        expect(await reader.units.find(id)).toBeNull();
        for (const text of [undefined, 'lesson'])
          expect((await reader.units.search({ text, filter: { domains: ['a'] }, limit: 5 })).hits).toHaveLength(1);
      }
    });
    for (const reader of [store, other]) expect(await reader.units.count({})).toBe(2);
    await other.close();
  });

  inFile('serves two stores that write at once', async ({ file, store }) => {
    const other = await openStore(sqliteDatabase(file), { migrate: true });
    const { id } = await put(store);
    await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        (index % 2 ? store : other).units.confirm(id, 'mia', later(index), confidence.confirmed),
      ),
    );
    expect((await store.units.find(id))?.evidence.confirmations).toBe(41);
    expect(await other.units.find(id)).toEqual(await store.units.find(id));
    expect(await store.events.latest(100)).toHaveLength(40);
    await other.close();
  });

  inFile('gives a decision to one of two stores', async ({ file, store }) => {
    const other = await openStore(sqliteDatabase(file), { migrate: true });
    for (let round = 0; round < 10; round++) {
      const { id } = await put(store, { status: 'pending' });
      const outcomes = await Promise.all([
        store.reviews.decide(id, aReview('approved', 'rob')),
        other.reviews.decide(id, aReview('rejected', 'ann')),
      ]);
      expect(outcomes.filter((outcome) => outcome?.decided)).toHaveLength(1);
      expect(outcomes[0]?.unit).toEqual(outcomes[1]?.unit);
    }
    await other.close();
  });

  inFile('is indexed again by two stores, each unit once', async ({ file, store }) => {
    const other = await openStore(sqliteDatabase(file), { migrate: true });
    await reindexTogether(store, other);
    await other.close();
  });

  inFile('is copied whole while others write', async ({ file, store }) => {
    const before = await put(store);
    const copy = `${file}.copy`;
    const [acknowledged] = await Promise.all([
      Promise.all(Array.from({ length: 50 }, () => put(store))),
      store.backup(copy),
    ]);
    const opened = await openStore(sqliteDatabase(copy), { migrate: false });
    await opened.ping();
    expect(await opened.units.find(before.id)).toEqual(before);
    // each unit is copied whole or not at all
    const { items } = await opened.units.list({}, { field: 'createdAt', direction: 'asc' }, { limit: 100 });
    expect([before, ...acknowledged]).toEqual(expect.arrayContaining([...items]));
    expect((await opened.units.search({ text: 'lesson', filter: {}, limit: 100 })).hits).toHaveLength(items.length);
    await opened.close();
    const handle = new BetterSqlite(copy, { readonly: true });
    expect(handle.pragma('integrity_check', { simple: true })).toBe('ok');
    handle.close();
  });

  inFile('is all there is when its store is closed', async ({ file }) => {
    const store = await openStore(sqliteDatabase(file), { migrate: true });
    await put(store);
    await store.close();
    expect(readdirSync(dirname(file))).toEqual([basename(file)]);
  });

  inFile('has no byte of a unit that was erased, nor has its log', async ({ file, store }) => {
    for (let units = 0; units < 30; units++) await put(store);
    const unit = await putMarked(store);
    await store.units.mergeWords(1);
    await store.units.search({ text: `${marker}x`, filter: {}, limit: 9 });
    // an operator may; the planner keeps samples then
    const operator = new BetterSqlite(file);
    operator.exec('analyze');
    operator.close();
    expect(remains(file)).not.toEqual([]);
    await store.erasures.erase(unit.id, { erasedAt: noon, erasedBy: null, reason: 'r' });
    // another process that has been reading since before
    const reader = openHandle(file, { readonly: true });
    reader.exec('begin');
    reader.prepare('select count(*) from knowledge_units').get();
    await put(store);
    const [pending] = await store.erasures.cleanUp();
    expect(pending).toMatchObject({ doneAt: null, waitsFor: expect.stringContaining('has been reading for long') });
    expect(await store.units.find(unit.id)).toBeNull();
    reader.exec('commit');
    const [done] = await store.erasures.cleanUp({ atOnce: true });
    expect(done).toMatchObject({ id: unit.id, waitsFor: null });
    expect(remains(file)).toEqual([]);
    reader.close();
    // and all else is there
    const { hits } = await store.units.search({ text: 'lesson', filter: {}, limit: 50 });
    expect(hits).toHaveLength(31);
  });

  inFile('is not written to for cleaning it while something is in the way of that', async ({ file, store }) => {
    await put(store);
    const untouched = new Proxy({} as Queries, {
      get() {
        throw new Error('written to');
      },
    });
    const reader = openHandle(file, { readonly: true });
    reader.exec('begin');
    reader.prepare('select count(*) from knowledge_units').get();
    await put(store);
    expect(await createCleaner(file, untouched).clean([], {})).toContain('has been reading for long');
    reader.exec('commit');
    reader.close();
    expect(await createCleaner(file, untouched, () => 1000).clean([], {})).toMatch(
      /^The disk has 1 MiB left, and cleaning the file takes \d+ MiB for a while\.$/,
    );
    await expect(createCleaner(file, untouched).clean([], {})).rejects.toThrow('written to');
  });

  inFile('has no byte of the name of a person who was erased, in whatever table it was', async ({ file, store }) => {
    const user = await putPerson(store);
    expect(remains(file, erasedName)).not.toEqual([]);
    const by = { erasedAt: noon, erasedBy: null, reason: 'r', placeholder: '[erased 1]' };
    await store.erasures.eraseUser(user.id, by);
    const [done] = await store.erasures.cleanUp();
    expect(done).toMatchObject({ id: `usr_${user.id}`, waitsFor: null });
    expect(remains(file, erasedName)).toEqual([]);
    expect(await store.units.count({ createdBy: '[erased 1]' })).toBe(1);
  });

  inFile('is backed up while another process goes on writing', async ({ file, store }) => {
    for (let n = 0; n < 50; n++) await put(store, { insight: { detail: 'x'.repeat(8000) } });
    const copy = `${file}.copy`;
    const handle = openHandle(file);
    const write = handle.prepare("insert into last_settings (name, value) values (hex(randomblob(8)), '')");
    let isDone = false;
    const backup = store.backup(copy).finally(() => {
      isDone = true;
    });
    // between any two steps of the copy
    for (let turn = 0; turn < 1000 && !isDone; turn++) {
      write.run();
      await new Promise(setImmediate);
    }
    const wasDone = isDone;
    handle.close();
    await backup;
    expect(wasDone).toBe(true);
    expect(openHandle(copy).pragma('integrity_check', { simple: true })).toBe('ok');
  });

  inFile('names the copies from before an adoption that may have an erased unit', async ({ file, store }) => {
    const copy = `${file}.backup-20260101T000000Z`;
    writeFileSync(copy, '');
    expect(await store.erasures.copiesSince(noon)).toEqual([{ place: copy, madeAt: expect.any(Date) }]);
    expect(await store.erasures.copiesSince(new Date(Date.now() + 60_000))).toEqual([]);
  });
});

/** Which of a database's files have the marker, or its end: the full-text index has words without what they begin with in common. */
function remains(file: string, text = marker.slice(3)): string[] {
  return ['', '-wal', '-shm', '-journal'].filter((suffix) => {
    const path = `${file}${suffix}`;
    return existsSync(path) && readFileSync(path).includes(text);
  });
}
