import { setImmediate as nextTurn } from 'node:timers/promises';
import { createSemaphore } from '../bulkhead.ts';
import { LogReplacedError, UnavailableError } from '../errors.ts';
import type { Log as Logger } from '../log.ts';
import type { Log, LogEntry, LogPlace, LogWatch } from '../store/store.ts';
import { pause } from './pause.ts';
import { covers, isTold, union } from './places.ts';
import { createWaiters } from './waiters.ts';

/** Entries that are kept for followers who are a little behind; who is further behind reads the log itself. */
const maxKept = 1000;
/** Entries in one read. */
const batch = 500;
/** Reads at once for those who are far behind. */
const readsAtOnce = 2;
/** How often to look although nobody has told of anything: for what a process wrote that was killed before it told. */
const lookEveryMs = 1000;
/** How soon to look again where entries wait for a transaction, of whose end nobody tells; twice as long each time. */
const [minHeldMs, maxHeldMs] = [50, 1000];
/** How soon to try again while the database cannot be read; twice as long each time. */
const [minRetryMs, maxRetryMs] = [100, 5000];
/** For how long the log is followed when nobody does, since the next follower is often there soon. */
const lingerMs = 5000;

/**
 * A log as it grows, followed once by this process for any number of followers: an entry is read once for all of them. None of them is
 * waited for: who is slow goes on from the log.
 */
export interface Feed<Entry> {
  /** Behind what this process has read of the log; null while nobody follows it. */
  readonly place: LogPlace | null;
  /**
   * The entries behind a place, or behind the last one of now, and on as they are added, each once, with the place behind it for this
   * follower. Ends when `return` is called. Throws `LogReplacedError` when the database is another one from then on; while it cannot be
   * reached, the entries wait.
   */
  follow(after?: LogPlace | null): AsyncIterableIterator<LogEntry<Entry>>;
  /** Ends the following: followers end, and there are no new ones. */
  stop(): Promise<void>;
}

export interface FeedOptions<Entry> {
  /** What it is, in messages. */
  readonly name: string;
  readonly log: Log<Entry>;
  readonly watch: LogWatch;
  readonly logger: Logger;
}

export function createFeed<Entry>({ name, log, watch, logger }: FeedOptions<Entry>): Feed<Entry> {
  /** What this process has read: the last entries, and how many there were before them. */
  let kept: LogEntry<Entry>[] = [];
  let dropped = 0;
  /** The place before the kept entries, and behind them; null before the first look. */
  let base: LogPlace | null = null;
  let end: LogPlace | null = null;
  /** Counts the databases that this has followed. */
  let generation = 0;
  let followers = 0;
  let following: AbortController | null = null;
  let running = Promise.resolve();
  let linger: NodeJS.Timeout | undefined;
  let isStopped = false;
  const waiters = createWaiters();
  const inTurn = createSemaphore(readsAtOnce);

  function take(entries: readonly LogEntry<Entry>[]) {
    kept.push(...entries);
    const excess = kept.length - maxKept;
    if (excess <= 0) return;
    base = kept[excess - 1]?.place ?? base;
    kept = kept.slice(excess);
    dropped += excess;
  }

  function forget() {
    dropped += kept.length;
    kept = [];
    [base, end] = [null, null];
    generation++;
    waiters.wake();
  }

  async function run(signal: AbortSignal): Promise<void> {
    const alarm = createAlarm(signal);
    using _watch = watch.watch(alarm.ring);
    let [heldMs, retryMs] = [minHeldMs, minRetryMs];
    while (!signal.aborted) {
      try {
        // of what was read meanwhile, nothing may be kept once it is not followed any more: who follows next begins anew
        if (end === null) {
          const now = await log.end();
          if (signal.aborted) return;
          end = now;
          base = now;
          waiters.wake();
        }
        const page = await log.read(end, batch);
        if (signal.aborted) return;
        take(page.entries);
        end = page.end;
        if (page.entries.length > 0) waiters.wake();
        if (retryMs > minRetryMs) logger.info(`${name} goes on`);
        retryMs = minRetryMs;
        heldMs = page.isHeld && page.entries.length === 0 ? Math.min(2 * heldMs, maxHeldMs) : minHeldMs;
        if (!page.hasMore) await alarm.wait(page.isHeld ? heldMs : lookEveryMs);
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof LogReplacedError) {
          logger.warn({ reason: error.message }, `${name} begins anew`);
          forget();
          continue;
        }
        if (retryMs === minRetryMs) report(error);
        await pause(retryMs, signal);
        retryMs = Math.min(2 * retryMs, maxRetryMs);
      }
    }
  }

  function report(error: unknown) {
    if (error instanceof UnavailableError) logger.warn({ reason: error.message }, `${name} waits for the database`);
    else logger.error({ err: error }, `${name} failed unexpectedly; retrying`);
  }

  function enter() {
    followers++;
    clearTimeout(linger);
    if (following || isStopped) return;
    const own = new AbortController();
    following = own;
    running = running.then(() => run(own.signal));
  }

  function leave() {
    followers--;
    if (followers === 0) linger = setTimeout(halt, lingerMs).unref();
  }

  function halt() {
    following?.abort();
    following = null;
    kept = [];
    [base, end] = [null, null];
  }

  async function* entriesBehind(after: LogPlace | null, signal: AbortSignal): AsyncGenerator<LogEntry<Entry>> {
    while (end === null && !signal.aborted && !isStopped) await waiters.wait(signal);
    const own = generation;
    let place = after ?? end;
    // how many entries of this process are before it; null while it has to read the log itself
    let at = after === null ? dropped + kept.length : null;
    while (!signal.aborted && !isStopped && place) {
      if (generation !== own) throw new LogReplacedError();
      if (at === null || at < dropped) {
        if (base && covers(place, base)) {
          at = dropped;
          continue;
        }
        const page = await readAgain(place, signal);
        if (page === null) return;
        for (const entry of page.entries) {
          place = entry.place;
          yield entry;
          if (signal.aborted) return;
        }
        place = page.end;
        at = null;
        // what this process has told already is read from the log in the next turn
        if (page.entries.length === 0 && !page.hasMore && !(base && covers(place, base)))
          await pause(minHeldMs, signal);
        continue;
      }
      const entry = kept[at - dropped];
      if (!entry) {
        await waiters.wait(signal);
        continue;
      }
      at++;
      if (isTold(place, entry)) continue;
      place = union(place, entry.place);
      yield { ...entry, place };
    }
  }

  async function readAgain(place: LogPlace, signal: AbortSignal) {
    for (let retryMs = minRetryMs; !signal.aborted && !isStopped; retryMs = Math.min(2 * retryMs, maxRetryMs)) {
      try {
        return await inTurn(async () => {
          // requests have their turns between
          await nextTurn();
          return log.read(place, batch);
        }, signal);
      } catch (error) {
        if (signal.aborted) return null;
        if (error instanceof LogReplacedError || !(error instanceof UnavailableError)) throw error;
        await pause(retryMs, signal);
      }
    }
    return null;
  }

  return {
    get place() {
      return end;
    },

    follow(after = null) {
      const left = new AbortController();
      enter();
      const entries = entriesBehind(after, left.signal);
      const end = () => {
        if (left.signal.aborted) return;
        left.abort();
        leave();
      };
      return {
        [Symbol.asyncIterator]() {
          return this;
        },
        async next() {
          const result = await entries.next().catch((error: unknown) => {
            end();
            throw error;
          });
          if (result.done) end();
          return result;
        },
        // of a generator alone, `return` would wait until the next entry
        async return() {
          end();
          await entries.return(undefined);
          return { done: true, value: undefined };
        },
      };
    },

    async stop() {
      isStopped = true;
      clearTimeout(linger);
      halt();
      waiters.wake();
      await running;
    },
  };
}

/** Something that waits, and can be woken; a call before it waits counts. */
function createAlarm(signal: AbortSignal) {
  let isRung = false;
  let wake = () => {};
  signal.addEventListener('abort', () => wake(), { once: true });
  return {
    ring() {
      isRung = true;
      wake();
    },
    async wait(ms: number): Promise<void> {
      if (!isRung && !signal.aborted)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms).unref();
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      isRung = false;
    },
  };
}
