import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { lacks, listLeftOut } from '../left-out.ts';
import { administer, databaseUrl } from './administer.ts';
import type { PostgresServer } from './server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where a test asks for PostgreSQL; see `postgres` in `databases.ts`. */
    postgresBroker: string;
    /** What `startServer` puts its servers on; see `vitest.config.ts`. */
    serversOn: 'sqlite' | 'postgres';
    /** Test files that do not run here; see `hosting.ts`. */
    leftOutFiles: string[];
  }
}

/** What the tests learn of their PostgreSQL. */
export interface TestPostgres {
  /** The superuser's URL. */
  readonly url: string;
  /** A migrated database to copy from. */
  readonly template: string;
  /** What holds vectors there, if anything. */
  readonly vectorEngine: string | null;
}

/**
 * Around all tests: answers who asks for PostgreSQL, which is found or started when the first one does. At the end it is
 * stopped, and what was left out is listed.
 */
export default async function setup(project: TestProject) {
  let server: PostgresServer | null = null;
  let tests: TestPostgres | null = null;
  let opening: Promise<TestPostgres> | null = null;

  async function open(): Promise<TestPostgres> {
    const { startPostgres } = await import('./server.ts');
    server = await startPostgres();
    const { openStore } = await import('../../src/store/open.ts');
    const { configOf } = await import('./databases.ts');
    const template = `cq_template_${randomBytes(6).toString('hex')}`;
    await administer(server.url, `create database ${template}`);
    const store = await openStore(configOf(databaseUrl(server.url, template)), { migrate: true });
    await store.close();
    console.log(`PostgreSQL for the tests: ${server.name}, ${store.vectorEngine ?? 'without vectors'}.`);
    tests = { url: server.url, template, vectorEngine: store.vectorEngine };
    return tests;
  }

  const broker = createServer(async (_request, response) => {
    opening ??= open();
    const [status, answer] = await opening.then(
      (found) => [200, found] as const,
      (error: Error) => [500, { error: error.stack }] as const,
    );
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => broker.listen(0, '127.0.0.1', resolve));
  project.provide('postgresBroker', `http://127.0.0.1:${(broker.address() as AddressInfo).port}`);

  return async () => {
    broker.close();
    broker.closeAllConnections();
    await opening?.catch(() => {});
    if (tests) {
      const { dropDatabases } = await import('./databases.ts');
      await dropDatabases(tests);
    }
    await server?.stop();
    const list = listLeftOut(project.vitest.state.getTestModules());
    if (list) console.log(list);
    const { leftOutFiles = [] } = project.config.provide as { leftOutFiles?: readonly string[] };
    if (leftOutFiles.length > 0)
      console.log(`\nLeft out, since ${lacks.minutes}\n${leftOutFiles.map((file) => `  ${file}`).join('\n')}\n`);
  };
}
