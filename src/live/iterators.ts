import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Bulkhead } from '../bulkhead.ts';
import { UnavailableError } from '../errors.ts';
import { pause } from './pause.ts';

/** How soon to ask again while the database cannot tell. */
const retryMs = 1100;

/** Items that are looked at one after the other before others have their turn. */
const atOnce = 20;

/**
 * Those items that pass; while the database cannot tell, an item waits. `return` ends the source at once, and does not wait for an item. Where
 * many do not pass, as for one who has been away, they are looked at with a permit of `inTurn`, and in turns of the event loop of their own.
 */
export function selecting<T>(
  source: AsyncIterableIterator<T>,
  passes: (item: T) => Promise<boolean>,
  inTurn: Bulkhead,
): AsyncIterableIterator<T> {
  const ended = new AbortController();

  async function isPassing(item: T): Promise<boolean> {
    for (;;) {
      try {
        return await passes(item);
      } catch (error) {
        if (!(error instanceof UnavailableError) || ended.signal.aborted) throw error;
        await pause(retryMs, ended.signal);
      }
    }
  }

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      for (let looked = 1; ; looked++) {
        const result = await source.next();
        if (result.done) return result;
        const look = async () => {
          if (looked % atOnce === 0) await nextTurn();
          return isPassing(result.value);
        };
        if (await (looked < atOnce ? look() : inTurn(look, ended.signal))) return result;
      }
    },
    async return() {
      ended.abort();
      return (await source.return?.()) ?? { done: true, value: undefined };
    },
  };
}

/** What `map` makes of each item. */
export const mapping = <T, Other>(
  source: AsyncIterableIterator<T>,
  map: (item: T) => Other,
): AsyncIterableIterator<Other> => ({
  [Symbol.asyncIterator]() {
    return this;
  },
  async next() {
    const { done, value } = await source.next();
    return done ? { done, value } : { done: false, value: map(value) };
  },
  async return() {
    await source.return?.();
    return { done: true, value: undefined };
  },
});
