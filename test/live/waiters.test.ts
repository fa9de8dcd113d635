import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { createWaiters } from '../../src/live/waiters.ts';

it('who waits again and again leaves nothing with the signal', async () => {
  const waiters = createWaiters();
  const { signal } = new AbortController();
  for (let round = 0; round < 3; round++) {
    const waited = waiters.wait(signal);
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    waiters.wake();
    await waited;
  }
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it('an aborted signal ends the waiting, before and after it begins', async () => {
  const waiters = createWaiters();
  const leaving = new AbortController();
  const waited = waiters.wait(leaving.signal);
  leaving.abort();
  await waited;
  await waiters.wait(leaving.signal);
});
