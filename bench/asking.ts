import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type { Store } from '../src/store/store.ts';
import { median } from './measure.ts';
import { startProcessorTime } from './processor-time.ts';
import type { SearchKind } from './search-questions.ts';

/** Parts of what a store can answer by itself, below saturation. */
export const loads = [0.3, 0.6];

/** What a store took for questions of one kind. */
export interface Taken {
  /** The median. */
  readonly ms: number;
  /** The median over the forms of a question, each by its quickest answer: what other work on the machine changes least. */
  readonly quickest: number;
  /** Processor time, in milliseconds: the client's too, and the server's as far as it can be seen. */
  readonly cpu: number;
  /** At each of `loads`: from when a question was due to its answer, and how long the event loop was held up. */
  readonly paced: readonly { readonly middle: number; readonly late: number; readonly held: number }[];
}

/** One of the stores, and its form of a question. */
export interface Asked {
  readonly database: string;
  readonly store: Store;
  /** The name of a database that has processes of its own. */
  readonly server: string | null;
  readonly kind: SearchKind;
}

/** Asks all of them in turns, so that whatever else the machine does meets all; answers in their order. */
export async function ask(asked: readonly Asked[], rounds: number, seconds: number): Promise<Taken[]> {
  const times = asked.map(({ kind }) => kind.forms.map((): number[] => []));
  const cpus = asked.map((): number[] => []);
  for (let round = -1; round < rounds; round++)
    for (const [place, { store, server, kind }] of asked.entries()) {
      const used = startProcessorTime(server);
      const taken: number[] = [];
      for (const form of kind.forms) {
        const start = performance.now();
        await store.units.search(form);
        taken.push(performance.now() - start);
      }
      // the first turn warms up
      if (round < 0) continue;
      cpus[place]?.push(used() / kind.forms.length);
      for (const [number, ms] of taken.entries()) times[place]?.[number]?.push(ms);
    }
  const taken: Taken[] = [];
  for (const [place, { store, kind }] of asked.entries()) {
    const forms = times[place] ?? [];
    const ms = median(forms.flat());
    const cpu = median(cpus[place] ?? []);
    const quickest = median(forms.map((form) => Math.min(...form)));
    const paced = [];
    for (const load of loads) paced.push(await pace(store, kind, (load * 1000) / ms, seconds));
    taken.push({ ms, quickest, cpu, paced });
  }
  return taken;
}

/** Asks at a fixed rate, whether or not the answers keep up. */
async function pace(store: Store, { forms }: SearchKind, perSecond: number, seconds: number) {
  const held = monitorEventLoopDelay({ resolution: 1 });
  const waits: number[] = [];
  const answers: Promise<unknown>[] = [];
  const count = Math.max(20, Math.min(2000, Math.round(perSecond * seconds)));
  held.enable();
  const start = performance.now();
  for (let sent = 0; sent < count; sent++) {
    const due = start + (sent * 1000) / perSecond;
    const left = due - performance.now();
    // also when late: answers need their turn
    await (left > 0 ? delay(left) : nextTurn());
    const form = forms[sent % forms.length];
    if (form) answers.push(store.units.search(form).then(() => waits.push(performance.now() - due)));
  }
  await Promise.all(answers);
  held.disable();
  waits.sort((one, other) => one - other);
  const late = waits[Math.floor(waits.length * 0.99)] ?? Number.NaN;
  return { middle: median(waits), late, held: held.percentile(99) / 1e6 };
}
