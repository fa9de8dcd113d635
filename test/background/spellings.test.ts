import { expect, it } from 'vitest';
import { startAddingSpellings } from '../../src/background/spellings.ts';
import { createLog } from '../../src/log.ts';
import { manualClock } from './manual-clock.ts';

it('new words are added one batch after the other, then every two seconds, or less often where that takes long', async () => {
  const { clock, slept, wake } = manualClock();
  let time = 0;
  const steps = [
    { takes: 40, more: true },
    { takes: 30, more: false },
    { takes: 0, more: false },
    { takes: 300, more: false },
    { takes: 5000, more: false },
  ];
  const addSpellings = async () => {
    const { takes, more } = steps.shift() ?? { takes: 0, more: false };
    time += takes;
    return more;
  };
  const worker = startAddingSpellings({
    store: { units: { addSpellings } },
    log: createLog('silent'),
    clock: { ...clock, now: () => new Date(time) },
  });
  for (let turn = 1; turn <= 5; turn++) {
    await expect.poll(() => slept.length).toBe(turn);
    wake();
  }
  await worker.stop();
  expect(slept.slice(0, 5)).toEqual([40, 2000, 2000, 15_000, 30_000]);
});
