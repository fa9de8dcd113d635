import { parentPort, workerData } from 'node:worker_threads';
import { type Handle, lockWaitMs, openHandle } from './connection.ts';
import { isBusy, translateError } from './driver-errors.ts';
import { mebibytes } from './mebibytes.ts';
import { truncateLog } from './truncate-log.ts';

/** The worker thread behind cleaner.ts: leaves out of a file, and of its log, what nothing refers to. */

export interface VacuumOrder {
  readonly file: string;
  /** Whether to do so with files of more than `maxBytes`. */
  readonly anySize: boolean;
  /** What its disk has left, in bytes. */
  readonly free: number;
  /** Only to look whether something is in the way, or to do it. */
  readonly step: 'look' | 'vacuum';
}

/** What is waited for, null when it is done; or an error as an object, since posted as it is it would lose its code. */
export type VacuumAnswer =
  | { readonly waitsFor: string | null }
  | { readonly error: { readonly name: string; readonly message: string; readonly code?: string } };

/**
 * Files up to this size are cleaned beside the requests, which takes some two seconds: while `VACUUM` runs nobody can write, and writers
 * wait for `lockWaitMs` before they give up.
 */
const maxBytes = 256 * 2 ** 20;

function vacuum({ file, anySize, free, step }: VacuumOrder): string | null {
  const handle = openHandle(file, { mustExist: true });
  try {
    // first: a reader that holds the log would have it grow by the whole file, each time that this is tried
    if (!truncateLog(handle)) return readers;
    const bytes = sizeOf(handle);
    if (bytes > maxBytes && !anySize)
      return `The file has ${mebibytes(bytes)} MiB: cleaning it would keep others from writing for longer than they wait. Run "cq-server unit erasures --finish" at a quiet time.`;
    // a disk that is full in the midst of it would be full for everybody else
    if (free < bytes)
      return `The disk has ${mebibytes(free)} MiB left, and cleaning the file takes ${mebibytes(bytes)} MiB for a while.`;
    if (step === 'look') return null;
    handle.pragma(`busy_timeout = ${lockWaitMs}`);
    removeSamples(handle);
    handle.exec('vacuum');
    return truncateLog(handle) ? null : readers;
  } catch (error) {
    if (isBusy(translateError(error))) return 'Another process writes to the database, or has been reading for long.';
    throw error;
  } finally {
    handle.close();
  }
}

const readers =
  'Another process has been reading for long, such as a backup, or writes without a pause: the log cannot be emptied meanwhile.';

/** Where somebody has run `analyze`, the planner has samples of rows, which stay when the rows are gone. It does without. */
function removeSamples(handle: Handle) {
  const tables = handle
    .prepare("select name from sqlite_schema where name in ('sqlite_stat3', 'sqlite_stat4')")
    .pluck()
    .all();
  for (const table of tables) handle.exec(`delete from ${table}`);
}

function sizeOf(handle: Handle): number {
  const [pages, size] = ['page_count', 'page_size'].map((name) => Number(handle.pragma(name, { simple: true })));
  return (pages ?? 0) * (size ?? 0);
}

function answer(): VacuumAnswer {
  try {
    return { waitsFor: vacuum(workerData) };
  } catch (error) {
    const { name, message, code } = error as NodeJS.ErrnoException;
    return { error: { name, message, ...(code !== undefined && { code }) } };
  }
}

parentPort?.postMessage(answer());
