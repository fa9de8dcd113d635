import { setImmediate as settled } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createBulkhead } from '../src/bulkhead.ts';

/** Work that starts when it gets a permit, and ends when the test tells it to. */
function workshop(concurrent: number, queued = 100) {
  const enter = createBulkhead({ concurrent, queued, full: () => new Error('full') });
  const begun: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<void>>();
  return {
    begun,
    ask(name: string, signal?: AbortSignal): Promise<string> {
      const end = Promise.withResolvers<void>();
      ends.set(name, end);
      return enter(async () => {
        begun.push(name);
        await end.promise;
        return name;
      }, signal);
    },
    end: async (name: string) => {
      ends.get(name)?.resolve();
      await settled();
    },
    fail: async (name: string) => {
      ends.get(name)?.reject(new Error(name));
      await settled();
    },
  };
}

it('runs work first come, first served, and never more than the limit at once', async () => {
  const { begun, ask, end } = workshop(2);
  const all = ['a', 'b', 'c', 'd'].map((name) => ask(name));
  await settled();
  expect(begun).toEqual(['a', 'b']);
  await end('b');
  expect(begun).toEqual(['a', 'b', 'c']);
  // b's permit is handed over: a new call waits behind d
  all.push(ask('e'));
  await end('a');
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
  for (const name of ['c', 'd', 'e']) await end(name);
  expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd', 'e']);
});

it('releases the permit of work that fails', async () => {
  const { begun, ask, fail, end } = workshop(1);
  const first = expect(ask('a')).rejects.toThrow('a');
  const second = ask('b');
  await fail('a');
  await first;
  expect(begun).toEqual(['a', 'b']);
  await end('b');
  expect(await second).toBe('b');
});

it('drops an aborted call from the queue, and no other', async () => {
  const { begun, ask, end } = workshop(1);
  const stop = new AbortController();
  const first = ask('a');
  const second = expect(ask('b', stop.signal)).rejects.toThrow('gone');
  const third = ask('c');
  stop.abort(new Error('gone'));
  await second;
  await end('a');
  await end('c');
  expect(await Promise.all([first, third])).toEqual(['a', 'c']);
  expect(begun).toEqual(['a', 'c']);
});

it('starts nothing for a call that is aborted already', async () => {
  const { begun, ask } = workshop(1);
  await expect(ask('a', AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
  expect(begun).toEqual([]);
});

it('does not stop running work, and loses no permit when the abort comes as it is granted', async () => {
  const { begun, ask, end } = workshop(1);
  const stop = new AbortController();
  const both = Promise.allSettled([ask('a', stop.signal), ask('b', stop.signal)]);
  // b holds the permit from here on, and has not started
  const ended = end('a');
  queueMicrotask(() => stop.abort());
  await ended;
  await end('b');
  expect((await both)[0]).toEqual({ status: 'fulfilled', value: 'a' });
  const third = ask('c');
  await end('c');
  expect(await third).toBe('c');
  expect(begun).toContain('c');
});

it('rejects calls while the queue is full, until one leaves it', async () => {
  const { ask, end } = workshop(1, 1);
  const stop = new AbortController();
  const first = ask('a');
  const second = ask('b', stop.signal);
  await expect(ask('c')).rejects.toThrow('full');
  stop.abort(new Error('gone'));
  await expect(second).rejects.toThrow('gone');
  const fourth = ask('d');
  await end('a');
  await end('d');
  expect(await Promise.all([first, fourth])).toEqual(['a', 'd']);
});
