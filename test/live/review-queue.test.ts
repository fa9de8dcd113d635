import { describe, expect } from 'vitest';
import { createFeed } from '../../src/live/feed.ts';
import { createQueueWatch } from '../../src/live/review-queue.ts';
import { createLog } from '../../src/log.ts';
import type { Store } from '../../src/store/store.ts';
import { put } from '../store/conformance/fixture.ts';
import { inMemory as it } from '../store/sqlite-fixture.ts';

const logger = createLog('silent');

describe('the watch of the review queue', () => {
  it('begins with what waits then, also where the one before was left while it looked', async ({ store }) => {
    const held: PromiseWithResolvers<void>[] = [];
    let [isHeld, looks] = [true, 0];
    const slow: Store = {
      ...store,
      units: {
        ...store.units,
        async count(filter) {
          const count = await store.units.count(filter);
          looks++;
          const gate = Promise.withResolvers<void>();
          held.push(gate);
          if (isHeld) await gate.promise;
          return count;
        },
        list: (...asked) => store.units.list(...asked),
      },
    };
    const events = createFeed({ name: 'a test', log: store.events.log, watch: store.logs, logger });
    const queue = createQueueWatch(slow, events, logger);
    const first = queue.follow();
    const next = first.next();
    await expect.poll(() => looks).toBe(1);
    await first.return?.();
    await next;
    await put(store, { status: 'pending' });
    for (const gate of held) gate.resolve();
    await new Promise((resolve) => setTimeout(resolve, 20));
    isHeld = false;
    const second = queue.follow();
    expect((await second.next()).value.count).toBe(1);
    await second.return?.();
    await events.stop();
  });
});
