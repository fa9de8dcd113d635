import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { UnavailableError, UnusableDatabaseError } from '../../src/errors.ts';
import { isOutcomeUnknown, translateError as postgres } from '../../src/store/postgres/driver-errors.ts';
import { translateError as sqlite } from '../../src/store/sqlite/driver-errors.ts';

/** What a driver throws: a code, where it has one, and words. */
const thrown = (code: string | null, message = 'what the driver says') =>
  Object.assign(new Error(message), code === null ? {} : { code });

/** How errors are classified: transient, permanent (an operator must act), or unchanged, since they are bugs. */
function kindOf(error: unknown): 'passing' | 'permanent' | 'bug' {
  if (error instanceof UnusableDatabaseError) return 'permanent';
  return error instanceof UnavailableError ? 'passing' : 'bug';
}

const onPostgres = {
  passing: {
    'connection exception': '08000',
    'connection does not exist': '08003',
    'connection rejected': '08004',
    'connection failure': '08006',
    'insufficient resources': '53000',
    'disk full': '53100',
    'out of memory': '53200',
    'too many connections': '53300',
    'statement timeout': '57014',
    'ended by an administrator': '57P01',
    'crash shutdown': '57P02',
    'cannot connect now': '57P03',
    'idle session ended': '57P05',
    'input or output failed': '58030',
    'serialization failure': '40001',
    deadlock: '40P01',
    'lock not available': '55P03',
    'read-only, as a standby is': '25006',
    'idle in transaction ended': '25P03',
    'nobody listens': 'ECONNREFUSED',
    'connection reset': 'ECONNRESET',
    'no socket': 'ENOENT',
    'no answer': 'ETIMEDOUT',
    'no route': 'EHOSTUNREACH',
    'name server away': 'EAI_AGAIN',
    'connection closed': 'EPIPE',
  },
  permanent: {
    'wrong password': '28P01',
    'no such role, or not let in': '28000',
    'no such database': '3D000',
    'no such schema': '3F000',
    'not granted': '42501',
    'unknown host': 'ENOTFOUND',
    'socket not allowed': 'EACCES',
    'unknown authority': 'SELF_SIGNED_CERT_IN_CHAIN',
    'self-signed': 'DEPTH_ZERO_SELF_SIGNED_CERT',
    'issuer not found': 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    expired: 'CERT_HAS_EXPIRED',
    'another name': 'ERR_TLS_CERT_ALTNAME_INVALID',
    'no TLS': 'ERR_SSL_WRONG_VERSION_NUMBER',
  },
  bug: {
    'unique violation': '23505',
    'foreign key violation': '23503',
    'not null violation': '23502',
    'syntax error': '42601',
    'undefined table': '42P01',
    'undefined column': '42703',
    'division by zero': '22012',
    'invalid text': '22P02',
    'in a failed transaction': '25P02',
    internal: 'XX000',
  },
} as const;

const onSqlite = {
  passing: {
    busy: 'SQLITE_BUSY',
    'busy snapshot': 'SQLITE_BUSY_SNAPSHOT',
    locked: 'SQLITE_LOCKED',
    full: 'SQLITE_FULL',
    'reading failed': 'SQLITE_IOERR_READ',
    'out of memory': 'SQLITE_NOMEM',
    'no thread': 'ERR_WORKER_INIT_FAILED',
  },
  permanent: {
    'cannot be opened': 'SQLITE_CANTOPEN',
    'a directory': 'SQLITE_CANTOPEN_ISDIR',
    'read-only': 'SQLITE_READONLY',
    'read-only folder': 'SQLITE_READONLY_DIRECTORY',
    'not permitted': 'SQLITE_PERM',
    'no database': 'SQLITE_NOTADB',
    corrupt: 'SQLITE_CORRUPT',
    'corrupt index': 'SQLITE_CORRUPT_INDEX',
  },
  bug: {
    constraint: 'SQLITE_CONSTRAINT_UNIQUE',
    misuse: 'SQLITE_MISUSE',
    'an error': 'SQLITE_ERROR',
    range: 'SQLITE_RANGE',
  },
} as const;

const rows = (table: Record<string, Record<string, string>>) =>
  Object.entries(table).flatMap(([kind, codes]) =>
    Object.entries(codes).map(([name, code]) => [kind, name, code] as const),
  );

describe('PostgreSQL', () => {
  it.for(rows(onPostgres))('%s: %s (%s)', ([kind, , code]) => {
    expect(kindOf(postgres(thrown(code)))).toBe(kind);
  });

  it.for([
    ['passing', 'timeout exceeded when trying to connect'],
    ['passing', 'Connection terminated unexpectedly'],
    ['passing', 'Cannot use a pool after calling end on the pool'],
    ['permanent', 'The server does not support SSL connections'],
    ['permanent', 'There was an error establishing an SSL connection'],
    ['permanent', 'SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string'],
    ['bug', 'Cannot read properties of undefined'],
  ] as const)('%s: %s', ([kind, message]) => {
    expect(kindOf(postgres(thrown(null, message)))).toBe(kind);
  });

  it.for([
    ['28P01', 'password authentication failed', 'password'],
    ['28000', 'no pg_hba.conf entry for host "10.0.0.1", user "cq", database "cq", no encryption', 'sslmode=require'],
    ['28000', 'role "cq" does not exist', 'correct the user'],
    ['3D000', 'database "cq" does not exist', 'create it'],
    [null, 'The server does not support SSL connections', 'remove sslmode'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate in certificate chain', 'sslrootcert'],
    ['ENOTFOUND', 'getaddrinfo ENOTFOUND db', 'correct the host'],
  ] as const)('says what to do about %s: %s', ([code, message, advice]) => {
    expect(postgres(thrown(code, message))).toMatchObject({ advice: expect.stringContaining(advice) });
  });

  it('takes nothing of what a statement says for a fault of the connection', () => {
    expect(kindOf(postgres(thrown('23505', 'Key (name)=(SSL timeout password must be a string) exists')))).toBe('bug');
  });
});

describe('SQLite', () => {
  it.for(rows(onSqlite))('%s: %s (%s)', ([kind, , code]) => {
    expect(kindOf(sqlite(thrown(code)))).toBe(kind);
  });
});

describe('callers', () => {
  it('are told to try again where that may help, and only there', () => {
    const passing = new UnavailableError(thrown('40P01'));
    expect(passing.message).toContain('Try again later.');
    expect(passing).toMatchObject({ code: 'SERVICE_UNAVAILABLE', retryAfterSeconds: 5 });
    const permanent = postgres(
      thrown('28P01', 'password authentication failed for user "hush"'),
    ) as UnusableDatabaseError;
    expect(permanent.message).not.toMatch(/again|hush|password/);
    expect(permanent).toMatchObject({ code: 'SERVICE_UNAVAILABLE', retryAfterSeconds: null });
  });
});

/** What the server answers, rather than what becomes of the connection. */
const answered = (code: string) => Object.assign(new pg.DatabaseError('what the server says', 0, 'error'), { code });

describe('a COMMIT that fails', () => {
  it.for<[what: string, error: Error, unknown: boolean]>([
    ['connection reset', thrown('ECONNRESET'), true],
    ['no answer', thrown('ETIMEDOUT'), true],
    ['connection lost', thrown(null, 'Connection terminated unexpectedly'), true],
    ['ended by an administrator', answered('57P01'), true],
    ['crash shutdown', answered('57P02'), true],
    ['connection failure of a pooler', answered('08006'), true],
    ['statement timeout', answered('57014'), false],
    ['serialization failure', answered('40001'), false],
    ['never sent', thrown(null, 'Client has encountered a connection error and is not queryable'), false],
    ['never sent by a closed client', thrown(null, 'Client was closed and is not queryable'), false],
    ['bug', thrown(null, 'is not a function'), false],
  ])('by %s', ([_, error, unknown]) => expect(isOutcomeUnknown(postgres(error))).toBe(unknown));
});
