import type { AnyVariables, TypedDocumentNode } from 'urql';
import { signal } from '../design/signal.ts';

/** A decision that somebody has made and that can be taken back for a while, in which nothing is sent. */
export interface Decision {
  /** The units and suggestions that it is about. */
  readonly ids: readonly string[];
  /** What was done, such as `Approved`. */
  readonly done: string;
  /** The same in the middle of a sentence, such as `approved`. */
  readonly verb: string;
  readonly document: TypedDocumentNode<unknown, AnyVariables>;
  readonly variables: AnyVariables;
  /** Called with what was answered, once it was. */
  readonly settle: (outcome: Outcome) => void;
}

/** `retry` keeps the decision, to be sent again: the server was not reached. */
export type Outcome =
  | { readonly kind: 'answered'; readonly data: unknown }
  | { readonly kind: 'failed'; readonly error: unknown };

export type Entry = Decision & { readonly key: number; readonly due: number; readonly state: 'waiting' | 'sending' };

interface Options {
  readonly delayMs: number;
  readonly retryMs: number;
  /** Resolves with the outcome, or with null where the server was not reached. */
  readonly send: (decision: Decision) => Promise<Outcome | null>;
  /** Sends without waiting for an answer, since the page goes away. */
  readonly sendAndLeave: (decision: Decision) => void;
}

/** Decisions that wait to be sent. Each is sent once, in the order of their making, after `delayMs`, unless it is undone. */
export function makeDecisions({ delayMs, retryMs, send, sendAndLeave }: Options) {
  const entries = signal<readonly Entry[]>([]);
  let keys = 0;
  const find = (key: number) => entries.get().find((entry) => entry.key === key);
  const drop = (key: number) => entries.set(entries.get().filter((entry) => entry.key !== key));
  const mark = (key: number, state: Entry['state']) =>
    entries.set(entries.get().map((entry) => (entry.key === key ? { ...entry, state } : entry)));

  async function dispatch(key: number): Promise<void> {
    const entry = find(key);
    if (entry?.state !== 'waiting') return;
    mark(key, 'sending');
    const outcome = await send(entry);
    // the page was left meanwhile, and has sent it
    if (!find(key)) return;
    if (outcome) {
      drop(key);
      return entry.settle(outcome);
    }
    mark(key, 'waiting');
    setTimeout(() => void dispatch(key), retryMs);
  }

  return {
    entries,
    add(decision: Decision): void {
      const key = ++keys;
      entries.set([...entries.get(), { ...decision, key, due: Date.now() + delayMs, state: 'waiting' }]);
      setTimeout(() => void dispatch(key), delayMs);
    },
    /** Takes back the last decision that was not sent yet, and returns it. */
    undo(): Entry | undefined {
      const last = entries.get().findLast(({ state }) => state === 'waiting');
      if (last) drop(last.key);
      return last;
    },
    /** Sends at once what waits. */
    async flush(): Promise<void> {
      for (const { key } of entries.get()) await dispatch(key);
    },
    /** Sends what waits, since the page goes away. */
    leave(): void {
      for (const entry of entries.get()) if (entry.state === 'waiting') sendAndLeave(entry);
      entries.set([]);
    },
  };
}

export type Decisions = ReturnType<typeof makeDecisions>;
