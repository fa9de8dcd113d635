import { describe, expect, it, vi } from 'vitest';
import { createFigure } from '../../src/metrics/figures.ts';

/** A figure whose reads end when they are told to, with a clock of its own. */
function held(deadlineMs = 60_000) {
  let now = 0;
  const reads: PromiseWithResolvers<number>[] = [];
  const read = vi.fn(() => {
    const one = Promise.withResolvers<number>();
    reads.push(one);
    return one.promise;
  });
  const figure = createFigure(read, { deadlineMs, now: () => now });
  return {
    figure,
    read,
    pass(ms: number) {
      now += ms;
    },
    answer: (value: number) => reads.at(-1)?.resolve(value),
    fail: () => reads.at(-1)?.reject(new Error('gone')),
  };
}

describe('a figure of the database', () => {
  it('is read once for all who ask at the same time, and for some seconds after', async () => {
    const { figure, read, pass, answer } = held();
    const asked = Array.from({ length: 50 }, () => figure.current());
    answer(7);
    expect(new Set(await Promise.all(asked))).toEqual(new Set([7]));
    pass(4999);
    expect(await figure.current()).toBe(7);
    expect(read).toHaveBeenCalledTimes(1);
    pass(2);
    const again = figure.current();
    answer(8);
    expect(await again).toBe(8);
  });

  it('is used the longer, the longer it took to read: at most a minute', async () => {
    for (const [tookMs, keptMs] of [
      [10, 5000],
      [200, 20_000],
      [5000, 60_000],
    ] as const) {
      const { figure, read, pass, answer } = held();
      const first = figure.current();
      pass(tookMs);
      answer(1);
      await first;
      pass(keptMs - 1);
      await figure.current();
      expect(read, `${tookMs} ms`).toHaveBeenCalledTimes(1);
      pass(2);
      void figure.current();
      expect(read, `${tookMs} ms`).toHaveBeenCalledTimes(2);
    }
  });

  it('is null while the database does not answer, which is asked one question, whoever scrapes', async () => {
    const { figure, read, pass, answer } = held(5);
    for (let scrape = 0; scrape < 5; scrape++) {
      expect(await figure.current()).toBeNull();
      pass(15_000);
    }
    expect(read).toHaveBeenCalledTimes(1);
    // what comes too late is there for the next one
    answer(9);
    await Promise.resolve();
    expect(await figure.current()).toBe(9);
    expect(read).toHaveBeenCalledTimes(1);
  });

  it('is null when it cannot be read, and is tried again a second later', async () => {
    const { figure, read, pass, answer, fail } = held();
    const first = figure.current();
    fail();
    expect(await first).toBeNull();
    pass(999);
    expect(await figure.current()).toBeNull();
    expect(read).toHaveBeenCalledTimes(1);
    pass(2);
    const again = figure.current();
    answer(3);
    expect(await again).toBe(3);
  });
});
