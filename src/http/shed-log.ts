import type { Log } from '../log.ts';

const everyMs = 10_000;

/** Says how many requests were shed: at the first one, and then every ten seconds, since a line for each is too much work. */
export function createShedLog(log: Log): { note(): void } {
  let count = 0;
  let timer: NodeJS.Timeout | null = null;
  function say() {
    timer = null;
    if (count === 0) return;
    log.warn({ requests: count }, 'requests were shed: there is more to do than this process can');
    count = 0;
    timer = setTimeout(say, everyMs).unref();
  }
  return {
    note() {
      count++;
      if (timer === null) say();
    },
  };
}
