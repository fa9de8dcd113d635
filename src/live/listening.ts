import type { Feed } from './feed.ts';
import { pause } from './pause.ts';

/** How soon to go on after the feed has failed. */
const retryMs = 1000;

/**
 * Calls `listener` for each entry that is added from now on; with null where some may be missing, such as in another database than before.
 * Resolves when the signal is aborted, or the feed is stopped.
 */
export async function listenTo<Entry>(
  feed: Feed<Entry>,
  listener: (entry: Entry | null) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const entries = feed.follow();
    const leave = () => void entries.return?.();
    signal.addEventListener('abort', leave, { once: true });
    try {
      for await (const { entry } of entries) listener(entry);
      return;
    } catch {
      listener(null);
      await pause(retryMs, signal);
      // what was added meanwhile
      listener(null);
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }
}
