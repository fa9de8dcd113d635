import { randomBytes } from 'node:crypto';
import { readConfig } from '../../src/config/config.ts';
import { sqliteDatabase } from '../../src/config/sqlite-url.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { administer, databaseUrl } from '../../test/postgres/administer.ts';
import { startPostgres } from '../../test/postgres/server.ts';

/** A store on an empty database that is gone when the store is closed. */
export interface ScratchStore extends AsyncDisposable {
  readonly name: string;
  readonly store: Store;
}

/** Both databases; PostgreSQL is found as the tests find it. */
export const openers: readonly (() => Promise<ScratchStore>)[] = [openSqlite, openPostgres];

/** One in memory. */
export async function openSqlite(): Promise<ScratchStore> {
  const store = await openStore(sqliteDatabase(':memory:'), { migrate: true });
  return { name: 'SQLite', store, [Symbol.asyncDispose]: () => store.close() };
}

async function openPostgres(): Promise<ScratchStore> {
  const server = await startPostgres();
  const name = `cq_scratch_${randomBytes(6).toString('hex')}`;
  await administer(server.url, `create database ${name}`);
  const { database } = readConfig({ CQ_DATABASE_URL: databaseUrl(server.url, name) });
  const store = await openStore(database, { migrate: true });
  return {
    name: 'PostgreSQL',
    store,
    async [Symbol.asyncDispose]() {
      await store.close();
      await administer(server.url, `drop database ${name} with (force)`);
      await server.stop();
    },
  };
}
