import { randomBytes } from 'node:crypto';
import type { TestProject } from 'vitest/node';
import { openStore } from '../../src/store/open.ts';
import { administer, databaseUrl } from './administer.ts';
import { configOf } from './databases.ts';
import { startPostgres } from './server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    postgres: { readonly url: string; readonly template: string; readonly vectorEngine: string | null };
    /** What `startServer` puts its servers on; see `vitest.config.ts`. */
    serversOn: 'sqlite' | 'postgres';
  }
}

/** Before all tests: finds a PostgreSQL, says which, and makes a migrated database on it to copy from. */
export default async function setup({ provide }: TestProject) {
  const server = await startPostgres();
  const template = `cq_template_${randomBytes(6).toString('hex')}`;
  await administer(server.url, `create database ${template}`);
  const store = await openStore(configOf(databaseUrl(server.url, template)), { migrate: true });
  await store.close();
  console.log(`PostgreSQL for the tests: ${server.name}, ${store.vectorEngine ?? 'without vectors'}.`);
  provide('postgres', { url: server.url, template, vectorEngine: store.vectorEngine });
  return async () => {
    await administer(server.url, `drop database ${template} with (force)`);
    await server.stop();
  };
}
