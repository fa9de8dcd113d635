import { readFileSync } from 'node:fs';
import type { DatabaseConfig, PoolSettings, PostgresAddress, SqliteConfig, Tls } from './database.ts';

/** A SQLite file as a database. */
export const sqliteDatabase = (file: string, variable = 'CQ_DB_PATH'): SqliteConfig => ({
  engine: 'sqlite',
  variable,
  file,
  label: file,
});

/** The URL of a server for display, without the password. */
export const labelOf = ({ user, host, port, database }: PostgresAddress) =>
  `postgresql://${user ? `${user}@` : ''}${host}:${port}/${database}`;

const scheme = /^([a-z][a-z0-9+.-]*):/i;
const postgresSchemes = ['postgres', 'postgresql', 'postgresql+psycopg'];

/**
 * The database that a URL names: `sqlite:///relative.db`, `sqlite:////absolute.db`, `postgres://`, `postgresql://`, and
 * `postgresql+psycopg://`, as the Python server's configuration has it. Throws an Error that names `variable` and never repeats
 * the URL.
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

/** The path in SQLAlchemy's form: three slashes and a relative path, or four and an absolute one. */
function sqliteFile(variable: string, url: string): string {
  const file = /^sqlite:\/\/\/(.+)$/i.exec(url)?.[1];
  if (file === undefined)
    throw new Error(`${variable} names no file: sqlite:///relative.db or sqlite:////absolute.db.`);
  return file;
}

/** The supported URL parameters. */
const urlParameters = [
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
  // a password that is not percent-encoded: parsed further, a part of it would appear as host or database in messages
  if (url.hash !== '' || /[?/].*@/.test(afterScheme(text)))
    throw new Error(`${variable}: /, ?, # and @ in user and password are written as %2F, %3F, %23 and %40.`);
  const given = url.searchParams;
  const unknown = [...given.keys()].find((key) => !urlParameters.includes(key));
  if (unknown !== undefined)
    throw new Error(`${variable}: the parameter ${unknown} is not supported; ${urlParameters.join(', ')} are.`);
  const decode = (part: string) => decodePart(variable, part) || undefined;
  return {
    host: given.get('host') ?? (decode(url.hostname.replace(/^\[|\]$/g, '')) || 'localhost'),
    port: readInteger(variable, 'port', given.get('port') ?? (url.port || '5432'), 65_535),
    user: decode(url.username),
    password: decode(url.password),
    database: decode(url.pathname.slice(1)) ?? missingName(variable),
    tls: readTls(variable, given),
    applicationName: given.get('application_name') ?? 'cq-server',
    options: given.get('options') ?? '',
    connectTimeoutMs: given.has('connect_timeout')
      ? readInteger(variable, 'connect_timeout', given.get('connect_timeout') ?? '', 3600) * 1000
      : undefined,
  };
}

const afterScheme = (text: string) => text.slice(text.indexOf('//') + 2);

function missingName(variable: string): never {
  throw new Error(`${variable} names no database: postgresql://user:password@host/database.`);
}

function decodePart(variable: string, part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Error(`${variable} holds a % that begins no percent-encoded character; write it as %25.`);
  }
}

function readInteger(variable: string, name: string, text: string, max: number): number {
  if (!/^\d{1,6}$/.test(text) || Number(text) > max)
    throw new Error(`${variable}: ${name} must be a whole number up to ${max}.`);
  return Number(text);
}

/** libpq's `sslmode`, without `allow` and `prefer`, with which the server decides whether the connection is encrypted. */
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
