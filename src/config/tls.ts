import { statSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext, getCACertificates, type SecureContextOptions, type SecureVersion } from 'node:tls';
import { readBounded } from './bounded-file.ts';
import { type ConnectionParameters, choiceOf, type Keyword, type Parameter } from './connection-parameters.ts';

const modes = ['prefer', 'disable', 'allow', 'require', 'verify-ca', 'verify-full'] as const;

/** How connections to a server are encrypted. */
export interface Tls {
  /** libpq's `sslmode`. */
  readonly mode: (typeof modes)[number];
  /** Whether TLS begins at once, without the server being asked (`sslnegotiation=direct`). */
  readonly direct: boolean;
  /** What is compared: nothing, the authority of the certificate, or also the name of the host in it. */
  readonly verify: 'nothing' | 'authority' | 'name';
  /** Whether the host's name is sent in the clear (Server Name Indication). */
  readonly sni: boolean;
  /** Keys, certificates and versions, as Node's `tls` takes them. */
  readonly context: SecureContextOptions;
}

const withoutTls: Tls = { mode: 'disable', direct: false, verify: 'nothing', sni: true, context: {} };

/** The files that libpq looks for where no parameter names them, in `~/.postgresql`. */
const usualFiles = {
  sslrootcert: 'root.crt',
  sslcrl: 'root.crl',
  sslcert: 'postgresql.crt',
  sslkey: 'postgresql.key',
} as const;

/**
 * TLS as libpq's parameters have it. Three things are stricter: a file that is named must be there; an authority that is named
 * without an `sslmode` means `verify-full`; and `verify-full` without any authority trusts those that Node.js trusts, while
 * libpq refuses it. `home` is the folder of the process's user.
 */
export function readTls(parameters: ConnectionParameters, home: string | undefined): Tls {
  const mode = modeOf(parameters);
  const direct = choiceOf(parameters, 'sslnegotiation', ['postgres', 'direct']) === 'direct';
  if (direct && !/^(require|verify)/.test(mode))
    throw new Error(
      `${parameters.get('sslnegotiation')?.name}=direct goes with sslmode=require, verify-ca or verify-full only.`,
    );
  const sni = choiceOf(parameters, 'sslsni', ['1', '0']) === '1';
  if (mode === 'disable') return withoutTls;
  const file = (keyword: keyof typeof usualFiles) => fileOf(parameters, keyword, home);
  const isSystem = parameters.get('sslrootcert')?.value === 'system';
  const root = isSystem ? undefined : file('sslrootcert');
  if (mode === 'verify-ca' && root === undefined)
    throw new Error(
      `${nameOf(parameters, 'sslmode')}=verify-ca needs the authority that it is to trust: name its file by sslrootcert${isSystem ? ', or use verify-full' : ''}.`,
    );
  const certificate = file('sslcert');
  const key = certificate && keyOf(parameters, file('sslkey'));
  const crl = root && file('sslcrl');
  const context: SecureContextOptions = {
    ...(root && { ca: pem(root) }),
    ...(isSystem && { ca: systemAuthorities(parameters) }),
    ...(certificate && { cert: pem(certificate), key }),
    ...(certificate && parameters.has('sslpassword') && { passphrase: parameters.get('sslpassword')?.value }),
    ...(crl && { crl: pem(crl) }),
    ...versionsOf(parameters),
  };
  requireUsable(context, certificate?.name ?? root?.name ?? nameOf(parameters, 'sslmode'));
  const verify = mode === 'verify-full' ? 'name' : mode === 'verify-ca' || root ? 'authority' : 'nothing';
  return { mode, direct, verify, sni, context };
}

const nameOf = (parameters: ConnectionParameters, keyword: Keyword) => parameters.get(keyword)?.name ?? keyword;

function modeOf(parameters: ConnectionParameters): Tls['mode'] {
  const root = parameters.get('sslrootcert');
  if (!parameters.has('sslmode')) return root ? 'verify-full' : 'prefer';
  const mode = choiceOf(parameters, 'sslmode', modes);
  if (root?.value === 'system' && mode !== 'verify-full' && mode !== 'disable')
    throw new Error(`${nameOf(parameters, 'sslmode')} must be verify-full with sslrootcert=system, got "${mode}".`);
  return mode;
}

interface NamedFile extends Parameter {
  readonly text: string;
}

/** The certificates of all authorities that a system trusts are a quarter of that. */
const maxFileBytes = 1_048_576;

/** A file that a parameter names, or the usual one if that is there. */
function fileOf(
  parameters: ConnectionParameters,
  keyword: keyof typeof usualFiles,
  home: string | undefined,
): NamedFile | undefined {
  const given = parameters.get(keyword);
  if (!given && home === undefined) return undefined;
  const path = given?.value ?? join(home ?? '', '.postgresql', usualFiles[keyword]);
  const name = given?.name ?? path;
  try {
    return { name, value: path, text: readBounded(path, maxFileBytes).bytes.toString('utf8') };
  } catch (error) {
    if (!given && (error as NodeJS.ErrnoException).code !== 'EACCES') return undefined;
    throw new Error(`${name} cannot be read: ${(error as Error).message}.`);
  }
}

function pem({ name, text }: NamedFile): string {
  if (!text.includes('-----BEGIN ')) throw new Error(`${name} holds nothing in PEM: -----BEGIN ... is missing.`);
  return text;
}

/** The private key, which others must not be able to read, as libpq has it: mode 0600, or 0640 where root owns it. */
function keyOf(parameters: ConnectionParameters, key: NamedFile | undefined): string {
  if (!key) throw new Error(`${nameOf(parameters, 'sslcert')} needs the private key: name its file by sslkey.`);
  const { mode, uid } = statSync(key.value);
  if (process.platform !== 'win32' && (mode & (uid === 0 ? 0o037 : 0o077)) !== 0)
    throw new Error(`${key.name} names a file that others can read: chmod 0600, or 0640 where root owns it.`);
  return pem(key);
}

function systemAuthorities(parameters: ConnectionParameters): string[] {
  const found = getCACertificates('system');
  if (found.length === 0)
    throw new Error(
      `${nameOf(parameters, 'sslrootcert')}=system: this machine has no authorities; install ca-certificates.`,
    );
  return found;
}

const versions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const satisfies SecureVersion[];

function versionsOf(parameters: ConnectionParameters): { minVersion: SecureVersion; maxVersion?: SecureVersion } {
  const version = (keyword: Keyword) =>
    versions[versions.map((each) => each.toLowerCase()).indexOf(parameters.get(keyword)?.value.toLowerCase() ?? '')] ??
    (parameters.has(keyword) ? choiceOf(parameters, keyword, versions) : undefined);
  const minVersion = version('ssl_min_protocol_version') ?? 'TLSv1.2';
  const maxVersion = version('ssl_max_protocol_version');
  if (maxVersion === undefined) return { minVersion };
  if (versions.indexOf(minVersion) > versions.indexOf(maxVersion))
    throw new Error(`${nameOf(parameters, 'ssl_max_protocol_version')} is below the least version, ${minVersion}.`);
  return { minVersion, maxVersion };
}

/** Throws if the files do not fit together. OpenSSL's message holds nothing of them. */
function requireUsable(context: SecureContextOptions, name: string): void {
  try {
    createSecureContext(context);
  } catch (error) {
    throw new Error(
      `${name}: the certificates and the key cannot be used: ${(error as Error).message}; they are PEM files that belong together, and sslpassword opens the key.`,
    );
  }
}
