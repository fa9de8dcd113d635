import { existsSync } from 'node:fs';
import type { SqliteConfig } from './database.ts';

/** A SQLite file as a database. */
export const sqliteDatabase = (
  file: string,
  variable = 'CQ_DB_PATH',
  settings: Pick<SqliteConfig, 'lockTimeoutMs'> = {},
): SqliteConfig => ({ engine: 'sqlite', variable, file, label: file, ...settings });

/** SQLAlchemy's name of SQLite, with one of its drivers or without. */
export const sqliteScheme = /^sqlite(?:\+(?:pysqlite|aiosqlite))?$/i;

const inMemory = ':memory:';

/** What a parameter's value must be; the message continues its name. */
type Check = (value: string) => string | null;

const boolean = /^(true|yes|on|y|t|1|false|no|off|n|f|0)$/i;
const isTrue = (value: string | undefined) => value !== undefined && /^(true|yes|on|y|t|1)$/i.test(value);
const mustBeBoolean: Check = (value) => (boolean.test(value) ? null : 'must be true or false');
const mustBeInteger: Check = (value) => (/^\d{1,9}$/.test(value) ? null : 'must be a whole number');

/** The parameters of SQLAlchemy's dialect. Those without effect are about the Python objects behind it. */
const parameters: Readonly<Record<string, Check>> = {
  timeout: (value) =>
    /^\d{1,5}(\.\d{1,9})?$/.test(value) && Number(value) <= 3600 ? null : 'must be seconds, from 0 to 3600',
  uri: mustBeBoolean,
  check_same_thread: mustBeBoolean,
  cached_statements: mustBeInteger,
  detect_types: mustBeInteger,
  isolation_level: (value) =>
    /^immediate$/i.test(value) ? null : 'must be IMMEDIATE, as every transaction of this server begins',
};

/** SQLite's own parameters of a `file:` URI, which SQLAlchemy passes on with `uri=true`. */
const uriParameters: Readonly<Record<string, Check>> = {
  mode: (value) => (/^(rw|rwc|memory)$/.test(value) ? null : 'must be rw, rwc or memory, since the server writes'),
  cache: (value) => (/^(private|shared)$/.test(value) ? null : 'must be private or shared'),
  immutable: (value) => (value === '0' ? null : 'must be 0, since the server writes'),
  nolock: (value) => (value === '0' ? null : 'must be 0, since other processes may use the file'),
};

/**
 * The SQLite database that a URL of SQLAlchemy's form names: `sqlite:///relative.db`, `sqlite:////absolute.db`, `sqlite://` in
 * memory. The path is taken as it stands if there is such a file; else it is percent-decoded. Throws an Error that names `variable`
 * and every parameter that cannot be honoured.
 */
export function readSqliteUrl(variable: string, url: string): SqliteConfig {
  const [, authority, path = '', query = ''] = /^[^:]+:\/\/([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s.exec(url) ?? [];
  if (authority !== '') throw new Error(`${variable} names no file: sqlite:///relative.db or sqlite:////absolute.db.`);
  const given = new Map(new URLSearchParams(query));
  const isUri = isTrue(given.get('uri'));
  for (const [name, value] of given) {
    const check = parameters[name] ?? (isUri ? uriParameters[name] : undefined);
    if (!check) throw new Error(unsupported(variable, name, isUri));
    const problem = check(value);
    if (problem !== null) throw new Error(`${variable}: ${name} ${problem}, got ${JSON.stringify(value)}.`);
  }
  const file = isUri ? fileOfUri(variable, path, given) : fileOfPath(path);
  const timeout = given.get('timeout');
  return sqliteDatabase(file, variable, timeout === undefined ? {} : { lockTimeoutMs: Number(timeout) * 1000 });
}

function unsupported(variable: string, name: string, isUri: boolean): string {
  const known = [...Object.keys(parameters), ...(isUri ? Object.keys(uriParameters) : [])].join(', ');
  const advice =
    name in uriParameters ? `${name} goes with uri=true` : 'name a file with a ? in its name by CQ_DB_PATH';
  return `${variable}: the parameter ${JSON.stringify(name)} of a SQLite file is not supported; ${known} are; ${advice}.`;
}

function fileOfPath(path: string): string {
  if (path === '' || path === inMemory) return inMemory;
  return existsSync(path) ? path : decoded(path);
}

/** As SQLite reads it: `file:relative`, `file:/absolute`, `file:///absolute`, `file::memory:`; without `file:`, a path. */
function fileOfUri(variable: string, path: string, given: ReadonlyMap<string, string>): string {
  const mode = given.get('mode');
  const isShared = given.get('cache') === 'shared';
  const found = /^file:(?:\/\/(?:localhost)?(?=\/))?(.*)$/is.exec(path)?.[1];
  const file = found === undefined ? fileOfPath(path) : decoded(found);
  if (mode === 'memory' || file === inMemory || file === '') return inMemory;
  if (/^\/\//.test(file)) throw new Error(`${variable}: a file: URI names no host other than localhost.`);
  if (isShared)
    throw new Error(`${variable}: cache=shared is supported in memory only, since WAL needs a private cache.`);
  if (mode === 'rw' && !existsSync(file)) throw new Error(`${variable}: mode=rw, and the file ${file} is not there.`);
  return file;
}

/** Percent-decoded; as it stands where that is not possible. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
