import { UnavailableError, UnusableDatabaseError } from '../../errors.ts';

/** Transient: SQLite's codes for locked, full and failing, and Node's when it cannot start a worker thread. */
const transient = /^SQLITE_(BUSY|LOCKED|FULL|IOERR|NOMEM|PROTOCOL|INTERRUPT)|^ERR_WORKER_/;

/** Permanent: codes, each with advice for the operator, which continues the name of the variable that holds the path. */
const permanent: readonly (readonly [code: RegExp, advice: string])[] = [
  [/^SQLITE_CANTOPEN/, 'cannot be opened: it must be a file, in a folder that this process may read and write.'],
  [/^SQLITE_(READONLY|PERM|AUTH)/, 'may only be read: let this process write the file and its folder.'],
  [/^SQLITE_NOTADB/, 'is no SQLite database, or it is encrypted: name another file.'],
  [/^SQLITE_(CORRUPT|FORMAT)/, 'is damaged: put back a copy made by "cq-server backup".'],
];

/**
 * Maps an error of the driver to `UnavailableError` (transient) or `UnusableDatabaseError` (permanent); others are unchanged.
 */
export function translateError(error: unknown): unknown {
  if (error instanceof UnavailableError) return error;
  const code = (error as { code?: unknown }).code;
  const closed = error instanceof TypeError && error.message.includes('database connection is not open');
  if (closed || (typeof code === 'string' && transient.test(code))) return new UnavailableError(error);
  const found = typeof code === 'string' && permanent.find(([match]) => match.test(code));
  return found ? new UnusableDatabaseError(found[1], error) : error;
}

/** Whether a translated error is SQLITE_BUSY: another connection holds the lock. */
export function isBusy(error: unknown): boolean {
  const cause = error instanceof UnavailableError ? (error.cause as { code?: unknown }) : undefined;
  return typeof cause?.code === 'string' && cause.code.startsWith('SQLITE_BUSY');
}

/** Runs `work`, which calls the driver, and translates what it throws. */
export function translatingErrors<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw translateError(error);
  }
}
