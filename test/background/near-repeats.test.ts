import { expect, it } from 'vitest';
import { startExaminingRepeats } from '../../src/background/near-repeats.ts';
import { createLog } from '../../src/log.ts';
import type { Store } from '../../src/store/store.ts';
import { aUnit } from '../harness.ts';
import { manualClock } from './manual-clock.ts';

it('units are looked at some at a time, then what is over is deleted, and then it rests', async () => {
  const left = Array.from({ length: 8 }, () => aUnit());
  const examined: string[] = [];
  const [looked, next]: [string[], string[]] = [[], ['nr_1', 'nr_2']];
  const { clock, slept, wake } = manualClock();
  const all = left.map(({ id }) => id);
  const nearRepeats = {
    unexamined: async (limit: number) => left.splice(0, limit),
    prune: async (after: string) => {
      looked.push(after);
      return next.shift() ?? null;
    },
  };
  const worker = startExaminingRepeats({
    store: { nearRepeats } as unknown as Pick<Store, 'nearRepeats'>,
    examine: async ({ id }) => void examined.push(id),
    isReady: async () => true,
    log: createLog('silent'),
    clock,
  });
  for (let turn = 1; turn <= 6; turn++) {
    await expect.poll(() => slept.length).toBe(turn);
    wake();
  }
  await worker.stop();
  expect(examined).toEqual(all);
  // after units, and until all pairs have been looked at, it goes on soon
  expect(slept.slice(0, 4).every((ms) => ms >= 50 && ms < 2500)).toBe(true);
  expect(slept.slice(4).every((ms) => ms >= 2500)).toBe(true);
  expect(looked).toEqual(['', 'nr_1', 'nr_2']);
});

it('nothing is looked at while it is not known what says the same', async () => {
  const left = [aUnit()];
  const examined: string[] = [];
  let [asked, isReady] = [0, false];
  const worker = startExaminingRepeats({
    store: {
      nearRepeats: { unexamined: async () => left.splice(0), prune: async () => null },
    } as unknown as Pick<Store, 'nearRepeats'>,
    examine: async ({ id }) => void examined.push(id),
    isReady: async () => {
      asked++;
      return isReady;
    },
    log: createLog('silent'),
    clock: { now: () => new Date(), random: () => 0.5, sleep: () => new Promise((resolve) => setImmediate(resolve)) },
  });
  await expect.poll(() => asked).toBeGreaterThan(2);
  expect(examined).toEqual([]);
  isReady = true;
  await expect.poll(() => examined.length).toBe(1);
  await worker.stop();
});
