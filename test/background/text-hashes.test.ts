import { expect, it } from 'vitest';
import { startHashingTexts } from '../../src/background/text-hashes.ts';
import { createLog } from '../../src/log.ts';
import type { Store } from '../../src/store/store.ts';
import { manualClock } from './manual-clock.ts';

it('texts without a hash are hashed one batch after the other, then each minute', async () => {
  const left = [50, 50, 3, 0];
  const { clock, slept, wake } = manualClock();
  const hashTexts = async () => left.shift() ?? 0;
  const store = { units: { hashTexts } } as unknown as Pick<Store, 'units'>;
  const worker = startHashingTexts({ store, log: createLog('silent'), clock });
  for (let turn = 0; turn < 4; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    wake();
  }
  expect(slept.slice(0, 2)).toEqual([20, 20]);
  expect(slept[2]).toBeGreaterThan(30_000);
  expect(left).toEqual([]);
  await worker.stop();
});
