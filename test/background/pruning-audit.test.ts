import { expect, it } from 'vitest';
import type { Clock } from '../../src/background/clock.ts';
import { startPruningAudit } from '../../src/background/pruning-audit.ts';
import { createLog } from '../../src/log.ts';
import type { Store } from '../../src/store/store.ts';

it('entries that are too old are deleted in batches, and looked for every hour', async () => {
  const did: unknown[] = [];
  let [time, left] = [0, 1200];
  let hour = () => {};
  const clock: Clock = {
    now: () => new Date(time),
    random: () => 0.5,
    sleep: (ms, signal) => {
      did.push(ms);
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve(), { once: true });
        if (ms < 3_600_000) resolve();
        else hour = resolve;
      });
    },
  };
  const store = {
    now: () => new Date('2026-03-31T00:00:00Z'),
    audit: {
      async prune(before: Date, limit: number) {
        expect([before, limit]).toEqual([new Date('2026-03-01T00:00:00Z'), 500]);
        time += left === 1200 ? 5000 : 50;
        const deleted = Math.min(left, limit);
        left -= deleted;
        did.push(`deleted ${deleted}`);
        return deleted;
      },
    },
  } as unknown as Pick<Store, 'audit' | 'now'>;
  const worker = startPruningAudit({ store, keepDays: 30, log: createLog('silent'), clock });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  await settled();
  expect(did).toEqual(['deleted 500', 1000, 'deleted 500', 50, 'deleted 200', 3_600_000]);
  hour();
  await settled();
  expect(did.slice(6)).toEqual(['deleted 0', 3_600_000]);
  await worker.stop();
});
