import type { Handle } from './connection.ts';
import { type KeptThread, startKeptThread } from './kept-thread.ts';

/** Pages of 4 KiB that wait in the log (WAL) until the thread is told to write them into the file. */
const waitingPages = 4000;

/**
 * Pages from which on each commit does it itself, in the thread that answers requests: where the other thread does not keep up, or is
 * gone. SQLite's own value is 1000.
 */
const ownPages = 16_000;

/** How long after one look the next commit looks again. */
const pauseMs = 50;

/** How long the thread stays when no checkpoint is due. */
const keptMs = 60_000;

/**
 * Checkpoints beside the requests: a commit that does one itself writes a thousand pages before it returns, and waits for the disk twice. The
 * thread starts with the first one that is due, and ends when none has been due for `keptMs`.
 */
export interface Checkpoints {
  /** To be called after each commit; looks seldom. */
  look(): void;
  /** Resolves when the thread has closed the file. */
  close(): Promise<void>;
}

export function createCheckpoints(file: string, writer: Handle, reader: Handle, kept = keptMs): Checkpoints {
  let thread: KeptThread | undefined;
  /** Those that may have the file open: also one that is ending. */
  const open = new Set<KeptThread>();
  let isRunning = false;
  let isClosed = false;
  let lookedAt = 0;
  writer.pragma(`wal_autocheckpoint = ${ownPages}`);
  // what it has grown by while a reader kept it from beginning anew is given back to the disk
  writer.pragma(`journal_size_limit = ${ownPages * 4096}`);

  function start(): KeptThread {
    const started = startKeptThread('checkpoint', file, {
      keptMs: kept,
      onRetired() {
        thread = undefined;
      },
      onEnded: () => open.delete(started),
    });
    open.add(started);
    started.worker.on('message', () => {
      isRunning = false;
      started.release();
    });
    // the commits' own limit is what remains
    started.worker.on('error', () => {});
    return started;
  }

  return {
    look() {
      const now = performance.now();
      if (isRunning || isClosed || now - lookedAt < pauseMs) return;
      lookedAt = now;
      if (waitingIn(reader) < waitingPages) return;
      isRunning = true;
      thread ??= start();
      thread.hold();
      thread.worker.postMessage('checkpoint');
    },

    async close() {
      isClosed = true;
      await Promise.all([...open].map((each) => each.close()));
    },
  };
}

/** How many pages of the log are not in the file. Asked of a reader, since the writer may be in the next transaction already. */
function waitingIn(reader: Handle): number {
  try {
    const [state] = reader.pragma('wal_checkpoint(NOOP)') as { log: number; checkpointed: number }[];
    return state ? state.log - state.checkpointed : 0;
  } catch {
    // what was committed is committed
    return 0;
  }
}
