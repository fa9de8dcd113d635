import pg from 'pg';
import { UnavailableError, UnusableDatabaseError } from '../../errors.ts';

/**
 * Transient SQLSTATE classes and codes: connection exception (08), operator intervention, such as shutdown or a timeout (57),
 * insufficient resources (53), system error (58), read-only transaction (25006), timeouts of transactions (25P03, 25P04),
 * serialization failure (40001), deadlock (40P01), lock not available (55P03).
 */
const transientState = /^(08|53|57|58)|^(25006|25P03|25P04|40001|40P01|55P03)$/;

/** Transient Node error codes of connections. ENOENT: the socket file is missing, since the server is not running. */
const transientNetwork =
  /^(ECONN|EAI_AGAIN|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|ETIMEDOUT|EPIPE|ENOENT|EMFILE|ENFILE)/;

/** Transient errors that the driver gives no code. */
const transientMessage =
  /timeout|terminated|Connection (ended|closed)|not queryable|after calling end on the pool|client was closed/i;

/**
 * Permanent errors, by SQLSTATE, Node's code or the driver's message, each with advice for the operator, which continues the
 * name of the variable that holds the URL. The first match counts.
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
  [
    /^channel binding/,
    'asks for channel binding, which takes TLS and a login by SCRAM: correct sslmode or pg_hba.conf, or remove channel_binding.',
  ],
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

/** The driver's error behind a translated one. */
const causeOf = (error: unknown) => (error instanceof UnavailableError ? error.cause : error);

/** Whether the role may not do what it has tried (SQLSTATE insufficient_privilege). */
export const lacksRight = (error: unknown): boolean => (causeOf(error) as { code?: unknown })?.code === '42501';

/**
 * Whether a statement named what is not there (a column, a type, a function or operator, a table, a schema, the library of an
 * extension), or what this role may not use.
 */
export const isOfMissingObject = (error: unknown): boolean =>
  /^(42703|42704|42883|42P01|3F000|58P01|42501)$/.test(String((causeOf(error) as { code?: unknown })?.code));

/**
 * Whether a statement has to be prepared anew: it answers other columns than before, since a migration has changed a table, or the session
 * does not know it any more (SQLSTATE invalid_sql_statement_name).
 */
export function isToBePreparedAnew(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return code === '26000' || (code === '0A000' && /cached plan must not change result type/.test(messageOf(error)));
}

/** What the driver has said. */
export const messageOf = (error: unknown): string => (causeOf(error) as Error).message;

/**
 * Maps an error of the driver to `UnavailableError` (transient) or `UnusableDatabaseError` (permanent); others are unchanged.
 */
export function translateError(error: unknown): unknown {
  if (error instanceof UnavailableError || !(error instanceof Error)) return error;
  const { code } = error as { code?: unknown };
  const texts = [code, error.message].filter((text): text is string => typeof text === 'string');
  const isCoded = typeof code === 'string';
  if (isToBePreparedAnew(error)) return new UnavailableError(error);
  if (isCoded && (transientState.test(code) || transientNetwork.test(code))) return new UnavailableError(error);
  // the message of a failed statement may contain anything, so that messages count for connection errors only
  const isOfConnection = !isCoded || /^(28|E|CERT_|SELF_|DEPTH_|UNABLE_|HOSTNAME_)/.test(code);
  const found = permanent.find(([match]) =>
    isOfConnection ? texts.some((text) => match.test(text)) : match.test(code),
  );
  if (found) return new UnusableDatabaseError(found[1], error);
  return !isCoded && transientMessage.test(error.message) ? new UnavailableError(error) : error;
}

/** SQLSTATEs with which a server ends a connection. Any other one says that the transaction was rolled back. */
const endsConnection = /^(08|57P)/;

/**
 * Whether a COMMIT that failed with this (translated) error may have been carried out: it was sent, and no answer came. A
 * connection that was lost before is "not queryable".
 */
export function isOutcomeUnknown(error: unknown): boolean {
  if (!(error instanceof UnavailableError) || !(error.cause instanceof Error)) return false;
  const { cause } = error;
  if (/not queryable/.test(cause.message)) return false;
  return !(cause instanceof pg.DatabaseError) || endsConnection.test(cause.code ?? '');
}

/** Whether this (translated) error says that a server did not answer in time, rather than what it answered. */
export const isSilence = (error: unknown): boolean =>
  error instanceof UnavailableError &&
  error.cause instanceof Error &&
  !(error.cause instanceof pg.DatabaseError) &&
  ((error.cause as NodeJS.ErrnoException).code === 'ETIMEDOUT' || /timeout/i.test(error.cause.message));
