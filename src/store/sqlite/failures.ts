import { UnavailableError } from '../../errors.ts';

/** Codes that say nothing about the request: SQLite's for locked, full, read-only, gone; Node's where it can start no thread. */
const passing = /^SQLITE_(BUSY|LOCKED|FULL|READONLY|IOERR|CANTOPEN|PERM|NOMEM)|^ERR_WORKER_/;

/** What the driver threw, as what the Store promises to throw. */
export function failure(error: unknown): unknown {
  const code = (error as { code?: unknown }).code;
  const closed = error instanceof TypeError && error.message.includes('database connection is not open');
  return closed || (typeof code === 'string' && passing.test(code)) ? new UnavailableError(error) : error;
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
