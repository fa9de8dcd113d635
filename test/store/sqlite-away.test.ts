import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { describe, expect } from 'vitest';
import { sqliteDatabase } from '../../src/database-config.ts';
import { UnavailableError } from '../../src/errors.ts';
import { openStore } from '../../src/store/open.ts';
import { noon, put } from './conformance/fixture.ts';
import { inFile as it } from './sqlite-fixture.ts';

describe('a SQLite file', () => {
  it('that another process keeps locked is away for who writes, not for who reads', async ({ file, store }) => {
    const other = new BetterSqlite(file);
    other.exec('begin immediate');
    await expect(store.units.confirm('ku_none', 'mia', noon)).rejects.toThrow(UnavailableError);
    await expect(store.units.count({})).resolves.toBe(0);
    other.exec('rollback');
    other.close();
    await expect(store.units.confirm('ku_none', 'mia', noon)).resolves.toBeNull();
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
