import { UnavailableError, UnusableDatabaseError } from '../../errors.ts';

/** Codes that say nothing about the request: SQLite's for locked, full, failing; Node's where it can start no thread. */
const passing = /^SQLITE_(BUSY|LOCKED|FULL|IOERR|NOMEM|PROTOCOL|INTERRUPT)|^ERR_WORKER_/;

/**
 * Codes of what does not pass by itself, and what an operator does about it. Reads on from the name of the variable that holds
 * the path.
 */
const permanent: readonly (readonly [code: RegExp, advice: string])[] = [
  [/^SQLITE_CANTOPEN/, 'cannot be opened: it must be a file, in a folder that this process may read and write.'],
  [/^SQLITE_(READONLY|PERM|AUTH)/, 'may only be read: let this process write the file and its folder.'],
  [/^SQLITE_NOTADB/, 'is no SQLite database, or it is encrypted: name another file.'],
  [/^SQLITE_(CORRUPT|FORMAT)/, 'is damaged: put back a copy made by "cq-server backup".'],
];

/** What the driver threw, as what the Store promises to throw. */
export function failure(error: unknown): unknown {
  if (error instanceof UnavailableError) return error;
  const code = (error as { code?: unknown }).code;
  const closed = error instanceof TypeError && error.message.includes('database connection is not open');
  if (closed || (typeof code === 'string' && passing.test(code))) return new UnavailableError(error);
  const found = typeof code === 'string' && permanent.find(([match]) => match.test(code));
  return found ? new UnusableDatabaseError(found[1], error) : error;
}

/** Whether another connection holds the lock that was wanted. */
export function isBusy(error: unknown): boolean {
  const cause = error instanceof UnavailableError ? (error.cause as { code?: unknown }) : undefined;
  return typeof cause?.code === 'string' && cause.code.startsWith('SQLITE_BUSY');
}

/** Does `work`, which calls the driver. */
export function translate<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw failure(error);
  }
}
