import { expect, it } from 'vitest';
import { backoff, withJitter } from '../../src/background/backoff.ts';
import { systemClock } from '../../src/background/clock.ts';

const clock = (random: number) => ({ ...systemClock, random: () => random });

it('withJitter varies an interval by up to 25 %', () => {
  expect([0, 0.5, 1].map((random) => withJitter(1000, clock(random)))).toEqual([750, 1000, 1250]);
});

it('backoff doubles after each attempt, up to 10 min, and jitter cuts up to half of it', () => {
  const waits = (random: number) => [0, 1, 2, 9, 10, 30, 31, 1e9].map((attempts) => backoff(attempts, clock(random)));
  const whole = [1000, 2000, 4000, 512_000, 600_000, 600_000, 600_000, 600_000];
  expect(waits(0)).toEqual(whole);
  expect(waits(1)).toEqual(whole.map((ms) => ms / 2));
});

it('a sleep ends when its signal is aborted, and does not reject', async () => {
  const stopping = new AbortController();
  const pause = systemClock.sleep(600_000, stopping.signal);
  stopping.abort();
  await expect(pause).resolves.toBeUndefined();
  await expect(systemClock.sleep(600_000, stopping.signal)).resolves.toBeUndefined();
});
