import { randomBytes } from 'node:crypto';
import { startReindexing } from './background/reindexing.ts';
import type { Config } from './config.ts';
import { secretsFile } from './database-config.ts';
import { type Credentials, createUser } from './domain/account.ts';
import { authenticate } from './domain/authenticate.ts';
import { createCostLimit, createSignInLimit } from './domain/rate-limit.ts';
import type { Secrets } from './domain/tokens.ts';
import { Conflict } from './errors.ts';
import { createExecute, type Execute } from './graphql/execute.ts';
import { createGraphQLServer } from './graphql/server.ts';
import { graphiqlPage, schemaPage } from './http/pages.ts';
import { type HttpServer, listen } from './http/server.ts';
import type { Log } from './log.ts';
import { openMeanings, type SearchByMeaning } from './meaning/open.ts';
import type { Door } from './request.ts';
import { createRestServer } from './rest/server.ts';
import { loadSecrets } from './secrets.ts';
import { openStore } from './store/open.ts';
import type { Store } from './store/store.ts';
import { version } from './version.ts';

export interface Server {
  readonly url: string;
  readonly store: Store;
  readonly secrets: Secrets;
  /** Whose account was opened because nobody had one; null where somebody has. */
  readonly administrator: Credentials | null;
  /** Finishes what is in flight and closes the database. */
  stop(): Promise<void>;
}

/** What takes longer than this to finish is cut off when the server stops. */
const graceMs = 20_000;

/** The composition root of the server: configuration → store → API → HTTP. Resolves when it accepts requests. */
export async function serve(config: Config, log: Log): Promise<Server> {
  const store = await openStore(config.database, { migrate: config.migrate, progress: (message) => log.info(message) });
  try {
    // a database that is behind would fail every request; whoever migrates it elsewhere starts us again
    await store.ping();
    const secrets = await loadSecrets(config, store);
    warnOfShortSecrets(secrets, log);
    const administrator = await firstAdministrator(config, store);
    const byMeaning = openMeanings(store, config.embedding, log);
    const reindexing = startReindexing({ store, log });
    const stopWorkers = () => Promise.all([byMeaning.worker?.stop(), reindexing.stop()]);
    // without doors there is no server that could stop the workers
    const http = await openDoors(config, store, secrets, log, byMeaning).catch(async (error: unknown) => {
      await stopWorkers();
      throw error;
    });
    log.info(
      { url: http.url, database: config.database.label, vectors: store.vectorEngine ?? 'none', version },
      'listening',
    );
    return {
      url: http.url,
      store,
      secrets,
      administrator,
      async stop() {
        await Promise.all([http.close(config.shutdownDelayMs, graceMs), stopWorkers()]);
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function openDoors(
  config: Config,
  store: Store,
  secrets: Secrets,
  log: Log,
  { meanings, worker }: SearchByMeaning,
): Promise<HttpServer> {
  const embedSoon = () => worker?.wake();
  // a caller has one budget, whichever way a request comes in
  const shared = {
    store,
    secrets,
    log,
    costLimit: createCostLimit(config.rateLimit),
    signInLimit: createSignInLimit(),
    maxBodyBytes: config.maxBodyBytes,
    maxAnswerBytes: config.maxAnswerBytes,
    introspection: config.introspection,
  };
  const graphql = createGraphQLServer({
    ...shared,
    meanings,
    settings: {
      version,
      nodeName: config.nodeName,
      publicRead: config.publicRead,
      maxQueryCost: config.maxQueryCost,
      duplicateThreshold: config.embedding?.duplicateThreshold ?? 1,
      embeddingProblem: () => worker?.problem ?? null,
      embedSoon,
    },
    corsOrigin: config.corsOrigin,
  });
  const rest = createRestServer({
    ...shared,
    embedSoon,
    version,
    nodeName: config.nodeName,
    publicUrl: config.publicUrl,
    publicRead: config.publicRead,
  });
  return listen({
    host: config.host,
    port: config.port,
    trustProxy: config.trustProxy,
    log,
    doors: {
      '/graphql': graphql,
      '/api/': rest,
      '/.well-known/': rest,
      ...(config.mcp && { '/mcp': await mcpDoor(config, store, secrets, log, createExecute(graphql)) }),
    },
    pages: {
      '/': () => ({ status: 302, body: '', headers: { location: '/graphql' } }),
      ...(config.introspection && { '/schema.graphql': schemaPage() }),
      ...(config.playground && { '/graphql': graphiqlPage() }),
    },
    ready: () => store.ping(),
  });
}

/** Where MCP is off, its SDK is not even loaded. */
async function mcpDoor(config: Config, store: Store, secrets: Secrets, log: Log, execute: Execute): Promise<Door> {
  const { createMcpDoor } = await import('./mcp/door.ts');
  const { host, publicUrl, corsOrigin, maxBodyBytes } = config;
  return createMcpDoor({
    execute,
    authenticate: (header) => authenticate(store, secrets, header),
    whereabouts: { host, publicUrl, corsOrigin },
    maxBodyBytes,
    version,
    log,
  });
}

/**
 * The first administrator, opened where nobody has an account. Not where the secrets come from the environment: such a
 * server's output is collected, and a password must not be. Nor in memory, where a database begins with every start.
 */
async function firstAdministrator({ jwtSecret, database }: Config, store: Store): Promise<Credentials | null> {
  if (jwtSecret !== null || secretsFile(database) === null || (await store.users.count()) > 0) return null;
  const credentials = { username: 'admin', password: randomBytes(12).toString('base64url') };
  try {
    await createUser(store, { ...credentials, role: 'admin' });
    return credentials;
  } catch (error) {
    // another process was faster
    if (error instanceof Conflict) return null;
    throw error;
  }
}

function warnOfShortSecrets({ jwtSecret, apiKeyPepper }: Secrets, log: Log) {
  for (const [name, secret] of Object.entries({ CQ_JWT_SECRET: jwtSecret, CQ_API_KEY_PEPPER: apiKeyPepper }))
    if (Buffer.byteLength(secret) < 32) log.warn(`${name} is shorter than 32 bytes and could be guessed`);
}
