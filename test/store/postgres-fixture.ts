import { test as base } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { configOf, createDatabase } from '../postgres/databases.ts';

/** `database` is the file's own; `store` is on it, and finds it migrated and empty. */
export const onPostgres = base
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads which fixtures a fixture needs from its pattern
  .extend('database', { scope: 'file' }, async ({}, { onCleanup }) => {
    const database = await createDatabase();
    onCleanup(() => database[Symbol.asyncDispose]());
    return database;
  })
  .extend('store', async ({ database }, { onCleanup }) => {
    await database.empty();
    const store = await openStore(configOf(database.url), { migrate: false });
    onCleanup(() => store.close());
    return store;
  });
