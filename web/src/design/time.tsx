import { useSyncExternalStore } from 'react';
import { exact, relative } from './relative-time.ts';

let now = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for all times on the page: it goes on every 10 s while somebody looks. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 10_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

export function useNow(): Date {
  return new Date(useSyncExternalStore(subscribe, () => now));
}

/** How long ago an instant was, or is ahead; the exact instant is in the tooltip. */
export function Time({ at }: { readonly at: string }) {
  // an instant after the last tick is not ahead
  const date = new Date(at);
  const current = useNow();
  const late = date.getTime() > current.getTime() && date.getTime() <= Date.now() ? date : current;
  return (
    <time dateTime={at} title={exact(date)}>
      {relative(date, late)}
    </time>
  );
}
