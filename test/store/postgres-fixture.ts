import { test as base } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { configOf, createDatabase, type TestDatabase } from '../postgres/databases.ts';

/** `database` is the file's own; `store` is on it, and finds it migrated and empty. */
export const onPostgres = postgresTest(createDatabase);

/** The same, on another database than usual. */
export function postgresTest(create: () => Promise<TestDatabase>) {
  return withDatabase(create).extend('store', async ({ database }, { onCleanup }) => {
    await database.empty();
    const store = await openStore(configOf(database.url), { migrate: false });
    onCleanup(() => store.close());
    return store;
  });
}

/** The cases of a test file share the store too, which none of them may close: opening one takes longer than most cases do. */
export const onOneStore = oneStoreOf(createDatabase);

/** The same, on another database than usual. */
export function oneStoreOf(create: () => Promise<TestDatabase>) {
  return withDatabase(create)
    .extend('shared', { scope: 'file' }, async ({ database }, { onCleanup }) => {
      const store = await openStore(configOf(database.url), { migrate: false });
      onCleanup(() => store.close());
      return store;
    })
    .extend('store', async ({ database, shared }) => {
      await database.empty();
      return shared;
    });
}

function withDatabase(create: () => Promise<TestDatabase>) {
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads which fixtures a fixture needs from its pattern
  return base.extend('database', { scope: 'file' }, async ({}, { onCleanup }) => {
    const database = await create();
    onCleanup(() => database[Symbol.asyncDispose]());
    return database;
  });
}
