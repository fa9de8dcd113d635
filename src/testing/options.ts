import { z } from 'zod';
import { type Config, ConfigError, readConfig } from '../config/config.ts';
import { unknownVariables, variables } from '../config/variables.ts';

/** Options of `startTestServer`, checked and with their defaults. */
export type Options = z.infer<typeof schema>;
export type UnitOptions = Options['units'][number];

/** Variables that a test server may have: none by which it would read a file, find another server, or be reached from elsewhere. */
const refused =
  /^OTEL_|^CQ_(?:DB_|DATABASE_|MIGRATE|JWT_|API_KEY_|HOST$|PORT$|METRICS_|TRUST_PROXY$|TRUSTED_DOCUMENTS$|LOG_FORMAT$|CONFIG$|EMBEDDING_(?!PROVIDER$|DIMENSIONS$))|_FILE$/;
const loopback = ['127.0.0.1', '::1', 'localhost'] as const;

const name = z.string().min(1);
const text = z.string();
const texts = z.array(text);
const date = z
  .union([z.date(), z.iso.datetime({ offset: true }).transform((at) => new Date(at))], {
    error: ({ input }) => `must be a Date or an instant such as 2026-01-31T12:00:00Z, got ${shown(input)}`,
  })
  .refine((at) => !Number.isNaN(at.getTime()));

const unit = z.strictObject({
  id: z.string().optional(),
  domains: texts,
  insight: z.strictObject({ summary: text, detail: text, action: text }),
  context: z
    .strictObject({ languages: texts.optional(), frameworks: texts.optional(), pattern: text.optional() })
    .optional(),
  extensions: z.record(z.string(), z.json()).optional(),
  status: z.enum(['PENDING', 'APPROVED', 'REJECTED']).default('APPROVED'),
  proposedBy: name.optional(),
  confirmedBy: z.array(name).max(1000).default([]),
  flags: z
    .array(
      z.strictObject({
        reason: z.enum(['STALE', 'INCORRECT']),
        detail: text.optional(),
        flaggedBy: name.optional(),
      }),
    )
    .max(1000)
    .default([]),
  createdAt: date.optional(),
});

const user = z.strictObject({
  role: z.enum(['MEMBER', 'REVIEWER', 'ADMIN']).default('MEMBER'),
  password: z.string().default('test-password'),
  key: z
    .strictObject({ access: z.enum(['READ', 'WRITE']).default('WRITE'), domains: texts.nullable().default(null) })
    .prefault({}),
});

const isFunction = (value: unknown) => typeof value === 'function';

const schema = z.strictObject({
  users: z
    .record(z.string(), user)
    .prefault({ member: { role: 'MEMBER' }, reviewer: { role: 'REVIEWER' }, admin: { role: 'ADMIN' } }),
  units: z.array(unit).max(10_000).default([]),
  configuration: z.record(z.string(), z.string()).default({}),
  host: z.enum(loopback).default('127.0.0.1'),
  port: z.int().min(0).max(65_535).default(0),
  clock: z.custom<() => Date>(isFunction, 'must be a function').optional(),
  log: z.custom<(line: string) => void>(isFunction, 'must be a function').optional(),
});

/** Checks options. Throws a `TypeError` with a line for each problem. */
export function readOptions(given: unknown): Options {
  const parsed = schema.safeParse(given ?? {}, { error: messageOf });
  if (!parsed.success)
    throw problems(parsed.error.issues.map(({ path, message }) => `${pathOf(path)} ${message.replace(/\.$/, '')}.`));
  const { users, units, configuration } = parsed.data;
  const known = Object.keys(users);
  const wrong: string[] = [];
  const first = new Map<string, number>();
  for (const [at, unit] of units.entries()) {
    const { proposedBy, confirmedBy, flags, status, id } = unit;
    const requireUser = (field: string, who: string) => {
      if (!Object.hasOwn(users, who))
        wrong.push(`units[${at}].${field} must be one of users (${known.join(', ')}), got ${shown(who)}.`);
    };
    if (known.length === 0) wrong.push(`units[${at}].proposedBy must be one of users, and there are none.`);
    else if (proposedBy !== undefined) requireUser('proposedBy', proposedBy);
    for (const [index, who] of confirmedBy.entries()) requireUser(`confirmedBy[${index}]`, who);
    for (const [index, { flaggedBy }] of flags.entries())
      if (flaggedBy !== undefined) requireUser(`flags[${index}].flaggedBy`, flaggedBy);
    for (const field of ['confirmedBy', 'flags'] as const)
      if (status !== 'APPROVED' && unit[field].length > 0)
        wrong.push(`units[${at}].${field} is for units that are APPROVED, and this one is ${status}.`);
    if (id === undefined) continue;
    if (first.has(id)) wrong.push(`units[${at}].id is that of units[${first.get(id)}] too: ${shown(id)}.`);
    else first.set(id, at);
  }
  for (const variable of Object.keys(configuration)) {
    const [unknown] = Object.hasOwn(variables, variable) ? [] : unknownVariables({ [variable]: 'set' });
    if (refused.test(variable)) wrong.push(`configuration.${variable} cannot be set for a test server.`);
    else if (!Object.hasOwn(variables, variable))
      wrong.push(
        `configuration.${unknown?.replace(' and is ignored', '') ?? `${variable} is not a variable of this server.`}`,
      );
  }
  if (wrong.length > 0) throw problems(wrong);
  return parsed.data;
}

/**
 * The configuration of a test server: that of a server of which nothing is said, but in memory, with secrets of its own, and without limits
 * that depend on how busy the machine is or how many tests there are. Throws a `TypeError` with a line for each problem.
 */
export function configOf({ configuration, host, port }: Options, secrets: Readonly<Record<string, string>>): Config {
  try {
    return readConfig({
      CQ_RATE_LIMIT: '0',
      CQ_MAX_QUEUED_REQUESTS: '10000',
      CQ_QUEUE_TIMEOUT_MS: '600000',
      // what is slow is told by the whole process: each of several servers would log what is slow of all
      CQ_SLOW_OPERATION_MS: '0',
      ...configuration,
      CQ_DB_PATH: ':memory:',
      CQ_HOST: host,
      CQ_PORT: String(port),
      ...secrets,
    });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw problems(error.message.split('\n').map((line) => `configuration.${line}`));
  }
}

export const problems = (lines: readonly string[]) => new TypeError(['startTestServer:', ...lines].join('\n  '));

/** A place in the options, such as `units[2].insight.summary`. */
export const pathOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((outer, name) => {
    if (typeof name === 'number') return `${outer}[${name}]`;
    return outer === '' ? String(name) : `${outer}.${String(name)}`;
  }, '') || 'the options';

/** What continues the name of a field. */
function messageOf(issue: z.core.$ZodRawIssue): string | undefined {
  const got = shown(issue.input);
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is required' : `must be of the type ${issue.expected}, got ${got}`;
    case 'invalid_value':
      return `must be one of ${issue.values.join(', ')}, got ${got}`;
    case 'unrecognized_keys':
      return `must not have ${issue.keys.join(', ')}`;
    case 'too_big':
      return `must be at most ${issue.maximum}${issue.origin === 'array' ? ' items' : ''}, got ${sizeOf(issue.input)}`;
    case 'too_small':
      return `must be at least ${issue.minimum}${issue.origin === 'string' ? ' character' : ''}, got ${sizeOf(issue.input)}`;
    case 'invalid_union':
      return `must be JSON, got ${got}`;
    default:
      return issue.message ?? `is not valid: ${got}`;
  }
}

const sizeOf = (value: unknown) => (Array.isArray(value) || typeof value === 'string' ? value.length : shown(value));

/** A value for a message, cut off. */
function shown(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  try {
    const json = JSON.stringify(value) ?? String(value);
    return json.length > 100 ? `${json.slice(0, 100)}…` : json;
  } catch {
    return 'what is no JSON';
  }
}
