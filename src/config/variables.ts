import { closest } from 'fastest-levenshtein';
import { z } from 'zod';
import { isBlank } from '../domain/rules.ts';
import { databaseVariables } from './database.ts';
import { embeddingVariables } from './embedding.ts';
import { tracingVariables } from './tracing.ts';
import {
  days,
  type Environment,
  host,
  integer,
  integerWithDefault,
  networks,
  onOff,
  origins,
} from './value-schemas.ts';

/**
 * The schema of every environment variable with its default. `docs/configuration.md` describes them for operators, and a test
 * compares the two.
 */
export const variables = {
  CQ_CONFIG: z.string().optional(),
  ...databaseVariables,
  CQ_MIGRATE: onOff('on'),
  CQ_JWT_SECRET: z.string().optional(),
  CQ_JWT_SECRET_FILE: z.string().optional(),
  CQ_API_KEY_PEPPER: z.string().optional(),
  CQ_API_KEY_PEPPER_FILE: z.string().optional(),
  CQ_JWT_SECRET_PREVIOUS: z.string().optional(),
  CQ_JWT_SECRET_PREVIOUS_FILE: z.string().optional(),
  CQ_API_KEY_PEPPER_PREVIOUS: z.string().optional(),
  CQ_API_KEY_PEPPER_PREVIOUS_FILE: z.string().optional(),
  CQ_HOST: host().default('127.0.0.1'),
  CQ_PORT: integerWithDefault(3000, 0, 65_535),
  CQ_PUBLIC_URL: z
    .string()
    .refine(isPublicUrl, {
      error: ({ input }) => `must be an http or https URL such as https://cq.example.com, got ${JSON.stringify(input)}`,
    })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  CQ_METRICS_PORT: integer(0, 65_535).optional(),
  CQ_METRICS_HOST: host().optional(),
  CQ_METRICS_TOKEN: z.string().optional(),
  CQ_METRICS_TOKEN_FILE: z.string().optional(),
  CQ_SHUTDOWN_DELAY_MS: integerWithDefault(0, 0, 600_000),
  CQ_PUBLIC_READ: onOff('on'),
  CQ_CONFIRMATIONS: z
    .enum(['every', 'daily', 'once'], {
      error: ({ input }) => `must be every, daily or once, got ${JSON.stringify(input)}`,
    })
    .default('every'),
  CQ_SELF_REVIEW: onOff('on'),
  CQ_STALE_AFTER: days('180d', 3650),
  CQ_REPEAT_CHECK: onOff('on'),
  CQ_SECRET_SCAN: onOff('on'),
  CQ_INTROSPECTION: onOff('on'),
  CQ_TRUSTED_DOCUMENTS: z.string().optional(),
  CQ_PLAYGROUND: onOff('on'),
  CQ_WEB: onOff('on'),
  CQ_MCP: onOff('on'),
  CQ_NODE_NAME: z
    .string()
    .max(200, { error: 'must be at most 200 characters' })
    .refine((name) => !isBlank(name), { error: 'must have a character that shows' })
    .optional(),
  CQ_RATE_LIMIT: integerWithDefault(60_000, 0, 1_000_000_000),
  CQ_MAX_QUERY_COST: integerWithDefault(5000, 50, 1_000_000),
  CQ_MAX_BODY_BYTES: integerWithDefault(262_144, 1024, 16_777_216),
  CQ_MAX_ANSWER_BYTES: integerWithDefault(4_194_304, 65_536, 268_435_456),
  CQ_MAX_CONCURRENT_REQUESTS: integerWithDefault(16, 1, 10_000),
  CQ_MAX_QUEUED_REQUESTS: integerWithDefault(80, 0, 10_000),
  CQ_QUEUE_TIMEOUT_MS: integerWithDefault(1000, 10, 600_000),
  CQ_MAX_LIVE_CONNECTIONS: integerWithDefault(2000, 0, 1_000_000),
  CQ_MAX_LIVE_CONNECTIONS_PER_CALLER: integerWithDefault(50, 1, 1_000_000),
  CQ_TRUST_PROXY: integerWithDefault(0, 0, 10),
  CQ_CORS_ORIGIN: origins('*'),
  CQ_AUDIT_KEEP: days('365d', 3650),
  CQ_WEBHOOK_HTTP: onOff('off'),
  CQ_WEBHOOK_NETWORKS: networks(),
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
  CQ_SLOW_OPERATION_MS: integerWithDefault(1000, 0, 3_600_000),
  ...tracingVariables,
  ...embeddingVariables,
};

/** Variables of cq's clients, which may be set in a server's environment too. */
export const foreignVariables = [
  'CQ_ADDR',
  'CQ_API_KEY',
  'CQ_TIMEOUT',
  'CQ_CONFIG_DIR',
  'CQ_LOCAL_DB_PATH',
  'CQ_LOCAL_DATABASE_URL',
];

/** Variables that are lists separated by commas, and may be lists in a file. */
export const listVariables: readonly string[] = [
  'CQ_DATABASE_REPLICA_URLS',
  'CQ_JWT_SECRET_PREVIOUS',
  'CQ_API_KEY_PEPPER_PREVIOUS',
  'CQ_CORS_ORIGIN',
  'CQ_WEBHOOK_NETWORKS',
];

/** Whether a variable is `on` or `off`, and nothing else. */
export function isOnOff(name: string): boolean {
  const form = Object.entries(variables).find(([known]) => known === name)?.[1];
  return form !== undefined && ['on', 'off'].every((value) => form.safeParse(value).success) && isClosed(form);
}

const isClosed = (form: z.ZodType) => !form.safeParse('neither').success;

/** Whether this server has no such variable, nor has cq's own client, whose variables may be beside them. */
export const isUnknown = (name: string): boolean =>
  !Object.hasOwn(variables, name) && !foreignVariables.includes(name) && !name.startsWith('CQ_TEST_');

/**
 * A warning for each variable that begins with CQ_ and is unknown, with a suggestion. Values are not repeated: one may be a
 * secret.
 */
export function unknownVariables(environment: Environment): string[] {
  return Object.entries(environment)
    .filter(([name, value]) => /^CQ_/i.test(name) && value !== '' && isUnknown(name))
    .map(([name]) => `${name} is not a variable of this server and is ignored; did you mean ${nearestVariable(name)}?`);
}

/** The nearest known name by Levenshtein distance; compared in upper case, since a name in lower case is unknown too. */
export const nearestVariable = (name: string): string =>
  closest(name.slice(0, 100).toUpperCase(), Object.keys(variables));

/** Whether a URL can be a base for paths: without query, fragment and credentials. */
function isPublicUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && /^[^?#@\s]*$/.test(text);
}
