import { z } from 'zod';
import type { TrustPolicy } from '../domain/trust.ts';
import { readBounded } from './bounded-file.ts';
import { type DatabaseConfig, readDatabase, readOtherDatabase } from './database.ts';
import { describeEmbedding, type EmbeddingConfig, readEmbedding } from './embedding.ts';
import { type MetricsConfig, readMetrics } from './metrics.ts';
import { settingsOf } from './settings.ts';
import { describeTracing, readTracing, type TracingConfig } from './tracing.ts';
import { daysOf, type Environment } from './value-schemas.ts';
import { variables } from './variables.ts';

/** The configuration is invalid; the message has one line for each problem. */
export class ConfigError extends Error {}

const schema = z.object(variables);

/** The configuration of a server. */
export interface Config {
  readonly database: DatabaseConfig;
  /** Whether the server migrates the database when it starts. */
  readonly migrate: boolean;
  /** Null where they are not configured: then they are kept in a file beside the database. */
  readonly jwtSecret: string | null;
  readonly apiKeyPepper: string | null;
  /** Those before, which are accepted too. */
  readonly previousJwtSecrets: readonly string[];
  readonly previousApiKeyPeppers: readonly string[];
  readonly host: string;
  readonly port: number;
  /** Null where there are none. */
  readonly metrics: MetricsConfig | null;
  /** How long the server still accepts requests after it is told to stop. */
  readonly shutdownDelayMs: number;
  readonly publicRead: boolean;
  readonly trust: TrustPolicy;
  /** For how many days a unit may go unconfirmed before reviewers are told; null for ever. */
  readonly staleAfterDays: number | null;
  readonly introspection: boolean;
  /** The file with the only documents that are run; null for all. */
  readonly trustedDocuments: string | null;
  readonly playground: boolean;
  /** Whether browsers get the web page, and its sessions. */
  readonly web: boolean;
  readonly mcp: boolean;
  readonly nodeName: string | null;
  /** The URL at which clients reach the server, without a trailing slash. */
  readonly publicUrl: string | null;
  readonly rateLimit: number;
  readonly maxQueryCost: number;
  readonly maxAnswerBytes: number;
  readonly maxBodyBytes: number;
  /** How many requests run at once, how many more may wait, and how long after their arrival. */
  readonly maxConcurrentRequests: number;
  readonly maxQueuedRequests: number;
  readonly queueTimeoutMs: number;
  /** Connections of this process that go on, such as subscriptions. */
  readonly maxLiveConnections: number;
  readonly maxLiveConnectionsPerCaller: number;
  readonly trustProxy: number;
  /** The origins whose web pages may call the server (CORS): all, or these. */
  readonly corsOrigin: '*' | readonly string[];
  readonly logLevel: string;
  readonly logFormat: 'auto' | 'json' | 'pretty';
  /** From this many milliseconds on, GraphQL operations are logged as slow; 0 for never. */
  readonly slowOperationMs: number;
  /** Null where no traces are sent. */
  readonly tracing: TracingConfig | null;
  /** Null without an embedding provider. */
  readonly embedding: EmbeddingConfig | null;
  /** How many days the audit log keeps its entries; null for ever. */
  readonly auditKeepDays: number | null;
  /** Where webhooks may be sent to, beside https URLs in the public internet: over http, and to which networks. */
  readonly webhooks: { readonly http: boolean; readonly networks: readonly string[] };
  /** The variables that are set, those that may be secret apart. */
  readonly settings: {
    readonly plain: Readonly<Record<string, string>>;
    readonly secret: Readonly<Record<string, string>>;
  };
}

/**
 * Reads the configuration from environment variables; an empty one counts as unset. Throws `ConfigError` with all problems, which say
 * of variables in `origins` where they were given.
 */
export function readConfig(environment: Environment, origins: ReadonlyMap<string, string> = new Map()): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  const problems = parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}.`);
  const attempt = <T>(read: () => T): T | null => {
    try {
      return read();
    } catch (error) {
      problems.push((error as Error).message);
      return null;
    }
  };
  const jwtSecret = attempt(() => readSecret(given, 'CQ_JWT_SECRET')) ?? null;
  const apiKeyPepper = attempt(() => readSecret(given, 'CQ_API_KEY_PEPPER')) ?? null;
  const previousJwtSecrets = attempt(() => readPreviousSecrets(given, 'CQ_JWT_SECRET_PREVIOUS')) ?? [];
  const previousApiKeyPeppers = attempt(() => readPreviousSecrets(given, 'CQ_API_KEY_PEPPER_PREVIOUS')) ?? [];
  const database = attempt(() => readDatabase(parsed.success ? parsed.data : schema.parse({}), given));
  const embedding = attempt(() => readEmbedding(given, readSecret(given, 'CQ_EMBEDDING_KEY')));
  const tracing = attempt(() => readTracing(given));
  const metrics = attempt(() => readMetrics(parsed.data ?? schema.parse({}), readSecret(given, 'CQ_METRICS_TOKEN')));
  if ((jwtSecret === null) !== (apiKeyPepper === null) && problems.length === 0)
    problems.push('CQ_JWT_SECRET and CQ_API_KEY_PEPPER go together: set both, or neither.');
  if (!parsed.success || database === null || problems.length > 0)
    throw new ConfigError(problems.map((problem) => withOrigin(problem, origins)).join('\n'));
  const values = parsed.data;
  return {
    database,
    migrate: values.CQ_MIGRATE,
    jwtSecret,
    apiKeyPepper,
    previousJwtSecrets,
    previousApiKeyPeppers,
    host: values.CQ_HOST,
    port: values.CQ_PORT,
    metrics,
    shutdownDelayMs: values.CQ_SHUTDOWN_DELAY_MS,
    publicRead: values.CQ_PUBLIC_READ,
    trust: {
      confirmations: values.CQ_CONFIRMATIONS,
      selfReview: values.CQ_SELF_REVIEW,
      repeatCheck: values.CQ_REPEAT_CHECK,
      secretScan: values.CQ_SECRET_SCAN,
    },
    staleAfterDays: daysOf(values.CQ_STALE_AFTER),
    introspection: values.CQ_INTROSPECTION,
    trustedDocuments: values.CQ_TRUSTED_DOCUMENTS ?? null,
    playground: values.CQ_PLAYGROUND,
    web: values.CQ_WEB,
    mcp: values.CQ_MCP,
    nodeName: values.CQ_NODE_NAME ?? null,
    publicUrl: values.CQ_PUBLIC_URL ?? null,
    rateLimit: values.CQ_RATE_LIMIT,
    maxQueryCost: values.CQ_MAX_QUERY_COST,
    maxAnswerBytes: values.CQ_MAX_ANSWER_BYTES,
    maxBodyBytes: values.CQ_MAX_BODY_BYTES,
    maxConcurrentRequests: values.CQ_MAX_CONCURRENT_REQUESTS,
    maxQueuedRequests: values.CQ_MAX_QUEUED_REQUESTS,
    queueTimeoutMs: values.CQ_QUEUE_TIMEOUT_MS,
    maxLiveConnections: values.CQ_MAX_LIVE_CONNECTIONS,
    maxLiveConnectionsPerCaller: values.CQ_MAX_LIVE_CONNECTIONS_PER_CALLER,
    trustProxy: values.CQ_TRUST_PROXY,
    corsOrigin: values.CQ_CORS_ORIGIN,
    logLevel: values.CQ_LOG_LEVEL,
    logFormat: values.CQ_LOG_FORMAT,
    slowOperationMs: values.CQ_SLOW_OPERATION_MS,
    tracing,
    embedding,
    auditKeepDays: daysOf(values.CQ_AUDIT_KEEP),
    webhooks: { http: values.CQ_WEBHOOK_HTTP, networks: values.CQ_WEBHOOK_NETWORKS ?? [] },
    settings: settingsOf(given, { database, embedding, publicUrl: values.CQ_PUBLIC_URL ?? null }),
  };
}

/** A problem, with the place of the variable that it begins with. */
const withOrigin = (problem: string, origins: ReadonlyMap<string, string>) =>
  problem.replace(/^(?:CQ|OTEL)_[A-Z_]*[A-Z]/gm, (name) => {
    const origin = origins.get(name);
    return origin === undefined ? name : `${name} (${origin})`;
  });

/** Secrets have some dozen bytes, keys of services some hundred. */
const maxSecretBytes = 65_536;

/** A secret from a variable, or from the file that its `_FILE` variable names, without the trailing line break. */
function readSecret(given: Environment, name: string): string | null {
  const file = given[`${name}_FILE`];
  if (given[name] !== undefined && file !== undefined)
    throw new Error(`${name} and ${name}_FILE are both set; keep one.`);
  if (file === undefined) return given[name] ?? null;
  let secret: string;
  try {
    secret = readBounded(file, maxSecretBytes)
      .bytes.toString('utf8')
      .replace(/\r?\n$/, '');
  } catch (error) {
    throw new Error(`${name}_FILE cannot be read: ${(error as Error).message}.`);
  }
  if (secret === '') throw new Error(`${name}_FILE is empty: ${file}.`);
  return secret;
}

/** More would only cost time with each token and key that is not valid. */
const maxPreviousSecrets = 5;

/** Secrets separated by commas, or from a file with one in each line. */
function readPreviousSecrets(given: Environment, name: string): string[] {
  const text = readSecret(given, name);
  if (text === null) return [];
  const secrets = text.split(given[name] === undefined ? /\r?\n/ : ',');
  if (secrets.some((secret) => secret !== secret.trim() || secret === ''))
    throw new Error(
      `${name} must be secrets separated by commas, or by line breaks in a file, with nothing else between them.`,
    );
  if (secrets.length > maxPreviousSecrets)
    throw new Error(`${name} must have at most ${maxPreviousSecrets} secrets, got ${secrets.length}.`);
  return secrets;
}

/** How much memory the bodies of all requests may take together, in bytes. */
export const maxBodiesBytes = ({ maxBodyBytes }: Config): number => Math.max(64 * 2 ** 20, 4 * maxBodyBytes);

/** The database at a URL given on the command line, with the pool settings of the environment. Throws `ConfigError`. */
export function databaseAt(option: string, url: string, environment: Environment): DatabaseConfig {
  const parsed = schema.safeParse(Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== '')));
  try {
    return readOtherDatabase(option, url, parsed.success ? parsed.data : schema.parse({}), environment);
  } catch (error) {
    throw new ConfigError((error as Error).message);
  }
}

/** The configuration for display, without secrets: only whether they are set. */
export function describeConfig(config: Config): Record<string, unknown> {
  const shown = (secret: string | null) => (secret === null ? 'kept beside the database' : 'set');
  // the settings are what is shown here, as they were given, with secrets among them
  const { settings: _, ...shownAsItIs } = config;
  const { label, ...database } = config.database;
  const settings = Object.entries(database).filter(
    ([name]) => !['variable', 'primary', 'file', 'replicas', 'migration', 'warnings'].includes(name),
  );
  return {
    ...shownAsItIs,
    database: { url: label, ...Object.fromEntries(settings) },
    jwtSecret: shown(config.jwtSecret),
    apiKeyPepper: shown(config.apiKeyPepper),
    metrics: config.metrics && { ...config.metrics, token: config.metrics.token === null ? 'none' : 'set' },
    previousJwtSecrets: config.previousJwtSecrets.length,
    previousApiKeyPeppers: config.previousApiKeyPeppers.length,
    tracing: describeTracing(config.tracing),
    embedding: describeEmbedding(config.embedding),
  };
}
