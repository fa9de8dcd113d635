import type { Client } from 'urql';
import { once } from '../app/client.ts';
import { signal } from '../design/signal.ts';
import type { HappensSubscription, LiveEventFragment } from '../gql/graphql.ts';
import { happensSubscription, pulseQuery } from './documents.ts';
import { openStream, type Stream } from './stream.ts';

/** How the page learns what others do: at once, or by asking each 15 s; `interrupted` while the server is away. */
export type LiveState = 'off' | 'live' | 'asking' | 'interrupted';

export const liveState = signal<LiveState>('off');

/** How many wait for a decision, and need attention. */
export const counts = signal<{ readonly waiting: number; readonly attention: number } | null>(null);

type Listener = (events: readonly LiveEventFragment[]) => void;
const listeners = new Set<Listener>();

/** Calls the listener with what has happened lately, oldest first, nothing twice. */
export function onEvents(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Without a stream it is asked each 15 s; with one the counts are looked at again now and then. */
const askEachMs = { off: 15_000, asking: 15_000, live: 60_000, interrupted: 5000 } as const;
/** Several events at once are counted once. */
const settleMs = 300;
/** So many events are remembered as told. */
const remembered = 200;

/** Follows what happens until the returned function is called. */
export function follow(client: Client): () => void {
  let known: readonly string[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stream: Stream | null = null;
  let ended = false;
  let asked = 0;

  const happens = (after: string) => client.subscription(happensSubscription, { after });

  function tell(events: readonly LiveEventFragment[]): void {
    const fresh = events.filter(({ id }) => !known.includes(id));
    if (fresh.length === 0) return;
    known = [...known, ...fresh.map(({ id }) => id)].slice(-remembered);
    for (const listener of [...listeners]) listener(fresh);
  }

  async function ask(): Promise<void> {
    clearTimeout(timer);
    const own = ++asked;
    const { data, error } = await client.query(pulseQuery, {}, { requestPolicy: 'network-only', ...once }).toPromise();
    if (ended || own !== asked) return;
    const wasAway = liveState.get() === 'interrupted';
    if (error) liveState.set('interrupted');
    else if (liveState.get() !== 'live') liveState.set('asking');
    if (wasAway && !error) stream?.hurry();
    if (data?.reviewQueue && data.suggestionQueue)
      counts.set({
        waiting: data.reviewQueue.totalCount + data.suggestionQueue.totalCount,
        attention: (data.attention?.totalCount ?? 0) + (data.nearRepeats?.totalCount ?? 0),
      });
    // those of the first answer may have happened after the page asked for what it shows
    tell((data?.stats?.recentActivity ?? []).toReversed());
    if (data) stream ??= openStream(happens, data.eventCursor, { tell: hear, state: heed, refused: begin });
    askIn(askEachMs[liveState.get()]);
  }

  function askIn(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), ms);
  }

  function hear({ knowledgeEvents: { cursor, activity } }: HappensSubscription): string {
    tell([activity]);
    askIn(settleMs);
    return cursor;
  }

  function heed(isOpen: boolean): void {
    if (ended) return;
    if (isOpen) liveState.set('live');
    // that it is interrupted is known by asking, which is on its way
    else if (liveState.get() !== 'interrupted') liveState.set('asking');
    if (!isOpen) askIn(settleMs);
  }

  /** Opens another stream, from what is asked for next. */
  function begin(): void {
    stream?.close();
    stream = null;
    heed(false);
  }

  const look = () => document.visibilityState === 'visible' && void ask();
  document.addEventListener('visibilitychange', look);
  void ask();
  return () => {
    ended = true;
    clearTimeout(timer);
    stream?.close();
    document.removeEventListener('visibilitychange', look);
    liveState.set('off');
    counts.set(null);
  };
}
