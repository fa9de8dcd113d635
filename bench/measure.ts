import autocannon from 'autocannon';
import type { Running, Usage } from './contestants/start.ts';
import type { Task, Told } from './tasks.ts';

/** What a turn of a contestant took for each request: processor time in microseconds, null where it is not to be known. */
export interface Measure extends Usage {
  readonly perSecond: number;
}

/** The units in the answer to one task; null where the contestant cannot be asked for it. Throws unless the answer is a good one. */
export async function answerTo(
  { url, contestant }: Running,
  task: Task,
  key?: string,
): Promise<readonly Told[] | null> {
  const request = contestant.over.request(task);
  if (!request) return null;
  const { method, path, body } = request;
  const response = await fetch(`${url}${path}`, { method, body, headers: headersOf(contestant.key ?? key) });
  const text = await response.text();
  if (!response.ok || !isGood(text)) throw new Error(`${contestant.name}: ${task.do}: ${response.status} ${text}`);
  return contestant.over.read(task, text);
}

/** Every good answer holds a unit, whatever its form; what refuses a request holds none. */
const isGood = (text: string) => text.includes('ku_') && !text.includes('"errors":[');

/** What a turn took all together, for each request of it. */
export function measureOf(amount: number, ms: number, { own, sessions }: Usage): Measure {
  const each = (time: number | null) => time && time / amount;
  return {
    perSecond: (amount / ms) * 1000,
    own: each(own),
    ...(sessions !== undefined && { sessions: each(sessions) }),
  };
}

/** After how many seconds an answer counts as lost: how long one takes says how busy the machine is. */
const patience = 60;

/** Sends `amount` requests over connections that stay open; answers with the milliseconds that it took. */
export async function fire(
  { url, contestant }: Running,
  next: () => Task,
  connections: number,
  amount: number,
  key?: string,
): Promise<number> {
  const start = performance.now();
  let last = start;
  const headers = headersOf(contestant.key ?? key);
  // headers are the request's own, since its length is written into them
  const setupRequest = (request: object) => ({
    ...request,
    body: '',
    ...contestant.over.request(next()),
    headers: { ...headers },
  });
  const requests = [{ setupRequest }];
  const run = autocannon({ url, connections, amount, timeout: patience, sampleInt: 10, requests, verifyBody: isGood });
  run.on('response', () => {
    last = performance.now();
  });
  const { errors, timeouts, non2xx, mismatches } = await run;
  if (errors + timeouts + non2xx + mismatches > 0)
    throw new Error(
      `${contestant.name}: ${errors} errors, ${timeouts} timeouts, ${non2xx} refusals, ${mismatches} answers without a unit`,
    );
  return last - start;
}

function headersOf(key?: string): Record<string, string> {
  return { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const [low = Number.NaN, high = low] = sorted.slice(sorted.length % 2 ? middle : middle - 1, middle + 1);
  return (low + high) / 2;
}
