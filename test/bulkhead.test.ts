import { setImmediate as settled } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createTurns } from '../../src/embedding/turns.ts';
import { failureOf } from './services.ts';

/** Work that begins when it gets its turn, and ends when it is told to. */
function workshop(most: number) {
  const turns = createTurns(most);
  const begun: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<void>>();
  return {
    begun,
    ask(name: string, signal = new AbortController().signal): Promise<string> {
      const end = Promise.withResolvers<void>();
      ends.set(name, end);
      return turns(async () => {
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

it('begins in the order of asking, and never more than may be at once', async () => {
  const { begun, ask, end } = workshop(2);
  const all = ['a', 'b', 'c', 'd'].map((name) => ask(name));
  await settled();
  expect(begun).toEqual(['a', 'b']);
  await end('b');
  expect(begun).toEqual(['a', 'b', 'c']);
  // the place of b is taken: who comes now waits behind d
  all.push(ask('e'));
  await end('a');
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
  for (const name of ['c', 'd', 'e']) await end(name);
  expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd', 'e']);
});

it('goes on after work that fails', async () => {
  const { begun, ask, fail, end } = workshop(1);
  const first = expect(ask('a')).rejects.toThrow('a');
  const second = ask('b');
  await fail('a');
  await first;
  expect(begun).toEqual(['a', 'b']);
  await end('b');
  expect(await second).toBe('b');
});

it('forgets who gives up while waiting, and no other', async () => {
  const { begun, ask, end } = workshop(1);
  const stop = new AbortController();
  const first = ask('a');
  const second = failureOf(ask('b', stop.signal));
  const third = ask('c');
  stop.abort();
  expect((await second).retryable).toBe(true);
  await end('a');
  await end('c');
  expect(await Promise.all([first, third])).toEqual(['a', 'c']);
  expect(begun).toEqual(['a', 'c']);
});
