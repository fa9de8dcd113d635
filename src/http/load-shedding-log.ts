import type { Log } from '../log.ts';

const intervalMs = 10_000;

/** Logs how many requests were shed: at the first one, then every 10 s. A line for each would add to the overload. */
export function createLoadSheddingLog(log: Log): { note(): void } {
  let count = 0;
  let timer: NodeJS.Timeout | null = null;
  function write() {
    timer = null;
    if (count === 0) return;
    log.warn({ requests: count }, 'load shedding: requests answered 503, the process is overloaded');
    count = 0;
    timer = setTimeout(write, intervalMs).unref();
  }
  return {
    note() {
      count++;
      if (timer === null) write();
    },
  };
}
