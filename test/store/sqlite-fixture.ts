import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { test as base } from 'vitest';
import { sqliteDatabase } from '../../src/config/sqlite-url.ts';
import { openStore } from '../../src/store/open.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../src/store/store.ts';
import { emptyDatabase } from '../../src/testing/template.ts';
import { temporaryFolder } from '../process.ts';

export const inMemory = base.extend<{ store: Store }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads which fixtures a fixture needs from its pattern
  store: async ({}, use) => {
    const store = await SqliteStore.openInMemory({ image: await emptyDatabase() });
    await use(store);
    await store.close();
  },
});

let migrated: Promise<Buffer> | undefined;

/** An empty database of this version, of which most tests need one each: made once, since that takes longer than they do. */
async function migrate(): Promise<Buffer> {
  using folder = temporaryFolder();
  const store = await openStore(sqliteDatabase(folder.file('cq.db')), { migrate: true });
  await store.close();
  return readFileSync(folder.file('cq.db'));
}

/** `store` finds its file migrated and empty. The cases of a test file share both, and with them the threads of searches. */
export const onOneStore = base
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads which fixtures a fixture needs from its pattern
  .extend('shared', { scope: 'file' }, async ({}, { onCleanup }) => {
    const folder = temporaryFolder();
    const file = folder.file('cq.db');
    migrated ??= migrate();
    writeFileSync(file, await migrated, { mode: 0o600 });
    const store = await openStore(sqliteDatabase(file), { migrate: false });
    onCleanup(async () => {
      await store.close();
      folder[Symbol.dispose]();
    });
    return { file, store };
  })
  .extend('store', ({ shared: { file, store } }) => {
    empty(file);
    return store;
  });

/** Removes every row of ours; the schema stays as it is. */
function empty(file: string) {
  const handle = new BetterSqlite(file);
  try {
    handle.pragma('foreign_keys = OFF');
    handle.transaction(() => {
      const tables = handle
        .prepare(
          `select name from sqlite_master where type = 'table'
             and name not in ('cq_migrations', 'search_words', 'search_merges', 'sqlite_sequence')
             and name not glob 'search_words_*'`,
        )
        .pluck()
        .all();
      // but the ids of changes are never given out again, and processes rely on it
      handle.exec("delete from sqlite_sequence where name <> 'search_changes'");
      // the last ones again, since triggers of other tables write them
      for (const table of [...tables, 'unit_counts', 'search_changes']) handle.exec(`delete from "${table}"`);
      handle.exec("insert into search_words (search_words) values ('delete-all')");
    })();
  } finally {
    handle.close();
  }
}

/** `file` is in a folder that is not there yet; `store` is one on it. */
export const inFile = base.extend<{ file: string; store: Store }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads which fixtures a fixture needs from its pattern
  file: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'cq-store-'));
    await use(join(folder, 'new', 'cq.db'));
    rmSync(folder, { recursive: true });
  },
  store: async ({ file }, use) => {
    migrated ??= migrate();
    mkdirSync(dirname(file), { mode: 0o700 });
    writeFileSync(file, await migrated, { mode: 0o600 });
    const store = await openStore(sqliteDatabase(file), { migrate: false });
    await use(store);
    await store.close();
  },
});
