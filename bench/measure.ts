import autocannon from 'autocannon';
import type { Contestant } from './protocol.ts';
import { bodiesOf, type Question } from './questions.ts';

export interface Measure {
  readonly perSecond: number;
  /** Processor time of the contestant's process for each request, in microseconds. */
  readonly cpu: number;
}

const connections = 10;

/** One answer to each request of a question, as text; throws unless all are good. */
export async function answersOf({ url, kind }: Contestant, question: Question, key?: string): Promise<string[]> {
  const over = kind === 'mcp' ? 'mcp' : 'graphql';
  return await Promise.all(
    bodiesOf(question, over).map(async (body) => {
      const response = await fetch(`${url}/${over}`, { method: 'POST', headers: headers(key), body });
      const text = await response.text();
      if (!response.ok || text.includes('"errors"')) throw new Error(`${response.status} ${text}`);
      return text;
    }),
  );
}

/** A turn of about `ms` milliseconds; `pace` is the contestant's rate so far. */
export async function measure(
  contestant: Contestant,
  question: Question,
  ms: number,
  pace: number,
  key?: string,
): Promise<Measure> {
  const before = await contestant.ask({ do: 'usage' });
  if (contestant.kind === 'statement') {
    const { count = 0, ms: took = 0, cpu } = await contestant.ask({ do: 'loop', question, ms });
    return { perSecond: (count / took) * 1000, cpu: (cpu - before.cpu) / count };
  }
  const amount = Math.max(connections * 2, Math.round((pace * ms) / 1000));
  const took = await fire(contestant, question, amount, key);
  const after = await contestant.ask({ do: 'usage' });
  return { perSecond: (amount / took) * 1000, cpu: (after.cpu - before.cpu) / amount };
}

/** Sends `amount` requests over connections that stay open; answers with the milliseconds that took. */
async function fire({ url, kind }: Contestant, question: Question, amount: number, key?: string): Promise<number> {
  const start = performance.now();
  let last = start;
  const over = kind === 'mcp' ? 'mcp' : 'graphql';
  const requests = bodiesOf(question, over).map((body) => ({
    method: 'POST',
    path: `/${over}`,
    headers: headers(key),
    body,
  }));
  const run = autocannon({ url, connections, amount, sampleInt: 10, requests });
  run.on('response', () => {
    last = performance.now();
  });
  const { errors, timeouts, non2xx } = await run;
  if (errors + timeouts + non2xx > 0) throw new Error(`${errors} errors, ${timeouts} timeouts, ${non2xx} refusals`);
  return last - start;
}

function headers(key?: string): Record<string, string> {
  return { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const [low = Number.NaN, high = low] = sorted.slice(sorted.length % 2 ? middle : middle - 1, middle + 1);
  return (low + high) / 2;
}
