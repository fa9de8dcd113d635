import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base } from 'vitest';
import { sqliteDatabase } from '../../src/database-config.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';

export const inMemory = base.extend<{ store: Store }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads which fixtures a fixture needs from its pattern
  store: async ({}, use) => {
    const store = await openStore(sqliteDatabase(':memory:'), { migrate: true });
    await use(store);
    await store.close();
  },
});

/** `file` is in a folder that is not there yet; `store` is one on it. */
export const inFile = base.extend<{ file: string; store: Store }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads which fixtures a fixture needs from its pattern
  file: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'cq-store-'));
    await use(join(folder, 'new', 'cq.db'));
    rmSync(folder, { recursive: true });
  },
  store: async ({ file }, use) => {
    const store = await openStore(sqliteDatabase(file), { migrate: true });
    await use(store);
    await store.close();
  },
});
