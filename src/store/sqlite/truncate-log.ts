import type { Handle } from './connection.ts';

/** How long to wait for readers; writers wait as long. */
const readersMs = 250;

/**
 * While another connection is at a checkpoint, as whoever writes much is half of the time, SQLite answers at once and waits for nobody: then it
 * is tried again this often.
 */
const attempts = 20;
const pauseMs = 50;

/**
 * Writes the log (WAL) into the file and empties it, for which nobody may be reading for a moment. Blocks this thread, for a second or two
 * at most; false when it could not be done.
 */
export function truncateLog(handle: Pick<Handle, 'pragma'>): boolean {
  handle.pragma(`busy_timeout = ${readersMs}`);
  for (let left = attempts; ; ) {
    const [answer] = handle.pragma('wal_checkpoint(TRUNCATE)') as { busy: number; log: number }[];
    if (answer?.busy === 0) return true;
    const isAtCheckpoint = answer?.log === -1;
    if (!isAtCheckpoint || --left === 0) return false;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
  }
}
