import { UnavailableError, UnusableDatabaseError } from '../../errors.ts';

/**
 * SQLSTATE classes and codes that say nothing about the request, and may pass by themselves: the connection is lost or
 * refused (08), the server stops, starts or ends what takes too long (57), it is short of resources (53), its disk has trouble
 * (58), it may not be written just now (25006), it ended a transaction (25P03, 25P04), or others were in the way (40001
 * serialization, 40P01 deadlock, 55P03 lock).
 */
const passing = /^(08|53|57|58)|^(25006|25P03|25P04|40001|40P01|55P03)$/;

/** What Node says of a connection that cannot be made or breaks, and that may pass. No socket file: the server is not running. */
const network = /^(ECONN|EAI_AGAIN|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|ETIMEDOUT|EPIPE|ENOENT|EMFILE|ENFILE)/;

/** What the driver says in words only. */
const words =
  /timeout|terminated|Connection (ended|closed)|not queryable|after calling end on the pool|client was closed/i;

/**
 * What does not pass by itself, by SQLSTATE, Node's code, or the driver's words, and what an operator does about it. Reads on
 * from the name of the variable that holds the URL. The first that matches counts.
 */
const permanent: readonly (readonly [match: RegExp, advice: string])[] = [
  [/^28P01$/, 'names a role whose password is another one, or a role that is not there: correct user and password.'],
  [
    /no encryption|SSL off/,
    'names a server that takes encrypted connections only: add sslmode=require or verify-full.',
  ],
  [
    /^28/,
    'names a role that this server does not let in from here: correct the user, or the pg_hba.conf of the server.',
  ],
  [/password must be a string|No password/i, 'names a server that asks for a password, and holds none: add it.'],
  [/^3D000$/, 'names a database that is not there: correct its name, or create it.'],
  [/^3F000$/, 'names a schema that is not there: correct search_path in its options, or create the schema.'],
  [/^42501$/, 'names a role that may not do this: grant it what is missing, or use the owner of the tables.'],
  [/^ENOTFOUND$/, 'names a host that no name server knows: correct the host.'],
  [/^(EACCES|EPERM|ENOTDIR)$/, 'names a socket that this process may not use: correct the host.'],
  [
    /does not support SSL/i,
    'asks for TLS, which the server does not offer: remove sslmode and sslrootcert, or turn TLS on in the server.',
  ],
  [
    /^(CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|HOSTNAME_MISMATCH|ERR_TLS)/,
    'names a server whose certificate is not trusted: name its authority by sslrootcert, or correct the host.',
  ],
  [
    /^(ERR_SSL|ERR_OSSL|EPROTO)|SSL/i,
    'asks for TLS, and no such connection comes about: correct the sslmode parameters.',
  ],
];

/** What the driver threw, as what the Store promises to throw. */
export function failure(error: unknown): unknown {
  if (error instanceof UnavailableError || !(error instanceof Error)) return error;
  const { code } = error as { code?: unknown };
  const said = [code, error.message].filter((text): text is string => typeof text === 'string');
  const isCoded = typeof code === 'string';
  if (isCoded && (passing.test(code) || network.test(code))) return new UnavailableError(error);
  // the words of a statement that failed may be anything: what they say counts only of connections
  const isOfConnection = !isCoded || /^(28|E|CERT_|SELF_|DEPTH_|UNABLE_|HOSTNAME_)/.test(code);
  const found = permanent.find(([match]) =>
    isOfConnection ? said.some((text) => match.test(text)) : match.test(code),
  );
  if (found) return new UnusableDatabaseError(found[1], error);
  return !isCoded && words.test(error.message) ? new UnavailableError(error) : error;
}
