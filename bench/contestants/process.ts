import { setImmediate as nextTurn } from 'node:timers/promises';
import { contestants } from './all.ts';
import type { Given, Serving } from './contestant.ts';

/** One contestant in its own process: `process.ts <name>`, spoken to over `process.send`. */

export type Order =
  | { readonly do: 'serve'; readonly given: Given }
  | { readonly do: 'usage' }
  | { readonly do: 'stop' };

export interface Report {
  /** Where it listens. */
  readonly url: string;
  /** Processor time that it has taken so far, in microseconds; null where that cannot be known. */
  readonly used: number | null;
}

const contestant = contestants.find(({ name }) => name === process.argv[2]);
let serving: Serving | undefined;

process.on('message', async (order: Order) => {
  if (order.do === 'serve') serving = await contestant?.serve(order.given);
  if (!serving) throw new Error(`there is no contestant ${process.argv[2]}`);
  if (order.do === 'stop') {
    await serving.stop();
    process.disconnect();
    return;
  }
  // what the last answers left to do belongs to them
  await nextTurn();
  process.send?.({ url: serving.url, used: serving.used ? serving.used() : own() } satisfies Report);
});
// whether told to stop or left alone by a benchmark that was cut off
process.once('disconnect', () => process.exit());

/** That of all threads of this process. */
function own(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
