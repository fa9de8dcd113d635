import { parentPort, workerData } from 'node:worker_threads';
import { openHandle } from './connection.ts';

/** The worker thread behind checkpoints.ts: writes the log (WAL) into the file each time that it is told to, until it is told to close. */

const handle = openHandle(workerData, { mustExist: true });
parentPort?.on('message', (message: 'checkpoint' | 'close') => {
  if (message === 'close') {
    handle.close();
    parentPort?.close();
    return;
  }
  try {
    // passive: waits for nobody, and nobody waits for it
    handle.pragma('wal_checkpoint(PASSIVE)');
  } catch {
    // such as a full disk, of which the next write says so too
  }
  parentPort?.postMessage('done');
});
