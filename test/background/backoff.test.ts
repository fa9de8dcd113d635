import { expect, it } from 'vitest';
import { backoff, systemClock, withJitter } from '../../src/background/backoff.ts';

const clock = (random: number) => ({ ...systemClock, random: () => random });

it('a pause of withJitter that long is from three quarters of it to five', () => {
  expect([0, 0.5, 1].map((random) => withJitter(1000, clock(random)))).toEqual([750, 1000, 1250]);
});

it('what has failed waits twice as long after each attempt, 10 min at most, less up to half', () => {
  const waits = (random: number) => [0, 1, 2, 9, 10, 30, 31, 1e9].map((attempts) => backoff(attempts, clock(random)));
  const whole = [1000, 2000, 4000, 512_000, 600_000, 600_000, 600_000, 600_000];
  expect(waits(0)).toEqual(whole);
  expect(waits(1)).toEqual(whole.map((ms) => ms / 2));
});

it('a pause is cut short by whoever stops it, and is no failure', async () => {
  const stopping = new AbortController();
  const pause = systemClock.sleep(600_000, stopping.signal);
  stopping.abort();
  await expect(pause).resolves.toBeUndefined();
  await expect(systemClock.sleep(600_000, stopping.signal)).resolves.toBeUndefined();
});
