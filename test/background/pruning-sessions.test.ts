import { expect, it } from 'vitest';
import type { Clock } from '../../src/background/clock.ts';
import { startPruningSessions } from '../../src/background/pruning-sessions.ts';
import { createLog } from '../../src/log.ts';
import type { Store } from '../../src/store/store.ts';

it('sessions that have expired are deleted in batches, and looked for every hour', async () => {
  const did: unknown[] = [];
  let left = 700;
  const clock: Clock = {
    now: () => new Date(0),
    random: () => 0.5,
    sleep: (ms, signal) => {
      did.push(ms);
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve(), { once: true });
        if (ms < 3_600_000) resolve();
      });
    },
  };
  const store = {
    now: () => new Date('2026-03-31T00:00:00Z'),
    sessions: {
      async prune(before: Date, limit: number) {
        expect([before, limit]).toEqual([new Date('2026-03-31T00:00:00Z'), 500]);
        const deleted = Math.min(left, limit);
        left -= deleted;
        did.push(`deleted ${deleted}`);
        return deleted;
      },
    },
  } as unknown as Pick<Store, 'sessions' | 'now'>;
  const worker = startPruningSessions({ store, log: createLog('silent'), clock });
  await new Promise((resolve) => setImmediate(resolve));
  expect(did).toEqual(['deleted 500', 10, 'deleted 200', 3_600_000]);
  await worker.stop();
});
