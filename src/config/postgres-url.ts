import { type ConnectionParameters, type Parameter, understood, withoutEffect } from './connection-parameters.ts';

/** `postgres:` and `postgresql:` are libpq's; with a driver's name they are SQLAlchemy's. */
export const postgresScheme = /^postgres(?:ql)?(?:\+(psycopg|psycopg2|psycopg_async|asyncpg))?$/i;

/** What is written in another way than libpq has it, under its keyword there. */
const synonyms: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  asyncpg: { ssl: 'sslmode', timeout: 'connect_timeout', database: 'dbname' },
  psycopg2: { database: 'dbname' },
};

/**
 * The parameters in the URL of a PostgreSQL database: in libpq's form, with several hosts, and parameters of any name behind the
 * `?`; and in SQLAlchemy's, where a password may hold a slash, a `+` behind the `?` is a space, and `host=` is repeated. Throws an
 * Error that names `variable` and never repeats the URL.
 */
export function parsePostgresUrl(variable: string, url: string): ConnectionParameters {
  const [, schemeName = '', rest] = /^([^:]*):\/\/(.*)$/s.exec(url) ?? [];
  if (rest === undefined)
    throw new Error(`${variable} is not a URL that can be read: postgresql://user:password@host/database.`);
  const driver = postgresScheme.exec(schemeName)?.[1]?.toLowerCase();
  const { user, password, place } = splitUser(rest, driver !== undefined);
  const [, hosts = '', path, query = ''] = /^([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s.exec(place) ?? [];
  if (hosts.includes('@') || path?.includes('@')) throw unencoded(variable);
  const found = new Map<string, Parameter>();
  const set = (keyword: string, value: string) => {
    // a later one counts, as libpq has it
    if (value !== '') found.set(keyword, { value, name: `${variable}: ${keyword}` });
  };
  const decode = (text: string) => decodePart(variable, text);
  set('user', decode(user));
  set('password', decode(password));
  for (const [keyword, value] of Object.entries(hostsAndPorts(variable, hosts))) set(keyword, decode(value));
  set('dbname', decode(path ?? ''));
  const repeated: string[] = [];
  for (const part of query.split('&').filter((each) => each !== '')) {
    const [, name = '', text] = /^([^=]*)=(.*)$/s.exec(part) ?? [];
    if (text === undefined) throw part.includes('@') ? unencoded(variable) : withoutValue(variable);
    const value = decode(driver ? text.replaceAll('+', ' ') : text);
    const keyword = keywordOf(variable, name, driver, place.includes('@'));
    if (keyword === 'host') repeated.push(value);
    else if (name === 'ssl' && driver !== 'asyncpg') set('sslmode', sslOf(variable, value));
    else set(keyword, value);
  }
  if (repeated.length > 0) takeHostParameters(variable, repeated, found, set);
  return found;
}

/**
 * libpq's user and password end at the last @ before the first slash; SQLAlchemy's password goes on over slashes to the first @.
 */
function splitUser(rest: string, isSqlAlchemy: boolean) {
  const pattern = isSqlAlchemy ? /^([^:/]*)(?::([^@]*))?@(.*)$/s : /^([^:/]*)(?::([^/]*))?@([^@]*(?:\/.*)?)$/s;
  const [, user = '', password = '', place = rest] = pattern.exec(rest) ?? [];
  return { user, password, place };
}

const unencoded = (variable: string) =>
  new Error(`${variable}: /, ?, # and @ in user and password are written as %2F, %3F, %23 and %40.`);

const withoutValue = (variable: string) =>
  new Error(`${variable}: behind the ? there is a parameter without a value; write NAME=VALUE, and & between them.`);

/** Hosts and ports as two lists, separated by commas. */
function hostsAndPorts(variable: string, text: string): { host: string; port: string } {
  const pairs = text.split(',').map((part) => {
    const found = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d*))?$/.exec(part);
    if (!found)
      throw new Error(
        `${variable} names a host that cannot be read: a host, an IPv4 address, or an IPv6 address in brackets, and :PORT; special characters in a password are written as %40 and so on.`,
      );
    return { host: found[1] ?? found[2] ?? '', port: found[3] ?? '' };
  });
  const joined = (values: readonly string[]) => (values.every((value) => value === '') ? '' : values.join(','));
  return { host: joined(pairs.map(({ host }) => host)), port: joined(pairs.map(({ port }) => port)) };
}

function keywordOf(variable: string, name: string, driver: string | undefined, mayBePassword: boolean): string {
  const keyword = synonyms[driver ?? '']?.[name] ?? name;
  if ((understood as readonly string[]).includes(keyword) || withoutEffect.includes(keyword) || name === 'ssl')
    return keyword;
  // what looks like a parameter may be the end of a password that is not percent-encoded
  if (mayBePassword || !/^\w{1,40}$/.test(name)) throw unencoded(variable);
  throw new Error(`${variable}: the parameter ${name} is not supported; ${understood.join(', ')} are.`);
}

/** JDBC's `ssl=true`, which libpq takes too. */
function sslOf(variable: string, value: string): string {
  if (value !== 'true') throw new Error(`${variable}: ssl must be true; write sslmode=disable for no TLS.`);
  return 'require';
}

/** `host=` with ports in it, as SQLAlchemy has several hosts: `host=one:5432&host=two:5433`. */
function takeHostParameters(
  variable: string,
  values: readonly string[],
  found: ConnectionParameters,
  set: (keyword: string, value: string) => void,
) {
  const hosts = values.flatMap((value) => value.split(','));
  const withPort = hosts.map((host) => /^([\w.-]*|\[.*\]):(\d+)$/.exec(host));
  set('host', hosts.map((host, at) => withPort[at]?.[1] ?? host).join(','));
  if (withPort.every((each) => each === null)) return;
  if (found.has('port')) throw new Error(`${variable}: ports are in host or in port, not in both.`);
  set('port', withPort.map((each) => each?.[2] ?? '').join(','));
}

function decodePart(variable: string, part: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(part);
  } catch {
    throw new Error(`${variable} holds a % that begins no percent-encoded character; write it as %25.`);
  }
  if (decoded.includes('\0')) throw new Error(`${variable} holds %00, which no name and no password can hold.`);
  return decoded;
}
