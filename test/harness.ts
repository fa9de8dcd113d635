import { inject } from 'vitest';
import { readConfig } from '../src/config/config.ts';
import type { DatabaseConfig } from '../src/config/database.ts';
import { createApiKey } from '../src/domain/account.ts';
import { issueToken } from '../src/domain/jwt.ts';
import { hashPassword } from '../src/domain/passwords.ts';
import type { Secrets } from '../src/domain/secrets.ts';
import { createLog } from '../src/log.ts';
import { type ServeOptions, serve } from '../src/main.ts';
import { SqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import type { KnowledgeUnit, ReviewStatus, Store, User, UserRole } from '../src/store/store.ts';
import { emptyDatabase } from '../src/testing/template.ts';
import { reusedDatabase } from './postgres/databases.ts';

/** A server of one test file: its own port, its own database, and people with credentials. */
export interface TestServer extends AsyncDisposable {
  readonly url: string;
  /** With `CQ_METRICS_PORT`; else null. */
  readonly metricsUrl: string | null;
  readonly store: Store;
  readonly secrets: Secrets;
  readonly people: Readonly<Record<'member' | 'reviewer' | 'admin', Person>>;
  /** Sends an operation and answers with status, headers and body as they came. */
  send(operation: Operation, credential?: string): Promise<Answer>;
  /** Sends an operation that must succeed and answers with its data. */
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  query(query: string, variables?: object, credential?: string): Promise<any>;
  /** A unit made and, unless told otherwise, approved. */
  unit(changes?: UnitChanges): Promise<KnowledgeUnit>;
  /** Another account. */
  addPerson(username: string, role: UserRole): Promise<Person>;
}

export interface Person {
  readonly user: User;
  readonly password: string;
  /** Signs in as the person. */
  readonly token: string;
  /** Acts as an agent of the person. */
  readonly key: string;
}

export interface Operation {
  readonly query: string;
  readonly variables?: object;
  readonly operationName?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  readonly body: any;
}

export interface UnitChanges extends Partial<Omit<KnowledgeUnit, 'status' | 'insight' | 'context'>> {
  readonly status?: KnowledgeUnit['status'];
  readonly insight?: Partial<KnowledgeUnit['insight']>;
  readonly context?: Partial<KnowledgeUnit['context']>;
}

export const password = 'correct horse';
// made once, since it is meant to take its time
let passwordHash: Promise<string> | undefined;

/**
 * Starts a server on what `vitest.config.ts` says: SQLite in memory, or a new database of PostgreSQL. `environment` are
 * further `CQ_…` variables.
 */
export async function startServer(
  environment: Record<string, string> = {},
  database = inject('serversOn'),
): Promise<TestServer> {
  await using resources = new AsyncDisposableStack();
  const config = readConfig({
    ...(database === 'sqlite' ? { CQ_DB_PATH: ':memory:' } : await onPostgres(resources)),
    CQ_PORT: '0',
    CQ_LOG_LEVEL: 'silent',
    CQ_RATE_LIMIT: '0',
    // most tests propose one lesson over and over
    CQ_REPEAT_CHECK: 'off',
    // nothing is shed because the machine that tests run on is busy
    CQ_MAX_QUEUED_REQUESTS: '10000',
    CQ_QUEUE_TIMEOUT_MS: '600000',
    ...environment,
  });
  const options = isInMemory(config.database) ? migrated : {};
  const server = await serve(config, createLog(config.logLevel), options);
  resources.defer(() => server.stop());
  const { url, metricsUrl, store, secrets } = server;

  async function addPerson(username: string, role: UserRole): Promise<Person> {
    // another server of the test may be on the same database
    passwordHash ??= hashPassword(password);
    const account = {
      username,
      passwordHash: await passwordHash,
      role,
      createdAt: new Date(),
    };
    const user = (await store.users.findByName(username)) ?? (await store.users.insert(account));
    if (!user) throw new Error(`there are two of ${username}`);
    const token = await issueToken(secrets, user, new Date());
    const { secret } = await createApiKey(store, secrets, user, { name: 'test', ttl: '1d' });
    return { user, password, token: token.text, key: secret };
  }

  async function send(operation: Operation, credential?: string): Promise<Answer> {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(credential && { authorization: `Bearer ${credential}` }) },
      body: JSON.stringify(operation),
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  }

  const people = {
    member: await addPerson('mia', 'member'),
    reviewer: await addPerson('rob', 'reviewer'),
    admin: await addPerson('ann', 'admin'),
  };

  const held = resources.move();
  return {
    url,
    metricsUrl,
    store,
    secrets,
    people,
    send,
    addPerson,
    async query(query, variables, credential) {
      const { body } = await send({ query, ...(variables && { variables }) }, credential);
      if (body.errors) throw new Error(JSON.stringify(body.errors));
      return body.data;
    },
    async unit(changes = {}) {
      const unit = aUnit(changes);
      await store.units.restore(unit, []);
      return unit;
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

const isInMemory = (database: DatabaseConfig) => database.engine === 'sqlite' && database.file === ':memory:';

/** Opens a database in memory as it is after the migrations, which take longer than most tests. */
const migrated: ServeOptions = {
  open: async (_, { migrate: _migrate, ...opening }) =>
    SqliteStore.openInMemory({ image: await emptyDatabase() }, opening),
};

async function onPostgres(resources: AsyncDisposableStack): Promise<Record<string, string>> {
  const { url } = resources.use(await reusedDatabase());
  return { CQ_DATABASE_URL: url, CQ_JWT_SECRET: 'j'.repeat(32), CQ_API_KEY_PEPPER: 'p'.repeat(32) };
}

let units = 0;

/** What was decided over a unit of this status; a withdrawn one was approved. */
const decisionOf = (status: ReviewStatus) => (status === 'rejected' ? status : 'approved');

/** A valid unit, approved unless told otherwise; override what matters. Each one is a millisecond younger than the last. */
export function aUnit(changes: UnitChanges = {}): KnowledgeUnit {
  units++;
  const at = new Date(Date.UTC(2026, 0, 1) + units);
  const status = changes.status ?? 'approved';
  return {
    id: `ku_${units.toString(16).padStart(32, '0')}`,
    version: 1,
    tier: 'private',
    domains: ['api'],
    confirmers: 0,
    ownConfirmations: 0,
    createdBy: 'mia',
    supersededBy: null,
    withdrawal: null,
    extensions: null,
    evidence: { confidence: 0.5, confirmations: 1, firstObservedAt: at, lastConfirmedAt: at },
    review:
      status === 'pending'
        ? null
        : { status: decisionOf(status), reviewedBy: 'rob', reviewedAt: at, note: null, internalNote: null },
    createdAt: at,
    updatedAt: at,
    ...changes,
    status,
    insight: { summary: 'A lesson', detail: 'What happened.', action: 'What to do.', ...changes.insight },
    context: { languages: [], frameworks: [], pattern: '', ...changes.context },
  };
}
