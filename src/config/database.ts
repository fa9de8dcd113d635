import { readFileSync } from 'node:fs';
import { join, parse } from 'node:path';

/** Which database to open. What is a secret in it never leaves `connections`. */
export type DatabaseConfig = SqliteConfig | PostgresConfig;

export interface SqliteConfig {
  readonly engine: 'sqlite';
  /** The variable or option that names it. */
  readonly variable: string;
  /** A file, or `:memory:`. */
  readonly file: string;
  /** As it may be shown. */
  readonly label: string;
}

export interface PostgresConfig {
  readonly engine: 'postgres';
  /** The variable or option that names it. */
  readonly variable: string;
  readonly primary: PostgresAddress;
  /** Where pure reads may go. */
  readonly replicas: readonly PostgresAddress[];
  /** Connections of this process to each server; to the primary at least three. */
  readonly poolSize: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  readonly lockTimeoutMs: number;
  readonly idleTransactionTimeoutMs: number;
  /** As it may be shown: without user names' passwords. */
  readonly label: string;
}

export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly database: string;
  readonly tls: Tls | false;
  readonly applicationName: string;
  /** Further settings of the session, such as `-c search_path=cq`. */
  readonly options: string;
  readonly connectTimeoutMs: number | undefined;
}

/** How a connection is encrypted, in the words of Node's `tls.connect`. */
export interface Tls {
  readonly rejectUnauthorized: boolean;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly checkServerIdentity?: () => undefined;
}

export const sqliteDatabase = (file: string, variable = 'CQ_DB_PATH'): SqliteConfig => ({
  engine: 'sqlite',
  variable,
  file,
  label: file,
});

/** One of the replicas as a database of its own. */
export const replicaDatabase = (config: PostgresConfig, address: PostgresAddress): PostgresConfig => ({
  ...config,
  variable: 'CQ_DATABASE_REPLICA_URLS',
  primary: address,
  replicas: [],
  label: labelOf(address),
});

/** Where a server keeps its own secrets: beside its database, where that is a file; else null. */
export function secretsFile(database: DatabaseConfig): string | null {
  if (database.engine !== 'sqlite' || database.file === ':memory:') return null;
  const { dir, name } = parse(database.file);
  return join(dir, `${name}.secrets.json`);
}

const scheme = /^([a-z][a-z0-9+.-]*):/i;
const postgresSchemes = ['postgres', 'postgresql', 'postgresql+psycopg'];

export type PoolSettings = Omit<PostgresConfig, 'engine' | 'variable' | 'primary' | 'replicas' | 'label'>;

/**
 * The database that a URL names: `sqlite:///relative.db`, `sqlite:////absolute.db`, `postgres://`, `postgresql://`, and
 * `postgresql+psycopg://`, as the Python server wrote it. Throws an Error that names `variable` and never repeats the URL.
 */
export function readDatabaseUrl(
  variable: string,
  url: string,
  settings: PoolSettings,
  replicaUrls: readonly string[] = [],
): DatabaseConfig {
  const name = scheme.exec(url)?.[1]?.toLowerCase();
  if (name === undefined)
    throw new Error(
      `${variable} must be a URL such as sqlite:///path/to/cq.db or postgresql://user:password@host/database.`,
    );
  if (name === 'sqlite') return sqliteDatabase(sqliteFile(variable, url), variable);
  if (!postgresSchemes.includes(name))
    throw new Error(
      `${variable}: the scheme ${name}: is not supported; sqlite:, postgres:, postgresql: and postgresql+psycopg: are.`,
    );
  const primary = readAddress(variable, url);
  const replicas = replicaUrls.map((replica) => readAddress('CQ_DATABASE_REPLICA_URLS', replica));
  return { engine: 'postgres', variable, primary, replicas, label: labelOf(primary), ...settings };
}

const labelOf = ({ user, host, port, database }: PostgresAddress) =>
  `postgresql://${user ? `${user}@` : ''}${host}:${port}/${database}`;

/** As SQLAlchemy reads it: three slashes and a relative path, four and an absolute one. */
function sqliteFile(variable: string, url: string): string {
  const file = /^sqlite:\/\/\/(.+)$/i.exec(url)?.[1];
  if (file === undefined)
    throw new Error(`${variable} names no file: sqlite:///relative.db or sqlite:////absolute.db.`);
  return file;
}

const parameters = [
  'application_name',
  'connect_timeout',
  'host',
  'options',
  'port',
  'sslcert',
  'sslkey',
  'sslmode',
  'sslrootcert',
];

function readAddress(variable: string, text: string): PostgresAddress {
  if (!postgresSchemes.includes(scheme.exec(text)?.[1]?.toLowerCase() ?? ''))
    throw new Error(`${variable} must name PostgreSQL servers: postgresql://user:password@host/database.`);
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new Error(
      `${variable} is not a URL that can be read; special characters in a password are written as %40 and so on.`,
    );
  }
  // what a password that is not encoded leaves behind; read on, its rest would be taken for a host or a database, and named
  if (url.hash !== '' || /[?/].*@/.test(afterScheme(text)))
    throw new Error(`${variable}: /, ?, # and @ in user and password are written as %2F, %3F, %23 and %40.`);
  const given = url.searchParams;
  const unknown = [...given.keys()].find((key) => !parameters.includes(key));
  if (unknown !== undefined)
    throw new Error(`${variable}: the parameter ${unknown} is not supported; ${parameters.join(', ')} are.`);
  const decode = (part: string) => decodePart(variable, part) || undefined;
  return {
    host: given.get('host') ?? (decode(url.hostname.replace(/^\[|\]$/g, '')) || 'localhost'),
    port: readNumber(variable, 'port', given.get('port') ?? (url.port || '5432'), 65_535),
    user: decode(url.username),
    password: decode(url.password),
    database: decode(url.pathname.slice(1)) ?? nameless(variable),
    tls: readTls(variable, given),
    applicationName: given.get('application_name') ?? 'cq-server',
    options: given.get('options') ?? '',
    connectTimeoutMs: given.has('connect_timeout')
      ? readNumber(variable, 'connect_timeout', given.get('connect_timeout') ?? '', 3600) * 1000
      : undefined,
  };
}

const afterScheme = (text: string) => text.slice(text.indexOf('//') + 2);

function nameless(variable: string): never {
  throw new Error(`${variable} names no database: postgresql://user:password@host/database.`);
}

function decodePart(variable: string, part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Error(`${variable} holds a % that begins no percent-encoded character; write it as %25.`);
  }
}

function readNumber(variable: string, name: string, text: string, most: number): number {
  if (!/^\d{1,6}$/.test(text) || Number(text) > most)
    throw new Error(`${variable}: ${name} must be a whole number up to ${most}.`);
  return Number(text);
}

/** libpq's `sslmode`, but for the two modes that may end up without encryption, or with it, as the server likes. */
function readTls(variable: string, given: URLSearchParams): Tls | false {
  const mode = given.get('sslmode') ?? (given.has('sslrootcert') ? 'verify-full' : 'disable');
  if (mode === 'disable') return false;
  const file = (name: string) => {
    const path = given.get(name);
    if (path === null) return undefined;
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      throw new Error(`${variable}: ${name} cannot be read: ${(error as Error).message}.`);
    }
  };
  const files = { ca: file('sslrootcert'), cert: file('sslcert'), key: file('sslkey') };
  switch (mode) {
    case 'require':
      return { rejectUnauthorized: false, ...files };
    case 'verify-ca':
      return { rejectUnauthorized: true, checkServerIdentity: () => undefined, ...files };
    case 'verify-full':
      return { rejectUnauthorized: true, ...files };
    default:
      throw new Error(
        `${variable}: sslmode must be disable, require, verify-ca or verify-full, got ${JSON.stringify(mode)}.`,
      );
  }
}
