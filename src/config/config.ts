import { readFileSync } from 'node:fs';
import { closest } from 'fastest-levenshtein';
import { z } from 'zod';
import { type DatabaseConfig, type PoolSettings, readDatabaseUrl, sqliteDatabase } from './database.ts';
import { describeEmbedding, type EmbeddingConfig, embeddingVariables, readEmbedding } from './embedding.ts';
import { type Environment, host, onOff, origins, whole } from './forms.ts';

/** What is wrong with the configuration, all of it at once. */
export class ConfigError extends Error {}

/**
 * Every variable, its form, and its default. `docs/configuration.md` describes them for operators, and a test compares
 * the two.
 */
export const variables = {
  CQ_DATABASE_URL: z.string().optional(),
  CQ_DB_PATH: z.string().default('./data/cq.db'),
  CQ_DATABASE_REPLICA_URLS: z.string().default(''),
  CQ_DATABASE_POOL_SIZE: whole(10, 1, 1000),
  CQ_DATABASE_CONNECT_TIMEOUT_MS: whole(5000, 100, 600_000),
  CQ_DATABASE_STATEMENT_TIMEOUT_MS: whole(15_000, 0, 3_600_000),
  CQ_DATABASE_LOCK_TIMEOUT_MS: whole(5000, 0, 3_600_000),
  CQ_DATABASE_IDLE_TRANSACTION_TIMEOUT_MS: whole(30_000, 0, 3_600_000),
  CQ_MIGRATE: onOff('on'),
  CQ_JWT_SECRET: z.string().optional(),
  CQ_JWT_SECRET_FILE: z.string().optional(),
  CQ_API_KEY_PEPPER: z.string().optional(),
  CQ_API_KEY_PEPPER_FILE: z.string().optional(),
  CQ_HOST: host('127.0.0.1'),
  CQ_PORT: whole(3000, 0, 65_535),
  CQ_PUBLIC_URL: z
    .string()
    .refine(isPublicUrl, {
      error: ({ input }) => `must be an http or https URL such as https://cq.example.com, got ${JSON.stringify(input)}`,
    })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  CQ_SHUTDOWN_DELAY_MS: whole(0, 0, 600_000),
  CQ_PUBLIC_READ: onOff('on'),
  CQ_INTROSPECTION: onOff('on'),
  CQ_PLAYGROUND: onOff('on'),
  CQ_MCP: onOff('on'),
  CQ_NODE_NAME: z.string().max(200, { error: 'must be at most 200 characters' }).optional(),
  CQ_RATE_LIMIT: whole(60_000, 0, 1_000_000_000),
  CQ_MAX_QUERY_COST: whole(5000, 50, 1_000_000),
  CQ_MAX_BODY_BYTES: whole(262_144, 1024, 16_777_216),
  CQ_MAX_ANSWER_BYTES: whole(4_194_304, 65_536, 268_435_456),
  CQ_MAX_CONCURRENT_REQUESTS: whole(16, 1, 10_000),
  CQ_MAX_QUEUED_REQUESTS: whole(80, 0, 10_000),
  CQ_QUEUE_TIMEOUT_MS: whole(1000, 10, 600_000),
  CQ_TRUST_PROXY: whole(0, 0, 10),
  CQ_CORS_ORIGIN: origins('*'),
  CQ_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent'], {
      error: ({ input }) => `must be fatal, error, warn, info, debug or silent, got ${JSON.stringify(input)}`,
    })
    .default('info'),
  CQ_LOG_FORMAT: z
    .enum(['auto', 'json', 'pretty'], {
      error: ({ input }) => `must be auto, json or pretty, got ${JSON.stringify(input)}`,
    })
    .default('auto'),
  ...embeddingVariables,
};

const schema = z.object(variables);

export interface Config {
  readonly database: DatabaseConfig;
  /** Whether the server brings the database up to date when it starts. */
  readonly migrate: boolean;
  /** Null where the environment says nothing: then they are kept beside the database. */
  readonly jwtSecret: string | null;
  readonly apiKeyPepper: string | null;
  readonly host: string;
  readonly port: number;
  /** For how long requests are still taken after the server is told to stop. */
  readonly shutdownDelayMs: number;
  readonly publicRead: boolean;
  readonly introspection: boolean;
  readonly playground: boolean;
  readonly mcp: boolean;
  readonly nodeName: string | null;
  /** Where clients reach the server, without a slash at the end. */
  readonly publicUrl: string | null;
  readonly rateLimit: number;
  readonly maxQueryCost: number;
  readonly maxAnswerBytes: number;
  readonly maxBodyBytes: number;
  /** How many requests are worked on at once, how many more may wait, and until when from their arrival. */
  readonly maxConcurrentRequests: number;
  readonly maxQueuedRequests: number;
  readonly queueTimeoutMs: number;
  readonly trustProxy: number;
  /** The web pages that may call the server: all, or those of these origins. */
  readonly corsOrigin: '*' | readonly string[];
  readonly logLevel: string;
  readonly logFormat: 'auto' | 'json' | 'pretty';
  /** Null without a provider: then nothing is embedded. */
  readonly embedding: EmbeddingConfig | null;
}

/** The configuration in an environment; an empty variable is as good as none. Throws `ConfigError`. */
export function readConfig(environment: Environment): Config {
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
  const database = attempt(() => readDatabase(parsed.success ? parsed.data : schema.parse({}), given));
  const embedding = attempt(() => readEmbedding(given, readSecret(given, 'CQ_EMBEDDING_KEY')));
  if ((jwtSecret === null) !== (apiKeyPepper === null) && problems.length === 0)
    problems.push('CQ_JWT_SECRET and CQ_API_KEY_PEPPER go together: set both, or neither.');
  if (!parsed.success || database === null || problems.length > 0) throw new ConfigError(problems.join('\n'));
  const values = parsed.data;
  return {
    database,
    migrate: values.CQ_MIGRATE,
    jwtSecret,
    apiKeyPepper,
    host: values.CQ_HOST,
    port: values.CQ_PORT,
    shutdownDelayMs: values.CQ_SHUTDOWN_DELAY_MS,
    publicRead: values.CQ_PUBLIC_READ,
    introspection: values.CQ_INTROSPECTION,
    playground: values.CQ_PLAYGROUND,
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
    trustProxy: values.CQ_TRUST_PROXY,
    corsOrigin: values.CQ_CORS_ORIGIN,
    logLevel: values.CQ_LOG_LEVEL,
    logFormat: values.CQ_LOG_FORMAT,
    embedding,
  };
}

/** Variables of cq's own clients, and of our tests, that may be set where a server runs. */
export const foreignVariables = [
  'CQ_ADDR',
  'CQ_API_KEY',
  'CQ_TIMEOUT',
  'CQ_CONFIG_DIR',
  'CQ_LOCAL_DB_PATH',
  'CQ_LOCAL_DATABASE_URL',
];

/** A sentence for each variable that looks like one of ours and is none. Values are not repeated: one may be a secret. */
export function unknownVariables(environment: Environment): string[] {
  const known = Object.keys(variables);
  return Object.entries(environment)
    .filter(([name, value]) => /^CQ_/i.test(name) && value !== '' && !known.includes(name))
    .filter(([name]) => !foreignVariables.includes(name) && !name.startsWith('CQ_TEST_'))
    .map(([name]) => `${name} is no variable of this server and does nothing; did you mean ${nearest(name, known)}?`);
}

/** A name in lower case is another one. */
const nearest = (name: string, known: readonly string[]) => closest(name.toUpperCase(), known);

/** Whether a path can follow: no question, no fragment, and nobody's password. */
function isPublicUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && /^[^?#@\s]*$/.test(text);
}

/** A secret from a variable, or from the file that the variable with `_FILE` names, without its last line break. */
function readSecret(given: Environment, name: string): string | null {
  const file = given[`${name}_FILE`];
  if (given[name] !== undefined && file !== undefined)
    throw new Error(`${name} and ${name}_FILE are both set; keep one.`);
  if (file === undefined) return given[name] ?? null;
  let secret: string;
  try {
    secret = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new Error(`${name}_FILE cannot be read: ${(error as Error).message}.`);
  }
  if (secret === '') throw new Error(`${name}_FILE is empty: ${file}.`);
  return secret;
}

/** The database of `CQ_DATABASE_URL`, else the file of `CQ_DB_PATH`. */
function readDatabase(values: z.infer<typeof schema>, given: Environment): DatabaseConfig {
  const replicas = (given.CQ_DATABASE_REPLICA_URLS ?? '').split(',').filter((url) => url.trim() !== '');
  if (given.CQ_DATABASE_URL === undefined) {
    if (replicas.length > 0) throw new Error('CQ_DATABASE_REPLICA_URLS goes with a CQ_DATABASE_URL of PostgreSQL.');
    return sqliteDatabase(given.CQ_DB_PATH ?? './data/cq.db');
  }
  const database = readDatabaseUrl('CQ_DATABASE_URL', given.CQ_DATABASE_URL, poolSettings(values), replicas.map(trim));
  if (database.engine === 'sqlite' && replicas.length > 0)
    throw new Error('CQ_DATABASE_REPLICA_URLS goes with a CQ_DATABASE_URL of PostgreSQL.');
  return database;
}

const trim = (text: string) => text.trim();

function poolSettings(values: z.infer<typeof schema>): PoolSettings {
  return {
    poolSize: values.CQ_DATABASE_POOL_SIZE,
    connectTimeoutMs: values.CQ_DATABASE_CONNECT_TIMEOUT_MS,
    statementTimeoutMs: values.CQ_DATABASE_STATEMENT_TIMEOUT_MS,
    lockTimeoutMs: values.CQ_DATABASE_LOCK_TIMEOUT_MS,
    idleTransactionTimeoutMs: values.CQ_DATABASE_IDLE_TRANSACTION_TIMEOUT_MS,
  };
}

/** Another database of the same kind of settings: what `copy` reads from and writes to. */
export function databaseAt(option: string, url: string, environment: Environment): DatabaseConfig {
  const parsed = schema.safeParse(Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== '')));
  try {
    return readDatabaseUrl(option, url, poolSettings(parsed.success ? parsed.data : schema.parse({})));
  } catch (error) {
    throw new ConfigError((error as Error).message);
  }
}

/** The configuration as it may be shown: secrets only as set or not. */
export function describeConfig(config: Config): Record<string, unknown> {
  const shown = (secret: string | null) => (secret === null ? 'kept beside the database' : 'set');
  const { label, ...database } = config.database;
  const settings = Object.entries(database).filter(
    ([name]) => !['variable', 'primary', 'file', 'replicas'].includes(name),
  );
  return {
    ...config,
    database: { url: label, ...Object.fromEntries(settings) },
    jwtSecret: shown(config.jwtSecret),
    apiKeyPepper: shown(config.apiKeyPepper),
    embedding: describeEmbedding(config.embedding),
  };
}
