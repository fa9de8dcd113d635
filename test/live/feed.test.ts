import { describe, expect, vi } from 'vitest';
import { confidence } from '../../src/domain/rules.ts';
import { createFeed } from '../../src/live/feed.ts';
import { createLog } from '../../src/log.ts';
import type { Log, Store, UnitEvent } from '../../src/store/store.ts';
import { later, put } from '../store/conformance/fixture.ts';
import { inMemory as it } from '../store/sqlite-fixture.ts';

/** A feed of the events of a store, with how many of them were read for it. */
function counting(store: Store) {
  let read = 0;
  const log: Log<UnitEvent> = {
    ...store.events.log,
    async read(after, limit) {
      const page = await store.events.log.read(after, limit);
      read += page.entries.length;
      return page;
    },
  };
  const feed = createFeed({ name: 'a test', log, watch: store.logs, logger: createLog('silent') });
  return { feed, read: () => read };
}

describe('a feed', () => {
  it('reads an event once for 20,000 who are told it', async ({ store }) => {
    const { feed, read } = counting(store);
    const { id } = await put(store);
    const all = Array.from({ length: 20_000 }, () => feed.follow());
    const told = all.map((each) => each.next());
    // they have begun once the first is told
    let isTold = false;
    const first = told[0]?.then(() => {
      isTold = true;
    });
    let confirmed = 0;
    for (; !isTold; confirmed++) {
      await store.units.confirm(id, 'mia', later(confirmed), confidence.confirmed);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await first;
    const entries = await Promise.all(told);
    expect(new Set(entries.map(({ value }) => value.id)).size).toBe(1);
    expect(read()).toBeLessThanOrEqual(confirmed);
    await Promise.all(all.map((each) => each.return?.()));
    await feed.stop();
  });

  it('has one who is behind by more than it keeps go on from the log', async ({ store }) => {
    const { feed } = counting(store);
    const { id } = await put(store);
    const start = await store.events.log.end();
    const slow = feed.follow(start);
    await store.units.confirm(id, 'mia', later(0), confidence.confirmed);
    const ids = [(await slow.next()).value.id];
    for (let count = 1; count < 1300; count++) await store.units.confirm(id, 'mia', later(count), confidence.confirmed);
    while (ids.length < 1300) ids.push((await slow.next()).value.id);
    expect(ids).toEqual(Array.from({ length: 1300 }, (_, index) => ids[0] + index));
    await slow.return?.();
    await feed.stop();
  });

  it('that was left while it read begins anew for who follows next', async ({ store }) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const started: (() => void)[] = [];
    let held: Promise<void> | null = null;
    let reads = 0;
    const log: Log<UnitEvent> = {
      ...store.events.log,
      async read(after, limit) {
        reads++;
        const page = await store.events.log.read(after, limit);
        for (const start of started.splice(0)) start();
        await held;
        return page;
      },
    };
    const feed = createFeed({ name: 'a test', log, watch: store.logs, logger: createLog('silent') });
    const { id } = await put(store);
    const place = await store.events.log.end();
    const release = Promise.withResolvers<void>();
    held = release.promise;
    const reading = new Promise<void>((resolve) => started.push(resolve));
    const leaving = feed.follow();
    const left = leaving.next();
    await reading;
    await leaving.return?.();
    await left;
    // long enough that it is not followed any more
    vi.advanceTimersByTime(10_000);
    vi.useRealTimers();
    const others = Array.from({ length: 50 }, () => feed.follow(place));
    held = null;
    release.resolve();
    for (let number = 0; number < 3; number++) {
      // the first one is behind a place of their own; what comes then is read for all of them
      if (number === 1) reads = 0;
      const told = others.map((each) => each.next());
      await store.units.confirm(id, 'mia', later(number), confidence.confirmed);
      await Promise.all(told);
    }
    expect(reads).toBeLessThan(others.length / 2);
    await Promise.all(others.map((each) => each.return?.()));
    await feed.stop();
  });

  it('ends at once when it is stopped, and for who does not want more', async ({ store }) => {
    const { feed } = counting(store);
    const [one, other] = [feed.follow(), feed.follow()];
    const [first, second] = [one.next(), other.next()];
    await one.return?.();
    expect((await first).done).toBe(true);
    await feed.stop();
    expect((await second).done).toBe(true);
  });
});
