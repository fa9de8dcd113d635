import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

/** Starts a worker thread by its program beside this file: `search-thread.ts` in a checkout, `search-thread.js` in the built package. */
export function startThread(name: 'search' | 'vacuum' | 'checkpoint', workerData: unknown): Worker {
  const program = new URL(`./${name}-thread${extname(import.meta.url)}`, import.meta.url);
  // without this process's Node arguments: with some, such as `--input-type`, no worker starts
  return new Worker(program, { workerData, name, execArgv: [] });
}
