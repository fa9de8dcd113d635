import { once } from 'node:events';
import { flushLog, type Log } from '../log.ts';
import type { Server } from '../main.ts';
import { ignoreClosedOutput } from './closed-output.ts';

/**
 * Runs a server until SIGTERM or SIGINT, then exits the process with 0. The first signal starts the graceful shutdown, or aborts a
 * start that is still going on; a second one exits with 1 at once. Signals within a second count as one: a terminal sends SIGINT
 * to every process of its group, and npm forwards it as well.
 */
export async function runUntilSignal(log: Log, start: (signal: AbortSignal) => Promise<Server>) {
  ignoreClosedOutput();
  const shutdown = new AbortController();
  let first: number | undefined;
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      if (first === undefined) {
        first = performance.now();
        log.info({ signal }, 'stopping');
        shutdown.abort();
      } else if (performance.now() - first > 1000) {
        log.warn({ signal }, 'stopped without waiting');
        process.exit(1);
      }
    });
  try {
    const server = await start(shutdown.signal);
    if (!shutdown.signal.aborted) await once(shutdown.signal, 'abort');
    await server.stop();
    log.info('stopped');
  } catch (error) {
    if (first === undefined) throw error;
    if (error !== shutdown.signal.reason) {
      console.error(`cq-server: ${(error as Error).message}`);
      process.exit(1);
    }
    log.info('stopped before it was ready');
  }
  await flushLog();
  process.exit();
}
