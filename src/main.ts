import { randomBytes } from 'node:crypto';
import { startSavingKeyUses } from './background/key-uses.ts';
import { startReindexing } from './background/reindexing.ts';
import { startFoldingCounts } from './background/unit-counts.ts';
import type { Config } from './config/config.ts';
import { secretsFile } from './config/database.ts';
import { loadSecrets, readByOthers, requireSecrets } from './config/secrets.ts';
import { type Credentials, createUser } from './domain/account.ts';
import { authenticate } from './domain/authenticate.ts';
import type { Secrets } from './domain/jwt.ts';
import { createCostLimit, createSignInLimit } from './domain/rate-limit.ts';
import { openEmbedder } from './embedding/open.ts';
import { openSemanticSearch, type SemanticSearch } from './embedding/semantic-search.ts';
import { ConflictError } from './errors.ts';
import { createExecute } from './graphql/execute.ts';
import { createGraphQLRequestHandler } from './graphql/handler.ts';
import { createGraphQLSchema } from './graphql/schema.ts';
import { createGraphQLServer } from './graphql/server.ts';
import { type HttpServer, listen } from './http/server.ts';
import type { Site } from './http/site.ts';
import { graphiqlPage, schemaPage } from './http/web-pages.ts';
import type { Log } from './log.ts';
import { createRestServer } from './rest/server.ts';
import { openStore } from './store/open.ts';
import type { Store } from './store/store.ts';
import { version } from './version.ts';

export interface Server {
  readonly url: string;
  readonly store: Store;
  readonly secrets: Secrets;
  /** Finishes what is in flight and closes the database. */
  stop(): Promise<void>;
}

export interface ServeOptions {
  /** Ends a start: `serve` rejects with its reason, and a database that was being brought up to date is as it was. */
  readonly signal?: AbortSignal;
  /** Told of the account that is opened because nobody has one, before it can be used. */
  readonly announce?: (administrator: Credentials) => void;
}

/** What takes longer than this to finish is cut off when the server stops. */
const graceMs = 20_000;

/**
 * The composition root of the server: configuration → secrets → port → store → API. Resolves when it answers requests.
 * The database comes last, since bringing it up to date cannot be taken back: whatever else can fail has been tried by then.
 */
export async function serve(config: Config, log: Log, options: ServeOptions = {}): Promise<Server> {
  await requireSecrets(config, () => log.info('another process is working on the database; waiting for it'));
  const parts = await prepare(config);
  options.signal?.throwIfAborted();
  const { host, port, trustProxy } = config;
  const http = await listen({
    host,
    port,
    trustProxy,
    log,
    admission: admissionLimits(config),
    bodies: bodyLimits(config),
  });
  try {
    return await open(config, parts, http, log, options);
  } catch (error) {
    await http.close(0, 0);
    throw error;
  }
}

const admissionLimits = ({ maxConcurrentRequests, maxQueuedRequests, queueTimeoutMs }: Config) => ({
  concurrent: maxConcurrentRequests,
  queued: maxQueuedRequests,
  standingMs: 500,
  timeoutMs: queueTimeoutMs,
  slowMs: 1000,
  slow: 2 * maxConcurrentRequests,
});

const mebibyte = 1024 * 1024;
const bodyLimits = ({ maxBodyBytes }: Config) => ({
  maxBytes: maxBodyBytes,
  maxTotalBytes: Math.max(64 * mebibyte, 4 * maxBodyBytes),
  maxReading: 1000,
});

/** What needs no database and may fail: it is made before the database is touched. */
async function prepare({ mcp, embedding }: Config) {
  return {
    schema: createGraphQLSchema(),
    embedder: embedding && openEmbedder(embedding),
    // where MCP is off, its SDK is not even loaded
    mcp: mcp ? await import('./mcp/handler.ts') : null,
  };
}

type Parts = Awaited<ReturnType<typeof prepare>>;

async function open(config: Config, parts: Parts, http: HttpServer, log: Log, options: ServeOptions): Promise<Server> {
  const { signal, announce = () => {} } = options;
  const progress = (message: string) => log.info(message);
  const store = await openStore(config.database, { migrate: config.migrate, progress, signal });
  try {
    // a database that is behind would fail every request; whoever migrates it elsewhere starts us again
    await store.ping();
    const secrets = await loadSecrets(config, store);
    warnOfShortSecrets(secrets, log);
    warnOfReaders(config, log);
    signal?.throwIfAborted();
    await firstAdministrator(config, store, announce);
    const byMeaning = openSemanticSearch(store, config.embedding, parts.embedder, log);
    const reindexing = startReindexing({ store, log });
    const keyUses = startSavingKeyUses({ store, log });
    const counts = startFoldingCounts({ store, log });
    http.open(site(config, parts, store, secrets, log, byMeaning));
    log.info(
      { url: http.url, database: config.database.label, vectors: store.vectorEngine ?? 'none', version },
      'listening',
    );
    return {
      url: http.url,
      store,
      secrets,
      async stop() {
        await Promise.all([
          http.close(config.shutdownDelayMs, graceMs),
          byMeaning.worker?.stop(),
          reindexing.stop(),
          counts.stop(),
        ]);
        // after the last request
        await keyUses.stop();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

function site(
  config: Config,
  parts: Parts,
  store: Store,
  secrets: Secrets,
  log: Log,
  { queryVectors, worker }: SemanticSearch,
): Site {
  const embedSoon = () => worker?.wake();
  // a caller has one budget, whichever way a request comes in
  const shared = {
    store,
    secrets,
    log,
    costLimit: createCostLimit(config.rateLimit),
    signInLimit: createSignInLimit(store, secrets),
    maxAnswerBytes: config.maxAnswerBytes,
    introspection: config.introspection,
    corsOrigin: config.corsOrigin,
  };
  const graphql = createGraphQLServer({
    ...shared,
    schema: parts.schema,
    queryVectors,
    settings: {
      version,
      nodeName: config.nodeName,
      publicRead: config.publicRead,
      maxQueryCost: config.maxQueryCost,
      duplicateThreshold: config.embedding?.duplicateThreshold ?? 1,
      embeddingProblem: () => worker?.problem ?? null,
      embedSoon,
    },
  });
  const rest = createRestServer({
    ...shared,
    embedSoon,
    version,
    nodeName: config.nodeName,
    publicUrl: config.publicUrl,
    publicRead: config.publicRead,
  });
  const { host, publicUrl, corsOrigin } = config;
  const mcp = parts.mcp?.createMcpRequestHandler({
    execute: createExecute(graphql),
    authenticate: (header) => authenticate(store, secrets, header),
    whereabouts: { host, publicUrl, corsOrigin },
    version,
    log,
  });
  return {
    handlers: {
      '/graphql': createGraphQLRequestHandler(graphql),
      '/api/': rest,
      '/.well-known/': rest,
      ...(mcp && { '/mcp': mcp }),
    },
    pages: {
      '/': () => ({ status: 302, body: '', headers: { location: '/graphql' } }),
      ...(config.introspection && { '/schema.graphql': schemaPage() }),
      ...(config.playground && { '/graphql': graphiqlPage() }),
    },
    corsOrigin,
    ready: () => store.ping(),
  };
}

/**
 * The first administrator, opened where nobody has an account. Not where the secrets come from the environment: such a
 * server's output is collected, and a password must not be. Nor in memory, where a database begins with every start.
 */
async function firstAdministrator(
  { jwtSecret, database }: Config,
  store: Store,
  announce: (administrator: Credentials) => void,
): Promise<void> {
  if (jwtSecret !== null || secretsFile(database) === null || (await store.users.count()) > 0) return;
  const credentials = { username: 'admin', password: randomBytes(12).toString('base64url') };
  try {
    await store.transaction(async (tx) => {
      await createUser(tx, { ...credentials, role: 'admin' });
      // before it counts: a process that dies in between leaves no account whose password nobody has seen
      announce(credentials);
    });
  } catch (error) {
    // another process was faster
    if (!(error instanceof ConflictError)) throw error;
  }
}

function warnOfShortSecrets({ jwtSecret, apiKeyPepper }: Secrets, log: Log) {
  for (const [name, secret] of Object.entries({ CQ_JWT_SECRET: jwtSecret, CQ_API_KEY_PEPPER: apiKeyPepper }))
    if (Buffer.byteLength(secret) < 32) log.warn(`${name} is shorter than 32 bytes and could be guessed`);
}

/** What was there before is its owner's to decide about, and stays as it is. */
function warnOfReaders({ database }: Config, log: Log) {
  const paths = readByOthers(database);
  if (paths.length > 0)
    log.warn({ paths }, 'others on this machine can read the database or its folder: chmod go-rwx, if they should not');
}
