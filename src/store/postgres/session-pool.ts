import pg from 'pg';
import type { PostgresAddress, PostgresConfig } from '../../config/database.ts';
import { UnusableDatabaseError } from '../../errors.ts';
import type { TogetherClient } from './pipelined-client.ts';
import { PooledClient } from './pooled-client.ts';
import type { PreparingClient } from './preparing-client.ts';
import {
  arrived,
  requiredSettings,
  routingOptions,
  startupOptions,
  type TransactionSettings,
  transactionSettings,
} from './session-settings.ts';

/**
 * The first key of a shared advisory lock that each session of ours holds, `cq_s` in ASCII; the second is its schema's. So that
 * who removes an installation knows whose sessions are open.
 */
export const sessionLock = 0x63715f73;

/** SQL: the second key, in which `pg_locks` shows the schema's oid. */
const schemaKey = `(select oid::bigint::bit(32)::integer from pg_namespace where nspname = current_schema())`;

/** What a new connection is found to be. */
interface Found {
  /** Whether it is a session of this server: a pooler hands out process numbers of its own. */
  readonly own: boolean;
  readonly schema: string | null;
  readonly vectors: string | null;
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * Connections to one server. Each new one is checked once. A direct one has its settings from the startup packet and costs no
 * more; behind a pooler, or where the startup packet's `options` are refused or ignored, each transaction gets them.
 */
export class SessionPool extends pg.Pool {
  readonly #address: PostgresAddress;
  readonly #config: PostgresConfig;
  readonly #pooled = new WeakMap<pg.PoolClient, PooledClient>();
  readonly #settings = new WeakMap<pg.ClientBase, TransactionSettings>();
  /** The startup packet's `options` where no settings may be in them. */
  readonly #withoutSettings: string | undefined;
  #schema: string | null = null;
  #isPooled = false;

  constructor(address: PostgresAddress, config: PostgresConfig, options: pg.PoolConfig) {
    super({
      ...options,
      options: startupOptions(address, config),
      onConnect: (client) => this.#check(client),
    });
    this.#withoutSettings = routingOptions(address) || undefined;
    this.#address = address;
    this.#config = config;
  }

  /** Whether a session may be another one in each transaction; known once there has been a connection. */
  get isPooled(): boolean {
    return this.#isPooled;
  }

  /** A connection. With a callback, as pg's own `query` asks for one, it has no settings behind a pooler. */
  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Parameters<pg.Pool['connect']>[0]): void;
  override connect(callback?: Parameters<pg.Pool['connect']>[0]): Promise<pg.PoolClient> | undefined {
    if (!callback) return this.#connect().then((client) => this.#withSettings(client));
    this.#connect().then(
      (client) => callback(undefined, client, (error) => client.release(error)),
      (error) => callback(error, undefined, () => {}),
    );
  }

  async #connect(): Promise<pg.PoolClient> {
    // as they are now: while this connects, another connection may learn that they are refused
    const { options } = this.options;
    try {
      return await super.connect();
    } catch (error) {
      if (options === this.#withoutSettings || !refusesOptions(error)) throw error;
      this.options.options = this.#withoutSettings;
      try {
        return await super.connect();
      } catch (again) {
        // it is not for the options
        this.options.options = options;
        throw again;
      }
    }
  }

  #withSettings(client: pg.PoolClient): pg.PoolClient {
    const settings = this.#settings.get(client);
    if (!settings) return client;
    const pooled = this.#pooled.get(client) ?? new PooledClient(client as unknown as TogetherClient, settings);
    this.#pooled.set(client, pooled);
    return pooled as unknown as pg.PoolClient;
  }

  async #check(client: pg.ClientBase): Promise<void> {
    const found =
      this.options.options === this.#withoutSettings ? null : await this.#ask(client, inspectSession(client));
    if (found?.own && wrongSettings(found) === null) {
      this.#requireSameSchema(found);
      (client as PreparingClient).keepPrepared();
      return;
    }
    this.#isPooled = true;
    const unknown = { schema: null, vectors: null };
    const { begin, set } = this.#transactionSettings(unknown);
    const inTransaction = await this.#ask(client, `${begin}; ${set}; ${inspectTransaction}`).catch(explained);
    // apart from the rest, so that a pooler without transactions fails here
    await client.query('commit').catch(explained);
    const wrong = wrongSettings(inTransaction);
    if (wrong !== null)
      throw new UnusableDatabaseError(
        `hands out connections whose settings cannot be made sure of: ${wrong}. Correct the pooler in between, or connect without it.`,
      );
    this.#requireSameSchema(inTransaction);
    this.#settings.set(client, this.#transactionSettings(inTransaction));
  }

  #transactionSettings(found: Pick<Found, 'schema' | 'vectors'>): TransactionSettings {
    try {
      return transactionSettings(this.#address, this.#config, found);
    } catch (error) {
      throw new UnusableDatabaseError(
        `is reached through a pooler, and ${(error as Error).message}: correct it.`,
        error,
      );
    }
  }

  /** Answers what the last row says. Bounded in time, since it is not the connection that is waited for any more. */
  async #ask(client: pg.ClientBase, text: string): Promise<Found> {
    const query = { text, query_timeout: this.options.connectionTimeoutMillis } as pg.QueryConfig;
    const results = [await client.query(query)].flat();
    return results.flatMap(({ rows }) => rows).findLast((row) => 'own' in row) as Found;
  }

  /** A search path that comes to mean another schema, such as a new one of the user's name, would show other data. */
  #requireSameSchema({ schema }: Found) {
    if (this.#schema !== null && schema !== this.#schema)
      throw new UnusableDatabaseError(
        `has ${schema === null ? 'no schema' : `the schema ${JSON.stringify(schema)}`} first in its search_path, where it was ${JSON.stringify(this.#schema)} before: set CQ_DATABASE_SCHEMA, and start again.`,
      );
    this.#schema = schema;
  }
}

/** Says of a pooler without transactions that it is one. */
function explained(error: Error): never {
  if (/statement pooling/i.test(error.message))
    throw new UnusableDatabaseError(
      'is reached through a pooler that keeps no transactions together: set its pool_mode to transaction, or to session.',
      error,
    );
  throw error;
}

const settingsFound = requiredSettings.map(([name]) => `'${name}', current_setting('${name}')`).join(', ');

const found = (own: string) => `
  ${own} as own, current_schema() as schema, json_build_object(${settingsFound}) as settings,
  (select extversion from pg_extension where extname = 'vector') as vectors`;

/**
 * Looks at a session. In one of our own, fixes the search path to the first schema, so that a table that is missing there is not
 * looked for in another installation's, and takes the session's lock.
 */
function inspectSession(client: pg.ClientBase): string {
  const { processID } = client as unknown as { processID: number | null };
  const [name, value] = arrived;
  const own = `(pg_backend_pid() = ${processID ?? 0} and coalesce(current_setting('${name}', true), '') = '${value}')`;
  return `select ${found(own)},
    case when ${own} and current_schema() is not null then set_config('search_path', quote_ident(current_schema()), false) end,
    case when ${own} and not pg_is_in_recovery() then pg_try_advisory_lock_shared(${sessionLock}, ${schemaKey}) end`;
}

/** Within a transaction what counts is the transaction's isolation. */
const inspectTransaction = `select ${found('false')}`.replace(
  `current_setting('default_transaction_isolation')`,
  `current_setting('transaction_isolation')`,
);

/** The settings that are others than ours; null where there are none. */
function wrongSettings({ settings }: Found): string | null {
  const wrong = requiredSettings.filter(([name, value]) => settings[name] !== value);
  if (wrong.length === 0) return null;
  return wrong.map(([name, value]) => `${name} is ${settings[name]} in place of ${value}`).join(', ');
}

/**
 * Whether a pooler or a proxy refuses what a startup packet has in `options`: each says so in its own way, in its own words, and
 * with one of these SQLSTATEs, if any.
 */
function refusesOptions(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof message !== 'string' || !/option|parameter/i.test(message)) return false;
  return code === undefined || (typeof code === 'string' && /^(08P01|0A|22|42|XX)/.test(code));
}
