import type { Client } from 'urql';
import { signal } from '../design/signal.ts';
import type { LiveEventFragment } from '../gql/graphql.ts';
import { pulseQuery } from './documents.ts';

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

const askEachMs = 15_000;

/** Follows what happens until the returned function is called. */
export function follow(client: Client): () => void {
  let known: ReadonlySet<string> = new Set();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;

  async function ask(): Promise<void> {
    clearTimeout(timer);
    const { data, error } = await client.query(pulseQuery, {}, { requestPolicy: 'network-only' }).toPromise();
    if (ended) return;
    liveState.set(error ? 'interrupted' : 'asking');
    if (data?.reviewQueue && data.suggestionQueue)
      counts.set({
        waiting: data.reviewQueue.totalCount + data.suggestionQueue.totalCount,
        attention: data.attention?.totalCount ?? 0,
      });
    const recent = data?.stats?.recentActivity ?? [];
    const seen = known;
    // those of the first answer may have happened after the page asked for what it shows
    emit(recent.filter(({ id }) => !seen.has(id)).toReversed());
    if (recent.length > 0) known = new Set(recent.map(({ id }) => id));
    timer = setTimeout(() => void ask(), askEachMs);
  }

  const look = () => document.visibilityState === 'visible' && void ask();
  document.addEventListener('visibilitychange', look);
  void ask();
  return () => {
    ended = true;
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', look);
    liveState.set('off');
    counts.set(null);
  };
}

function emit(events: readonly LiveEventFragment[]): void {
  if (events.length > 0) for (const listener of [...listeners]) listener(events);
}
