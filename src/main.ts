/** Composition root of the server: `serve` wires its parts by hand. The commands of `cli.ts` call it (`cli/server.ts`). */

import { setTimeout as delay } from 'node:timers/promises';
import { startErasing } from './background/erasing.ts';
import { startSavingLastUses } from './background/last-uses.ts';
import { startMerging } from './background/merging.ts';
import { startExaminingRepeats } from './background/near-repeats.ts';
import { startPruningAudit } from './background/pruning-audit.ts';
import { startPruningSessions } from './background/pruning-sessions.ts';
import { startReindexing } from './background/reindexing.ts';
import { startAddingSpellings } from './background/spellings.ts';
import { startHashingTexts } from './background/text-hashes.ts';
import { startFoldingCounts } from './background/unit-counts.ts';
import { startSavingUsage } from './background/unit-usage.ts';
import { type Config, maxBodiesBytes } from './config/config.ts';
import type { EmbeddingConfig } from './config/embedding.ts';
import { loadSecrets, readByOthers, requireSecrets, shortSecrets } from './config/secrets.ts';
import { stateOf } from './config/settings.ts';
import type { Credentials } from './domain/account.ts';
import { authenticate } from './domain/authenticate.ts';
import { createCostLimit } from './domain/cost-limit.ts';
import { createKnownCallers } from './domain/known-callers.ts';
import { examineUnit, knowsMeaning } from './domain/near-repeats.ts';
import { type Passwords, standardPasswords } from './domain/passwords.ts';
import type { Secrets } from './domain/secrets.ts';
import { auditSettings } from './domain/settings-audit.ts';
import { createSignInLimit } from './domain/sign-in-limit.ts';
import type { Embedder } from './embedding/embedder.ts';
import { openEmbedder } from './embedding/open-embedder.ts';
import { probe } from './embedding/probe.ts';
import { openSemanticSearch, type SemanticSearch } from './embedding/semantic-search.ts';
import { UnavailableError } from './errors.ts';
import { createFirstAdministrator } from './first-administrator.ts';
import type { Settings } from './graphql/context.ts';
import { createExecute } from './graphql/execute.ts';
import { createGraphQLRequestHandler } from './graphql/handler.ts';
import { graphqlSchema } from './graphql/schema.ts';
import { createGraphQLServer } from './graphql/server.ts';
import { createGraphQLSocketHandler } from './graphql/socket.ts';
import { createWebhookChecks } from './graphql/webhook-checks.ts';
import { createWebhookDocuments } from './graphql/webhook-documents.ts';
import { createWebhookPayloads } from './graphql/webhook-payloads.ts';
import { graphiqlPage } from './http/graphiql-page.ts';
import { createOwnPages } from './http/own-pages.ts';
import type { Page, Routes } from './http/routes.ts';
import { schemaPage } from './http/schema-page.ts';
import { type HttpServer, listen } from './http/server.ts';
import { readWebFiles } from './http/web-files.ts';
import { webPages } from './http/web-page.ts';
import { createLive, type Live } from './live/live.ts';
import { loadOwnDocuments, loadTrustedDocuments } from './load-trusted-documents.ts';
import { type Log, lineContext } from './log.ts';
import type { OpenMetrics } from './metrics/open.ts';
import type { Watched } from './metrics/watched.ts';
import { operations } from './observations/operation.ts';
import { createRestRequestHandler } from './rest/handler.ts';
import { shipped } from './shipped.ts';
import { logSlowOperations } from './slow-operations.ts';
import { openStore } from './store/open.ts';
import type { KnowledgeUnit, ServerNotice, Store } from './store/store.ts';
import type { Tracing } from './tracing/start-tracing.ts';
import { version } from './version.ts';
import { startWebhooks, type Webhooks } from './webhooks/webhooks.ts';

/** A running server. */
export interface Server {
  readonly url: string;
  /** Where metrics have an address of their own; else null. */
  readonly metricsUrl: string | null;
  readonly store: Store;
  readonly secrets: Secrets;
  /** Graceful shutdown: finishes requests in flight, stops background work, closes the database. */
  stop(): Promise<void>;
}

export interface ServeOptions {
  /** Aborts the start: `serve` rejects with its reason, and a migration in progress is rolled back. */
  readonly signal?: AbortSignal;
  /** Called with the first administrator's credentials, before the account is committed. */
  readonly announce?: (administrator: Credentials) => void;
  /** Opens the database; that of the configuration unless given. */
  readonly open?: typeof openStore;
  /** `standardPasswords` unless given. No configuration has others. */
  readonly passwords?: Passwords;
  /** Has MCP made at the first request for it. */
  readonly mcpOnDemand?: boolean;
}

/** Graceful shutdown: how long requests in flight may take to finish. */
const graceMs = 20_000;
/** How long background work may take to finish after that. */
const backgroundGraceMs = 2000;

/**
 * Starts the server: configuration → secrets → ports → database → routes. Resolves when it answers requests; rejects when a step
 * fails. The database comes after all that can fail before it, since migrations cannot be undone.
 */
export async function serve(config: Config, log: Log, options: ServeOptions = {}): Promise<Server> {
  await requireSecrets(config, () => log.info('another process is working on the database; waiting for it'));
  // first, since what observes operations does so before they are prepared for
  const tracing = await openTracing(config, log);
  try {
    const metrics = await observe(config, log);
    try {
      return tracedBy(tracing, await listenAndStart(config, metrics, log, options));
    } catch (error) {
      await metrics?.close();
      throw error;
    }
  } catch (error) {
    await tracing?.stop();
    throw error;
  }
}

/** Before all that is observed. Without a collector its packages are not even loaded. */
async function openTracing({ tracing }: Config, log: Log): Promise<Tracing | null> {
  if (!tracing) return null;
  const { startTracing } = await import('./tracing/start-tracing.ts');
  const started = startTracing(tracing, { version, log });
  lineContext.current = started.ids;
  return started;
}

/** The same server, whose last spans are sent when it has stopped. */
function tracedBy(tracing: Tracing | null, server: Server): Server {
  if (!tracing) return server;
  const stop = async () => {
    await server.stop();
    await tracing.stop();
  };
  return { ...server, stop };
}

/** Opens metrics where they are configured: without, their library is not even loaded. */
async function observe({ metrics, database }: Config, log: Log): Promise<OpenMetrics | null> {
  if (metrics === null) return null;
  const { openMetrics } = await import('./metrics/open.ts');
  return openMetrics(metrics, log, { build: { version, node: process.versions.node, database: database.engine } });
}

async function listenAndStart(
  config: Config,
  metrics: OpenMetrics | null,
  log: Log,
  options: ServeOptions,
): Promise<Server> {
  const parts = await prepare(config, options);
  options.signal?.throwIfAborted();
  const { host, port, trustProxy, publicUrl, corsOrigin, web } = config;
  const http = await listen({
    host,
    port,
    trustProxy,
    publicUrl,
    corsOrigin,
    web,
    log,
    admission: admissionLimits(config),
    bodies: bodyLimits(config),
  });
  try {
    return await start(config, parts, http, metrics, log, options);
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

const bodyLimits = (config: Config) => ({
  maxBytes: config.maxBodyBytes,
  maxTotalBytes: maxBodiesBytes(config),
  maxReading: 1000,
});

/** Makes the parts that need no database and may fail. */
async function prepare(config: Config, { mcpOnDemand }: ServeOptions) {
  const { mcp, embedding, web } = config;
  const schema = graphqlSchema();
  const trusted = await loadTrustedDocuments(config, schema);
  return {
    schema,
    trusted,
    // who observes operations does so before the server is started
    known: trusted ?? (operations.hasSubscribers ? await loadOwnDocuments(config, schema) : null),
    embedder: embedding && (await openUsableEmbedder(embedding)),
    // with CQ_MCP=off its SDK is not even loaded
    mcp: mcp ? await (mcpOnDemand ? import('./mcp/on-demand.ts') : import('./mcp/handler.ts')) : null,
    web: web ? await readWebFiles(shipped('dist-web/')) : null,
  };
}

/** A model in a folder is loaded at once: what is wrong with it does not pass by itself, as an outage of a service does. */
async function openUsableEmbedder(config: EmbeddingConfig): Promise<Embedder> {
  const embedder = openEmbedder(config);
  if (config.provider === 'local') await probe(embedder);
  return embedder;
}

type Parts = Awaited<ReturnType<typeof prepare>>;

async function start(
  config: Config,
  parts: Parts,
  http: HttpServer,
  metrics: OpenMetrics | null,
  log: Log,
  options: ServeOptions,
): Promise<Server> {
  const { signal, announce = () => {}, open = openStore, passwords = standardPasswords } = options;
  const progress = (message: string) => log.info(message);
  const notify = ({ level, message }: ServerNotice) => log[level](message);
  const store = await open(config.database, { migrate: config.migrate, progress, notify, signal });
  try {
    // with CQ_MIGRATE=off the schema may be behind: fail the start, rather than every request
    await store.ping();
    warmUp(store);
    const secrets = await loadSecrets(config, store);
    warnOfShortSecrets(secrets, config, log);
    warnOfReaders(config, log);
    if (config.web && !parts.web) log.warn('there is no web page here: in a checkout, npm run web:build makes it');
    signal?.throwIfAborted();
    await createFirstAdministrator(config, store, announce);
    await recordSettings(config, store, secrets, log);
    const semanticSearch = openSemanticSearch(store, config.embedding, parts.embedder, log);
    const reindexing = startReindexing({ store, log });
    const merging = startMerging({ store, log });
    const spellings = startAddingSpellings({ store, log });
    const erasing = startErasing({ store, log });
    const lastUses = startSavingLastUses({ store, log });
    const usage = startSavingUsage({ store, log });
    const counts = startFoldingCounts({ store, log });
    const { auditKeepDays: keepDays } = config;
    const pruning = keepDays === null ? null : startPruningAudit({ store, keepDays, log });
    const pruningSessions = startPruningSessions({ store, log });
    const hashing = startHashingTexts({ store, log });
    const threshold = config.embedding?.duplicateThreshold ?? null;
    const meaning = { queryVectors: semanticSearch.queryVectors, threshold };
    const examine = (unit: KnowledgeUnit) => examineUnit(store, unit, meaning);
    const isReady = () => knowsMeaning(store, meaning);
    const examining = startExaminingRepeats({ store, examine, isReady, log });
    const { maxLiveConnections: maxConnections, maxLiveConnectionsPerCaller: maxConnectionsOfCaller } = config;
    const live = createLive({ store, log, maxConnections, maxConnectionsOfCaller });
    const { routes, webhooks } = createRoutes(config, parts, store, secrets, passwords, log, semanticSearch, live);
    const explain = (text: string, values: number) => store.explain(text, values);
    const { slowOperationMs: slowMs } = config;
    const endSlow = slowMs > 0 ? logSlowOperations({ slowMs, explain, log }) : null;
    metrics?.watch(watchedParts(config, store, http, live, semanticSearch));
    http.open(metrics?.page ? { ...routes, pages: { ...routes.pages, '/metrics': metrics.page } } : routes);
    log.info(
      {
        url: http.url,
        ...(metrics?.url && { metrics: metrics.url }),
        database: config.database.label,
        vectors: store.vectorEngine ?? 'none',
        version,
      },
      'listening',
    );
    return {
      url: http.url,
      metricsUrl: metrics?.url ?? null,
      store,
      secrets,
      async stop() {
        const background = Promise.all([
          semanticSearch.worker?.stop(),
          reindexing.stop(),
          merging.stop(),
          spellings.stop(),
          erasing.stop(),
          counts.stop(),
          pruning?.stop(),
          pruningSessions.stop(),
          hashing.stop(),
          examining.stop(),
          webhooks.stop(),
        ]);
        const closed = http.close(config.shutdownDelayMs, graceMs);
        const ended = new AbortController();
        const grace = () => delay(backgroundGraceMs, undefined, { signal: ended.signal }).catch(() => {});
        // a step that waits for a server which does not answer ends when the store is closed
        await Promise.all([closed, Promise.race([background, closed.then(grace)])]);
        ended.abort();
        await live.stop();
        endSlow?.();
        // after the last request, which may have used a credential and been answered
        await Promise.all([lastUses.stop(), usage.stop()]);
        await metrics?.close();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** What metrics show of a running server. */
function watchedParts(
  config: Config,
  store: Store,
  http: HttpServer,
  { connections, events, audit }: Live,
  { worker, circuit }: SemanticSearch,
): Watched {
  const { concurrent, slow, queued } = admissionLimits(config);
  return {
    store,
    admission: () => http.admission,
    limits: { running: concurrent, slow, queued, liveConnections: config.maxLiveConnections },
    live: {
      connections: () => connections.count,
      places: () => ({ events: events.place, audit_log: audit.place }),
    },
    embedding: worker && { circuit, problem: () => worker.problem },
  };
}

/**
 * Not while the database has no accounts: it is not in use yet, and may still become the target of a copy. A start does not fail for
 * it: a database that takes no writes now may take them later.
 */
async function recordSettings({ settings }: Config, store: Store, secrets: Secrets, log: Log): Promise<void> {
  const { plain, secret } = settings;
  // where they come from a file, they are no values of variables
  const ofSecrets = { CQ_JWT_SECRET: secrets.jwtSecret, CQ_API_KEY_PEPPER: secrets.apiKeyPepper };
  try {
    if ((await store.users.count()) === 0) return;
    await auditSettings(store, { plain: { ...plain, version }, secret: { ...secret, ...ofSecrets } });
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    log.warn({ reason: error.message }, 'the settings of this start are not in the audit log');
  }
}

/**
 * Asks the database for counts, of which nobody waits for the answer: on SQLite the first search would wait for a thread to start. A
 * database that does not answer is reported by the requests.
 */
function warmUp(store: Store): void {
  store.stats.confidenceCounts([0, 1]).catch(() => {});
}

/** The routing table: which handler or page is at which path. And what sends to webhooks, by the resolvers of subscriptions. */
function createRoutes(
  config: Config,
  parts: Parts,
  store: Store,
  secrets: Secrets,
  passwords: Passwords,
  log: Log,
  { queryVectors, worker }: SemanticSearch,
  live: Live,
): { routes: Routes; webhooks: Webhooks } {
  const embedSoon = () => worker?.wake();
  const read = createWebhookDocuments({ schema: parts.schema, maxCost: config.maxQueryCost });
  const changes = () => store.credentialChanges + live.connections.revocations;
  const authority = { store, secrets, known: createKnownCallers({ changes }) };
  const shared = {
    ...authority,
    log,
    // one, so that a caller has one limit for all APIs
    costLimit: createCostLimit(config.rateLimit, { now: () => store.now() }),
    signInLimit: createSignInLimit(store, secrets),
    maxAnswerBytes: config.maxAnswerBytes,
    introspection: config.introspection,
  };
  const settings: Settings = {
    version,
    nodeName: config.nodeName,
    publicRead: config.publicRead,
    maxQueryCost: config.maxQueryCost,
    trust: config.trust,
    staleAfterDays: config.staleAfterDays,
    duplicateThreshold: config.embedding?.duplicateThreshold ?? null,
    embeddingProblem: () => worker?.problem ?? null,
    embedSoon,
    passwords,
    webhooks: {
      checks: createWebhookChecks(read, config.webhooks),
      send: (delivery) => webhooks.send(delivery),
      look: () => webhooks.look(),
    },
    state: stateOf(config),
  };
  const { publicUrl, web } = config;
  const webhooks = startWebhooks({
    ...{ store, secrets, version, log, reachable: config.webhooks },
    payloads: createWebhookPayloads({
      ...{ schema: parts.schema, store, read, live },
      shared: { queryVectors, secrets, settings, signInLimit: shared.signInLimit },
    }),
    pageOf: (unitId) => (publicUrl !== null && web ? `${publicUrl}/units/${unitId}` : null),
  });
  const graphql = createGraphQLServer({
    ...shared,
    schema: parts.schema,
    trusted: parts.trusted,
    isKnown: (text) => parts.known?.has(text) ?? false,
    live,
    queryVectors,
    settings,
  });
  const rest = createRestRequestHandler({
    ...shared,
    passwords,
    trust: config.trust,
    embedSoon,
    version,
    nodeName: config.nodeName,
    publicUrl: config.publicUrl,
    publicRead: config.publicRead,
  });
  const { host, corsOrigin } = config;
  const mcp = parts.mcp?.createMcpRequestHandler({
    schema: parts.schema,
    execute: createExecute(graphql),
    authenticate: (header, address) => authenticate(authority, header, { address }),
    costLimit: shared.costLimit,
    originPolicy: { host, publicUrl, corsOrigin },
    version,
    log,
  });
  const routes: Routes = {
    handlers: {
      '/graphql': createGraphQLRequestHandler(graphql),
      '/api/': rest,
      '/.well-known/': rest,
      ...(mcp && { '/mcp': mcp }),
    },
    sockets: {
      '/graphql': createGraphQLSocketHandler(graphql, { ...authority, live, maxBodyBytes: config.maxBodyBytes }),
    },
    pages: {
      '/': toApi,
      ...(parts.web && webPages(parts.web, createOwnPages(config), toApi)),
      ...(config.introspection && { '/schema.graphql': schemaPage() }),
      ...(config.playground && { '/graphql': graphiqlPage() }),
    },
    ready: () => store.ping(),
    endStreams: () => live.connections.endAll(),
  };
  return { routes, webhooks };
}

const toApi: Page = (_req, prefix) => ({ status: 302, body: '', headers: { location: `${prefix}/graphql` } });

function warnOfShortSecrets(secrets: Secrets, { metrics }: Config, log: Log) {
  const isShort = metrics !== null && metrics.token !== null && Buffer.byteLength(metrics.token) < 32;
  for (const variable of [...shortSecrets(secrets), ...(isShort ? ['CQ_METRICS_TOKEN'] : [])])
    log.warn({ variable }, 'secret is shorter than 32 bytes and could be guessed');
}

/** Warns of database files that other users of the machine can read. Their modes are the owner's decision and stay as they are. */
function warnOfReaders({ database }: Config, log: Log) {
  const paths = readByOthers(database);
  if (paths.length > 0)
    log.warn(
      { paths },
      'database files are readable by other users of this machine: chmod go-rwx, unless that is intended',
    );
}
