import { join, parse } from 'node:path';
import { z } from 'zod';
import { labelOf, readDatabaseUrl } from './database-url.ts';
import { sqliteDatabase } from './sqlite-url.ts';
import type { Tls } from './tls.ts';
import { type Environment, integerWithDefault } from './value-schemas.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: which no name should have
const controlCharacters = /[\0-\x1f\x7f]/;

/** The variables of the database, with their defaults. */
export const databaseVariables = {
  CQ_DATABASE_URL: z.string().optional(),
  CQ_DB_PATH: z
    .string()
    // a line break at the end would silently name another, new file
    .refine((path) => !controlCharacters.test(path), {
      error: ({ input }) =>
        `must be a path without line breaks and other control characters, got ${JSON.stringify(input)}`,
    })
    .default('./data/cq.db'),
  CQ_DATABASE_SCHEMA: z
    .string()
    .refine(isSchemaName, {
      error: ({ input }) =>
        `must be the name of a schema: 1 to 63 bytes without control characters, not beginning with pg_, got ${JSON.stringify(input)}`,
    })
    .optional(),
  CQ_DATABASE_MIGRATION_URL: z.string().optional(),
  CQ_DATABASE_REPLICA_URLS: z.string().default(''),
  CQ_DATABASE_POOL_SIZE: integerWithDefault(10, 1, 1000),
  CQ_DATABASE_CONNECT_TIMEOUT_MS: integerWithDefault(5000, 100, 600_000),
  CQ_DATABASE_STATEMENT_TIMEOUT_MS: integerWithDefault(15_000, 0, 3_600_000),
  CQ_DATABASE_LOCK_TIMEOUT_MS: integerWithDefault(5000, 0, 3_600_000),
  CQ_DATABASE_IDLE_TRANSACTION_TIMEOUT_MS: integerWithDefault(30_000, 0, 3_600_000),
};

type DatabaseValues = z.infer<z.ZodObject<typeof databaseVariables>>;

/** Which database to open. It may hold passwords: show only its `label`. */
export type DatabaseConfig = SqliteConfig | PostgresConfig;

export interface SqliteConfig {
  readonly engine: 'sqlite';
  /** The variable or command-line option that named it, for messages. */
  readonly variable: string;
  /** A file, or `:memory:`. */
  readonly file: string;
  /** How long a statement waits for a lock of another process; undefined for the default. */
  readonly lockTimeoutMs?: number;
  /** For display. */
  readonly label: string;
}

export interface PostgresConfig {
  readonly engine: 'postgres';
  /** The variable or command-line option that named it, for messages. */
  readonly variable: string;
  readonly primary: PostgresAddress;
  /** Read replicas. */
  readonly replicas: readonly PostgresAddress[];
  /** Connections of this process to each server; to the primary at least three. */
  readonly poolSize: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  readonly lockTimeoutMs: number;
  readonly idleTransactionTimeoutMs: number;
  /** The schema that holds our tables; without it, the first one of the search path. */
  readonly schema?: string | undefined;
  /** Where migrations and index builds connect to, past a pooler and as another role; without it, the primary. */
  readonly migration?: PostgresAddress | undefined;
  /** For display: the URL without the password. */
  readonly label: string;
  /** About the URL and how it was completed; see `warningsOf`. */
  readonly warnings: readonly string[];
}

/** One PostgreSQL database on one or several servers, and how to log in. */
export interface PostgresAddress {
  /** At least one. A connection goes to the first of them that takes it. */
  readonly hosts: readonly PostgresHost[];
  /** What a connection must be, or the next host is tried. */
  readonly targetSessionAttrs: 'any' | 'read-write' | 'read-only' | 'primary' | 'standby' | 'prefer-standby';
  /** Whether the hosts are tried in another order each time. */
  readonly inRandomOrder: boolean;
  readonly user: string;
  readonly database: string;
  readonly tls: Tls;
  readonly channelBinding: 'disable' | 'prefer' | 'require';
  readonly applicationName: string;
  /** Further session settings, such as `-c search_path=cq`. */
  readonly options: string;
  /** For each host; undefined for the pool's own. */
  readonly connectTimeoutMs: number | undefined;
  /** After how long without a byte TCP asks whether the other side is there; 0 for our own default, null for never. */
  readonly keepAliveMs: number | null;
}

/** One server. */
export interface PostgresHost {
  /** A name, an IP address, or the folder of a Unix socket. */
  readonly host: string;
  /** The IP address to connect to, where it is given beside the name (libpq's `hostaddr`). */
  readonly address: string | undefined;
  readonly port: number;
  readonly password: string | undefined;
}

/** What an operator should know about how the configuration of a database was read. */
export const warningsOf = (database: DatabaseConfig): readonly string[] =>
  database.engine === 'postgres' ? database.warnings : [];

/** A replica as a database of its own. */
export const replicaDatabase = (config: PostgresConfig, address: PostgresAddress): PostgresConfig => ({
  ...config,
  variable: 'CQ_DATABASE_REPLICA_URLS',
  primary: address,
  replicas: [],
  label: labelOf(address),
});

/** The same database, all of it read from the primary. */
export const withoutReplicas = (database: DatabaseConfig): DatabaseConfig =>
  database.engine === 'postgres' ? { ...database, replicas: [] } : database;
/** The database as migrations and index builds connect to it. */
export const migrationDatabase = ({ migration, ...config }: PostgresConfig): PostgresConfig =>
  migration
    ? { ...config, variable: 'CQ_DATABASE_MIGRATION_URL', primary: migration, replicas: [], label: labelOf(migration) }
    : config;

/** The path of the secrets file, beside the SQLite file; null for other databases. */
export function secretsFile(database: DatabaseConfig): string | null {
  if (database.engine !== 'sqlite' || database.file === ':memory:') return null;
  const { dir, name } = parse(database.file);
  return join(dir, `${name}.secrets.json`);
}

export type PoolSettings = Omit<
  PostgresConfig,
  'engine' | 'variable' | 'primary' | 'replicas' | 'label' | 'warnings' | 'migration'
>;

/** The database of `CQ_DATABASE_URL`, else the SQLite file of `CQ_DB_PATH`. Throws an `Error` for a URL that cannot be used. */
export function readDatabase(values: DatabaseValues, given: Environment): DatabaseConfig {
  // a comma before a scheme: those within a URL separate its hosts
  const replicas = (given.CQ_DATABASE_REPLICA_URLS ?? '')
    .split(/,(?=\s*(?:$|,|[a-z][a-z0-9+_.-]*:\/\/))/i)
    .filter((url) => url.trim() !== '');
  const others = ['CQ_DATABASE_REPLICA_URLS', 'CQ_DATABASE_MIGRATION_URL', 'CQ_DATABASE_SCHEMA'].filter(
    (name) => (given[name] ?? '').trim() !== '',
  );
  const requireNone = () => {
    if (others.length > 0) throw new Error(`${others[0]} goes with a CQ_DATABASE_URL of PostgreSQL.`);
  };
  if (given.CQ_DATABASE_URL === undefined) {
    requireNone();
    return sqliteDatabase(values.CQ_DB_PATH);
  }
  const database = readDatabaseUrl(
    'CQ_DATABASE_URL',
    given.CQ_DATABASE_URL,
    poolSettings(values),
    given,
    replicas.map((url) => url.trim()),
  );
  if (database.engine === 'sqlite') {
    requireNone();
    return database;
  }
  const migration = readMigrationAddress(values, given);
  const addresses = { CQ_DATABASE_URL: database.primary, ...(migration && { CQ_DATABASE_MIGRATION_URL: migration }) };
  for (const [name, address] of Object.entries(addresses))
    if (database.schema !== undefined && setsSearchPath(address))
      throw new Error(`${name} has a search_path in its options, and CQ_DATABASE_SCHEMA is set: keep one.`);
  return { ...database, migration };
}

function readMigrationAddress(values: DatabaseValues, given: Environment): PostgresAddress | undefined {
  const url = given.CQ_DATABASE_MIGRATION_URL;
  if (url === undefined) return undefined;
  const name = 'CQ_DATABASE_MIGRATION_URL';
  const database = readDatabaseUrl(name, url, poolSettings(values), given);
  if (database.engine === 'sqlite')
    throw new Error(`${name} must name a PostgreSQL server: postgresql://user:password@host/database.`);
  return database.primary;
}

/** Whether PostgreSQL can have a schema of this name. Longer ones would be cut, and those with `pg_` are its own. */
function isSchemaName(name: string): boolean {
  return (
    name.isWellFormed() &&
    Buffer.byteLength(name) <= 63 &&
    !/^pg_|^information_schema$/.test(name) &&
    !controlCharacters.test(name)
  );
}

/** The database of a URL on the command line. Its own `search_path` goes before `CQ_DATABASE_SCHEMA`. */
export function readOtherDatabase(
  option: string,
  url: string,
  values: DatabaseValues,
  given: Environment,
): DatabaseConfig {
  const database = readDatabaseUrl(option, url, poolSettings(values), given);
  const hasPath = database.engine === 'postgres' && setsSearchPath(database.primary);
  return hasPath ? { ...database, schema: undefined } : database;
}

const setsSearchPath = ({ options }: PostgresAddress) => /search[_-]path/i.test(options);

/** Settings of the connection pools. */
export function poolSettings(values: DatabaseValues): PoolSettings {
  return {
    poolSize: values.CQ_DATABASE_POOL_SIZE,
    connectTimeoutMs: values.CQ_DATABASE_CONNECT_TIMEOUT_MS,
    statementTimeoutMs: values.CQ_DATABASE_STATEMENT_TIMEOUT_MS,
    lockTimeoutMs: values.CQ_DATABASE_LOCK_TIMEOUT_MS,
    idleTransactionTimeoutMs: values.CQ_DATABASE_IDLE_TRANSACTION_TIMEOUT_MS,
    schema: values.CQ_DATABASE_SCHEMA,
  };
}
