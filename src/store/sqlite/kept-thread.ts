import type { Worker } from 'node:worker_threads';
import { startThread } from './start-thread.ts';

/**
 * A worker thread with a connection to a SQLite file, which closes that and ends when it gets the message `close`. It gets it when it has
 * had nothing to do for a while: a thread has some 15 MiB of its own, and all that it has read of the file.
 */
export interface KeptThread {
  readonly worker: Worker;
  /** It has something to do: it keeps the process, and does not end. */
  hold(): void;
  /** It has nothing to do from now on. */
  release(): void;
  /** Resolves when it has ended, after what it has been told before. */
  close(): Promise<void>;
}

export interface KeptThreadOptions {
  /** How long it stays with nothing to do. */
  readonly keptMs: number;
  /** Called when it is told to close since it had nothing to do: from then on it does nothing that it is told. */
  readonly onRetired: () => unknown;
  /** Called when it has ended, for whatever reason. */
  readonly onEnded: () => unknown;
}

export function startKeptThread(
  name: 'search' | 'checkpoint',
  file: string,
  { keptMs, onRetired, onEnded }: KeptThreadOptions,
): KeptThread {
  const worker = startThread(name, file);
  let isHeld = true;
  let isClosing = false;
  const idle = setTimeout(() => {
    // a timer for each time that it has something to do would cost each search something
    if (isHeld) return;
    onRetired();
    worker.postMessage('close');
  }, keptMs).unref();
  const ended = new Promise<void>((resolve) =>
    worker.once('exit', () => {
      clearTimeout(idle);
      onEnded();
      resolve();
    }),
  );
  return {
    worker,
    hold() {
      isHeld = true;
      worker.ref();
    },
    release() {
      isHeld = false;
      // who closes it waits, and may have nothing else that keeps the process
      if (isClosing) return;
      worker.unref();
      idle.refresh();
    },
    close() {
      isClosing = true;
      worker.ref();
      worker.postMessage('close');
      return ended;
    },
  };
}
