import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { userInfo } from 'node:os';
import { type ConnectionParameters, choiceOf, integerOf, wholeNumber } from './connection-parameters.ts';
import type { PostgresAddress, PostgresHost } from './database.ts';
import { libpqEnvironment } from './libpq-environment.ts';
import { passwordIn, readPassfile } from './passfile.ts';
import { parsePostgresUrl } from './postgres-url.ts';
import { readTls } from './tls.ts';
import type { Environment } from './value-schemas.ts';

/** Where PostgreSQL's packages have the folder of the sockets. */
const socketFolders = ['/var/run/postgresql', '/tmp'];

const defaultPort = 5432;

/**
 * The PostgreSQL database that a URL names, completed as libpq completes it: by its environment variables, the password file,
 * the usual files of certificates, and the name of the process's user. `warn` is told of a password file that is ignored.
 */
export function readAddress(
  variable: string,
  url: string,
  environment: Environment,
  warn: (text: string) => void,
): PostgresAddress {
  const parameters: ConnectionParameters = new Map([
    ...libpqEnvironment(environment),
    ...parsePostgresUrl(variable, url),
  ]);
  const text = (keyword: Parameters<typeof parameters.get>[0]) => parameters.get(keyword)?.value;
  refuseOthers(parameters);
  const user = text('user') ?? nameOfProcessUser(variable);
  const database = text('dbname') ?? user;
  const password = text('password') ?? passwordByFile(parameters, { database, user }, environment, warn);
  const seconds = integerOf(parameters, 'connect_timeout', 3600);
  return {
    hosts: hostsOf(parameters).map((host) => ({
      ...host,
      password: typeof password === 'function' ? password(host) : password,
    })),
    targetSessionAttrs: choiceOf(parameters, 'target_session_attrs', [
      'any',
      'read-write',
      'read-only',
      'primary',
      'standby',
      'prefer-standby',
    ]),
    inRandomOrder: choiceOf(parameters, 'load_balance_hosts', ['disable', 'random']) === 'random',
    user,
    database,
    tls: readTls(parameters, environment.HOME),
    channelBinding: choiceOf(parameters, 'channel_binding', ['prefer', 'disable', 'require']),
    applicationName: text('application_name') ?? text('fallback_application_name') ?? 'cq-server',
    // `-c+name=value` is what programs make of `-c name=value` that write a space as a plus
    options: (text('options') ?? '').replace(/-c\+/g, '-c '),
    connectTimeoutMs: seconds === undefined ? undefined : seconds * 1000,
    keepAliveMs: choiceOf(parameters, 'keepalives', ['1', '0']) === '1' ? keepAliveMs(parameters) : null,
  };
}

const keepAliveMs = (parameters: ConnectionParameters) =>
  (integerOf(parameters, 'keepalives_idle', 86_400) ?? 0) * 1000;

/** Refuses values that ask for what there is not. */
function refuseOthers(parameters: ConnectionParameters): void {
  choiceOf(parameters, 'gssencmode', ['prefer', 'disable']);
  const encoding = parameters.get('client_encoding');
  if (encoding && !/^(utf-?8|unicode|auto)$/i.test(encoding.value))
    throw new Error(`${encoding.name} must be UTF8, got ${JSON.stringify(encoding.value)}.`);
}

function nameOfProcessUser(variable: string): string {
  try {
    return userInfo().username;
  } catch {
    throw new Error(`${variable} names no user, and the user of this process has no name.`);
  }
}

function hostsOf(parameters: ConnectionParameters): Omit<PostgresHost, 'password'>[] {
  const list = (keyword: 'host' | 'hostaddr' | 'port') => parameters.get(keyword)?.value.split(',');
  const names = list('host');
  const addresses = list('hostaddr');
  const ports = list('port') ?? [''];
  const count = names?.length ?? addresses?.length ?? ports.length;
  if (addresses && addresses.length !== count)
    throw new Error(`${parameters.get('hostaddr')?.name} must name as many addresses as there are hosts: ${count}.`);
  if (ports.length !== 1 && ports.length !== count)
    throw new Error(`${parameters.get('port')?.name} must name one port, or as many as there are hosts: ${count}.`);
  return Array.from({ length: count }, (_, at) => {
    const address = addresses?.[at] || undefined;
    if (address !== undefined && isIP(address) === 0)
      throw new Error(`${parameters.get('hostaddr')?.name} must hold IP addresses.`);
    const portText = ports[ports.length === 1 ? 0 : at];
    const port = portText ? wholeNumber(parameters.get('port')?.name ?? '', portText, 65_535) : defaultPort;
    const host = names?.[at]?.replace(/^\[(.*)\]$/, '$1') || address || usualHost(port);
    // the end of a password that is not percent-encoded; no host has it
    if (host.includes('@'))
      throw new Error(
        `${parameters.get('host')?.name} holds an @, which no host has; in a password it is written as %40.`,
      );
    return { host, address, port };
  });
}

/** The socket of a server on this machine, as libpq has it, or else localhost. */
const usualHost = (port: number) =>
  socketFolders.find((folder) => existsSync(`${folder}/.s.PGSQL.${port}`)) ?? 'localhost';

/** A function that looks for a host's password in the password file; undefined without such a file. */
function passwordByFile(
  parameters: ConnectionParameters,
  login: { readonly database: string; readonly user: string },
  { HOME: home }: Environment,
  warn: (text: string) => void,
) {
  const path = parameters.get('passfile')?.value ?? (home === undefined ? undefined : `${home}/.pgpass`);
  const text = path === undefined ? null : readPassfile(path, warn);
  if (text === null) return undefined;
  return ({ host, port }: Omit<PostgresHost, 'password'>) =>
    passwordIn(text, { ...login, host: socketFolders.includes(host) ? 'localhost' : host, port });
}
