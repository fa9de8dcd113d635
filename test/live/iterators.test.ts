import { describe, expect, it } from 'vitest';
import { createBulkhead } from '../../src/bulkhead.ts';
import { selecting } from '../../src/live/iterators.ts';

/** A source that has its next item at once, as a log on SQLite. */
async function* numbers(count: number) {
  for (let number = 0; number < count; number++) yield number;
}

const inTurn = () => createBulkhead({ concurrent: 4, queued: 1000, full: () => new Error('full') });

describe('what few items of a log pass', () => {
  it('leaves others their turns', async () => {
    let turns = 0;
    let isDone = false;
    const other = () => {
      turns++;
      if (!isDone) setImmediate(other);
    };
    setImmediate(other);
    const { value } = await selecting(numbers(10_001), async (number) => number === 10_000, inTurn()).next();
    isDone = true;
    expect(value).toBe(10_000);
    expect(turns).toBeGreaterThan(400);
  });

  it('takes a few reads at once, however many there are who are behind', async () => {
    let [running, most] = [0, 0];
    const shared = inTurn();
    const found = Array.from({ length: 100 }, () => {
      let looked = 0;
      const passes = async (number: number) => {
        if (++looked <= 20) return false;
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
        return number === 99;
      };
      return selecting(numbers(100), passes, shared).next();
    });
    expect(new Set((await Promise.all(found)).map(({ value }) => value))).toEqual(new Set([99]));
    expect(most).toBe(4);
  });

  it('is not waited for any more by one who has left', async () => {
    const shared = inTurn();
    const held = Promise.withResolvers<void>();
    const working = [1, 2, 3, 4].map(() => shared(() => held.promise));
    const items = selecting(numbers(100), async () => false, shared);
    const next = items.next().catch(() => 'left');
    await new Promise((resolve) => setImmediate(resolve));
    await items.return?.();
    expect(await next).toBe('left');
    held.resolve();
    await Promise.all(working);
  });
});
