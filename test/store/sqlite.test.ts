import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { test as base, describe, expect } from 'vitest';
import { UnavailableError } from '../../src/errors.ts';
import { openStore } from '../../src/store/open.ts';
import { enableWal, openHandle } from '../../src/store/sqlite/connection.ts';
import type { Store } from '../../src/store/store.ts';
import { later, noon, put } from './conformance/fixture.ts';
import { storeConformance } from './conformance/index.ts';

const inMemory = base.extend<{ store: Store }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads which fixtures a fixture needs from its pattern
  store: async ({}, use) => {
    const store = await openStore({ file: ':memory:' }, { migrate: true });
    await use(store);
    await store.close();
  },
});

const inFile = base.extend<{ file: string; store: Store }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads which fixtures a fixture needs from its pattern
  file: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'cq-store-'));
    await use(join(folder, 'new', 'cq.db'));
    rmSync(folder, { recursive: true });
  },
  store: async ({ file }, use) => {
    const store = await openStore({ file }, { migrate: true });
    await use(store);
    await store.close();
  },
});

describe('the SQLite store in memory', () => storeConformance(inMemory));
describe('the SQLite store in a file', () => storeConformance(inFile));

describe('a SQLite file', () => {
  inFile('is opened with the settings of the contract', ({ file }) => {
    writeFileSync(`${file.replace('/new/', '/')}`, '');
    const handle = openHandle(file.replace('/new/', '/'));
    enableWal(handle);
    const pragma = (name: string) => handle.pragma(name, { simple: true });
    expect(pragma('journal_mode')).toBe('wal');
    expect(pragma('foreign_keys')).toBe(1);
    expect(pragma('synchronous')).toBe(1);
    expect(pragma('busy_timeout')).toBe(5000);
    handle.close();
  });

  inFile('is read while a transaction is open, without what is not committed', async ({ store }) => {
    await put(store);
    await store.transaction(async (tx) => {
      await put(tx);
      expect(await tx.units.count({})).toBe(2);
      expect(await store.units.count({})).toBe(1);
    });
    expect(await store.units.count({})).toBe(2);
  });

  inFile('serves two stores that write at once', async ({ file, store }) => {
    const other = await openStore({ file }, { migrate: true });
    const { id } = await put(store);
    await Promise.all(
      Array.from({ length: 40 }, (_, index) => (index % 2 ? store : other).units.confirm(id, 'mia', later(index))),
    );
    expect((await store.units.find(id))?.evidence.confirmations).toBe(41);
    expect(await other.units.find(id)).toEqual(await store.units.find(id));
    await other.close();
  });

  inFile('is copied whole while others write', async ({ file, store }) => {
    const before = await put(store);
    const copy = `${file}.copy`;
    const [acknowledged] = await Promise.all([
      Promise.all(Array.from({ length: 50 }, () => put(store))),
      store.backup(copy),
    ]);
    const opened = await openStore({ file: copy }, { migrate: false });
    await opened.ping();
    expect(await opened.units.find(before.id)).toEqual(before);
    expect(await opened.units.count({})).toBeLessThanOrEqual(acknowledged.length + 1);
    await opened.close();
    const handle = new BetterSqlite(copy, { readonly: true });
    expect(handle.pragma('integrity_check', { simple: true })).toBe('ok');
    handle.close();
  });

  inFile('is all there is when its store is closed', async ({ file }) => {
    const store = await openStore({ file }, { migrate: true });
    await put(store);
    await store.close();
    expect(readdirSync(dirname(file))).toEqual([basename(file)]);
  });

  inFile('that another process keeps locked is away, not broken', async ({ file, store }) => {
    const other = new BetterSqlite(file);
    other.exec('begin immediate');
    const { id } = { id: 'ku_none' };
    await expect(store.units.confirm(id, 'mia', noon)).rejects.toThrow(UnavailableError);
    other.exec('rollback');
    other.close();
    await expect(store.units.confirm(id, 'mia', noon)).resolves.toBeNull();
  });

  inFile('that is no database is refused', async ({ file }) => {
    const path = file.replace('/new/', '/');
    writeFileSync(path, 'hello '.repeat(200));
    chmodSync(path, 0o644);
    await expect(openStore({ file: path }, { migrate: true })).rejects.toThrow('not a database');
  });
});
