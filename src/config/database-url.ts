import type { DatabaseConfig, PoolSettings, PostgresAddress } from './database.ts';
import { readAddress } from './postgres-address.ts';
import { postgresScheme } from './postgres-url.ts';
import { readSqliteUrl, sqliteScheme } from './sqlite-url.ts';
import type { Environment } from './value-schemas.ts';

const scheme = /^([a-z][a-z0-9+_.-]*):/i;

/**
 * The database that a URL names: `sqlite:///relative.db`, `sqlite:////absolute.db`, `postgres://` or `postgresql://`, also with the
 * driver's name that SQLAlchemy has in them. Space around it, such as the line break at the end of a file, is no part of it.
 * What a PostgreSQL URL leaves open comes from libpq's variables in `environment`. Throws an Error that names `variable` and
 * never repeats the URL.
 */
export function readDatabaseUrl(
  variable: string,
  text: string,
  settings: PoolSettings,
  environment: Environment = {},
  replicaUrls: readonly string[] = [],
): DatabaseConfig {
  const url = text.trim();
  const name = schemeOf(url);
  if (name === '')
    throw new Error(
      `${variable} must be a URL such as sqlite:///path/to/cq.db or postgresql://user:password@host/database.`,
    );
  if (sqliteScheme.test(name)) return readSqliteUrl(variable, url);
  if (!postgresScheme.test(name))
    throw new Error(
      `${variable}: the scheme ${name}: is not supported; sqlite:, postgres: and postgresql: are, also with +pysqlite, +aiosqlite, +psycopg, +psycopg2 or +asyncpg.`,
    );
  const warnings = new Set<string>();
  const warn = (text: string) => void warnings.add(text);
  const primary = readAddress(variable, url, environment, warn);
  if (primary.hosts.length > 1 && primary.targetSessionAttrs === 'any')
    warn(
      `${variable} names several hosts without target_session_attrs=read-write: a connection may lead to a standby, where nothing can be written`,
    );
  const replicas = replicaUrls.map((replica) => readReplica(replica, environment, warn));
  return {
    engine: 'postgres',
    variable,
    primary,
    replicas,
    label: labelOf(primary),
    warnings: [...warnings],
    ...settings,
  };
}

const schemeOf = (url: string) => scheme.exec(url)?.[1]?.toLowerCase() ?? '';

function readReplica(url: string, environment: Environment, warn: (text: string) => void): PostgresAddress {
  const variable = 'CQ_DATABASE_REPLICA_URLS';
  if (!postgresScheme.test(schemeOf(url)))
    throw new Error(`${variable} must name PostgreSQL servers: postgresql://user:password@host/database.`);
  return readAddress(variable, url, environment, warn);
}

/** The URL of a server for display, without the password. */
export const labelOf = ({ user, hosts, database }: PostgresAddress) =>
  `postgresql://${user}@${hosts.map(labelOfHost).join(',')}/${database}`;

/** A host and its port, as they stand in a URL; a socket's folder is not percent-encoded, so that it can be read. */
export const labelOfHost = ({ host, port }: { readonly host: string; readonly port: number }) =>
  `${host.includes(':') && !host.startsWith('/') ? `[${host}]` : host}:${port}`;
