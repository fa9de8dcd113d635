import { UnavailableError } from '../errors.ts';
import type { Log as Logger } from '../log.ts';
import type { EventType, KnowledgeUnit, Store, UnitEvent } from '../store/store.ts';
import type { Feed } from './feed.ts';
import { listenTo } from './listening.ts';
import { pause } from './pause.ts';
import { createWaiters } from './waiters.ts';

/** What waits for review. */
export interface QueueState {
  readonly count: number;
  /** What waits the longest; null where nothing waits. */
  readonly oldest: KnowledgeUnit | null;
}

/** The review queue, looked at once for any number of those who watch it. */
export interface QueueWatch {
  /** The state of now, and each one that differs from the last that was told; those in between may be left out. */
  follow(): AsyncIterableIterator<QueueState>;
}

/** How often to look although no event tells of a change: what is erased leaves none. */
const lookEveryMs = 15_000;
/** Changes within this time are looked at once. */
const gatherMs = 200;

const changing: ReadonlySet<EventType> = new Set(['proposed', 'amended', 'approved', 'rejected', 'reopened', 'merged']);

/** Whether the queue is another one after an event. */
export const changesQueue = ({ type }: Pick<UnitEvent, 'type'>): boolean => changing.has(type);

export async function queueStateOf(store: Store): Promise<QueueState> {
  const [count, { items }] = await Promise.all([
    store.units.count({ statuses: ['pending'] }),
    store.units.list({ statuses: ['pending'] }, { field: 'createdAt', direction: 'asc' }, { limit: 1 }),
  ]);
  return { count, oldest: items[0] ?? null };
}

export function createQueueWatch(store: Store, events: Feed<UnitEvent>, logger: Logger): QueueWatch {
  let state: QueueState | null = null;
  let following: AbortController | null = null;
  const waiters = createWaiters();
  let watchers = 0;

  async function look(signal: AbortSignal): Promise<void> {
    const next = await queueStateOf(store);
    // who watches next begins with what is there then
    if (signal.aborted || (state && isSame(state, next))) return;
    state = next;
    waiters.wake();
  }

  async function run(signal: AbortSignal): Promise<void> {
    let isChanged = true;
    let wake = () => {};
    const change = () => {
      isChanged = true;
      wake();
    };
    const noting = listenTo(
      events,
      (event) => {
        if (event === null || changesQueue(event)) change();
      },
      signal,
    );
    while (!signal.aborted) {
      isChanged = false;
      try {
        await look(signal);
      } catch (error) {
        if (!(error instanceof UnavailableError)) logger.error({ err: error }, 'looking at the review queue failed');
        isChanged = true;
        await pause(1000, signal);
        continue;
      }
      const idle = new AbortController();
      wake = () => idle.abort();
      if (!isChanged) await pause(lookEveryMs, AbortSignal.any([signal, idle.signal]));
      await pause(gatherMs, signal);
    }
    await noting;
  }

  function leave() {
    watchers--;
    if (watchers > 0) return;
    following?.abort();
    following = null;
    state = null;
  }

  return {
    follow() {
      watchers++;
      if (!following) {
        following = new AbortController();
        void run(following.signal);
      }
      const left = new AbortController();
      let told: QueueState | null = null;
      return {
        [Symbol.asyncIterator]() {
          return this;
        },
        async next() {
          while (!left.signal.aborted) {
            if (state && state !== told) {
              told = state;
              return { done: false, value: state };
            }
            await waiters.wait(left.signal);
          }
          return { done: true, value: undefined };
        },
        async return() {
          if (!left.signal.aborted) {
            left.abort();
            leave();
          }
          return { done: true, value: undefined };
        },
      };
    },
  };
}

const isSame = (one: QueueState, other: QueueState): boolean =>
  one.count === other.count && one.oldest?.id === other.oldest?.id && one.oldest?.version === other.oldest?.version;
