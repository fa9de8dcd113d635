import { join, parse } from 'node:path';
import { z } from 'zod';
import { labelOf, readDatabaseUrl, sqliteDatabase } from './database-url.ts';
import { type Environment, integerWithDefault } from './value-schemas.ts';

/** The variables of the database, with their defaults. */
export const databaseVariables = {
  CQ_DATABASE_URL: z.string().optional(),
  CQ_DB_PATH: z.string().default('./data/cq.db'),
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
}

/** One PostgreSQL server, and how to log in. */
export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly database: string;
  readonly tls: Tls | false;
  readonly applicationName: string;
  /** Further session settings, such as `-c search_path=cq`. */
  readonly options: string;
  readonly connectTimeoutMs: number | undefined;
}

/** TLS settings, as Node's `tls.connect` takes them. */
export interface Tls {
  readonly rejectUnauthorized: boolean;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly checkServerIdentity?: () => undefined;
}

/** A replica as a database of its own. */
export const replicaDatabase = (config: PostgresConfig, address: PostgresAddress): PostgresConfig => ({
  ...config,
  variable: 'CQ_DATABASE_REPLICA_URLS',
  primary: address,
  replicas: [],
  label: labelOf(address),
});

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

export type PoolSettings = Omit<PostgresConfig, 'engine' | 'variable' | 'primary' | 'replicas' | 'label' | 'migration'>;

/** The database of `CQ_DATABASE_URL`, else the SQLite file of `CQ_DB_PATH`. Throws an `Error` for a URL that cannot be used. */
export function readDatabase(values: DatabaseValues, given: Environment): DatabaseConfig {
  const replicas = (given.CQ_DATABASE_REPLICA_URLS ?? '').split(',').filter((url) => url.trim() !== '');
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
    replicas.map((url) => url.trim()),
  );
  if (database.engine === 'sqlite') {
    requireNone();
    return database;
  }
  const migration = readMigrationAddress(given.CQ_DATABASE_MIGRATION_URL, values);
  const addresses = { CQ_DATABASE_URL: database.primary, ...(migration && { CQ_DATABASE_MIGRATION_URL: migration }) };
  for (const [name, address] of Object.entries(addresses))
    if (database.schema !== undefined && setsSearchPath(address))
      throw new Error(`${name} has a search_path in its options, and CQ_DATABASE_SCHEMA is set: keep one.`);
  return { ...database, migration };
}

function readMigrationAddress(url: string | undefined, values: DatabaseValues): PostgresAddress | undefined {
  if (url === undefined) return undefined;
  const name = 'CQ_DATABASE_MIGRATION_URL';
  const database = readDatabaseUrl(name, url, poolSettings(values));
  if (database.engine === 'sqlite')
    throw new Error(`${name} must name a PostgreSQL server: postgresql://user:password@host/database.`);
  return database.primary;
}

/** Whether PostgreSQL can have a schema of this name. Longer ones would be cut, and those with `pg_` are its own. */
function isSchemaName(name: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: which no name should have
  return name.isWellFormed() && Buffer.byteLength(name) <= 63 && !/^pg_|^information_schema$|[\0-\x1f\x7f]/.test(name);
}

/** The database of a URL on the command line. Its own `search_path` goes before `CQ_DATABASE_SCHEMA`. */
export function readOtherDatabase(option: string, url: string, values: DatabaseValues): DatabaseConfig {
  const database = readDatabaseUrl(option, url, poolSettings(values));
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
