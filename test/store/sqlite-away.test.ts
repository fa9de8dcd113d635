import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { sql } from 'kysely';
import { describe, expect, vi } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { sqliteDatabase } from '../../src/config/sqlite-url.ts';
import { confidence } from '../../src/domain/rules.ts';
import { UnavailableError } from '../../src/errors.ts';
import { openStore } from '../../src/store/open.ts';
import { lockWaitMs, openHandle } from '../../src/store/sqlite/connection.ts';
import { queries } from '../../src/store/sqlite/kysely-driver.ts';
import { aKey, later, noon, put } from './conformance/fixture.ts';
import { addUser } from './conformance/users.ts';
import { inFile as it } from './sqlite-fixture.ts';

describe('a SQLite file', () => {
  it('that another process keeps locked is away for who writes, not for who reads', async ({ file, store }) => {
    const other = new BetterSqlite(file);
    other.exec('begin immediate');
    await expect(store.units.confirm('ku_none', 'mia', noon, confidence.confirmed)).rejects.toThrow(UnavailableError);
    await expect(store.units.count({})).resolves.toBe(0);
    other.exec('rollback');
    other.close();
    await expect(store.units.confirm('ku_none', 'mia', noon, confidence.confirmed)).resolves.toBeNull();
  });

  it('that another process keeps locked learns later of what keys were used', async ({ file, store }) => {
    const key = aKey((await addUser(store, 'ann')).id);
    await store.apiKeys.insert(key, 20);
    const other = new BetterSqlite(file);
    other.exec('begin immediate');
    store.apiKeys.touch(key.id, later(5));
    const saving = store.apiKeys.saveUses();
    // while that waits, there is a later use
    store.apiKeys.touch(key.id, later(6));
    await expect(saving).rejects.toThrow(UnavailableError);
    expect((await store.apiKeys.findActive(key.id, noon))?.key.lastUsedAt).toEqual(later(6));
    const written = () => other.prepare('select last_used_at from api_keys').pluck().get();
    expect(written()).toBeNull();
    other.exec('rollback');
    await store.apiKeys.saveUses();
    expect(written()).toBe(later(6).toISOString());
    other.close();
  });

  it('that another process keeps locked is waited for by each writer from when it asks', async ({ file, store }) => {
    const handle = openHandle(file);
    const db = queries(handle, { timeoutMs: 2000 });
    const write = (name: string) =>
      db.transaction().execute(async (tx) => {
        await sql`insert into idempotency_keys values ('ann', ${name}, 'u', ${noon.toISOString()})`.execute(tx);
        return name;
      });
    await store.ping();
    const other = new BetterSqlite(file);
    other.exec('begin immediate');
    const order: string[] = [];
    const attempt = (name: string) =>
      write(name).then(
        () => order.push(`${name} wrote`),
        (error) => order.push(`${name} ${error.constructor.name}`),
      );
    const first = ['a', 'b', 'c'].map(attempt);
    await vi.waitFor(() => expect(order).not.toEqual([]), { timeout: 60_000 });
    // all of them have been waiting as long: none has another turn of its own
    const late = attempt('late');
    await Promise.all(first);
    expect(order.sort()).toEqual(['a', 'b', 'c'].map((name) => `${name} UnavailableError`));
    other.exec('rollback');
    await late;
    expect(order.at(-1)).toBe('late wrote');
    other.close();
    handle.close();
  });

  it('that may not be written is away for who writes', async ({ file, store }) => {
    await put(store);
    const writing = async () => {
      const opened = await openStore(sqliteDatabase(file), { migrate: false });
      await put(opened).finally(() => opened.close());
    };
    await asNobody(file, () => expect(writing()).rejects.toThrow(UnavailableError));
    await expect(writing()).resolves.toBeUndefined();
  });

  it('that another process has locked is away as soon as the URL says', async ({ file }) => {
    const { database } = readConfig({ CQ_DATABASE_URL: `sqlite:///${file}?timeout=0.05` });
    const store = await openStore(database, { migrate: true });
    const other = new BetterSqlite(file);
    other.exec('begin immediate');
    const begun = performance.now();
    await expect(put(store)).rejects.toThrow(UnavailableError);
    expect(performance.now() - begun).toBeLessThan(lockWaitMs);
    other.close();
    await store.close();
  });

  it('that cannot be opened is away', async ({ file }) => {
    // a folder in its place
    mkdirSync(file, { recursive: true });
    await expect(openStore(sqliteDatabase(file), { migrate: true })).rejects.toThrow(UnavailableError);
  });

  it('is away once its store is closed', async ({ file }) => {
    const store = await openStore(sqliteDatabase(file), { migrate: true });
    await store.close();
    await expect(store.units.count({})).rejects.toThrow(UnavailableError);
    await expect(put(store)).rejects.toThrow(UnavailableError);
    await expect(store.ping()).rejects.toThrow(UnavailableError);
  });

  it('may be closed twice', async ({ file }) => {
    const store = await openStore(sqliteDatabase(file), { migrate: true });
    await store.close();
    await expect(store.close()).resolves.toBeUndefined();
  });

  it('that is no database is refused', async ({ file }) => {
    mkdirSync(dirname(file));
    writeFileSync(file, 'hello '.repeat(200));
    await expect(openStore(sqliteDatabase(file), { migrate: true })).rejects.toMatchObject({
      advice: expect.stringContaining('no SQLite database'),
    });
  });
});

/** Runs `work` where `file` may be read but not written. */
async function asNobody(file: string, work: () => Promise<unknown>) {
  const folder = dirname(file);
  for (const path of [dirname(folder), folder]) chmodSync(path, 0o755);
  chmodSync(file, 0o444);
  // no file is read-only for the superuser
  const superuser = process.geteuid?.() === 0;
  if (superuser) process.seteuid?.(65_534);
  try {
    await work();
  } finally {
    if (superuser) process.seteuid?.(0);
    chmodSync(file, 0o644);
  }
}
