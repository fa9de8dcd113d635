import { describe, expect, it } from 'vitest';
import { createCostLimit, createSignInLimit } from '../../src/domain/rate-limit.ts';
import { anonymous, type Viewer } from '../../src/domain/viewer.ts';
import { InvalidCredentials, RateLimitedError } from '../../src/errors.ts';
import type { User } from '../../src/store/store.ts';

/** In how many seconds to come back; null where there was no refusal for that reason. */
async function waitOf(work: Promise<unknown>): Promise<number | null> {
  const error = await work.catch((error: unknown) => error);
  return error instanceof RateLimitedError ? Number(error.extensions.retryAfterSeconds) : null;
}

/** That many seconds, less the time that the test itself has taken. */
function expectAbout(seconds: number | null, expected: number, began: number) {
  expect(seconds).toBeLessThanOrEqual(expected);
  expect(seconds).toBeGreaterThanOrEqual(expected - Math.ceil((Date.now() - began) / 1000));
}

describe('the budget', () => {
  const viewer = (id: number, kind: 'person' | 'agent' = 'person') => ({ kind, user: { id } as User }) as Viewer;

  it('is one account’s, by whatever credential and from wherever, or an address’s', async () => {
    const limit = createCostLimit(100);
    const left = async (...args: [Viewer, string]) => (await limit?.spend(...args, 10))?.remaining;
    expect(await left(viewer(1), 'here')).toBe(90);
    expect(await left(viewer(1, 'agent'), 'there')).toBe(80);
    expect(await left(viewer(2), 'here')).toBe(90);
    expect(await left(anonymous, 'here')).toBe(90);
    expect(await left(anonymous, 'here')).toBe(80);
    expect(await left(anonymous, 'there')).toBe(90);
  });

  it('is full again a minute after it was first spent of', async () => {
    const limit = createCostLimit(100);
    const before = Date.now();
    const first = await limit?.spend(anonymous, 'here', 1);
    const after = Date.now();
    expect(first).toMatchObject({ limit: 100, remaining: 99, cost: 1 });
    expect(first?.resetAt.getTime()).toBeGreaterThanOrEqual(before + 60_000);
    expect(first?.resetAt.getTime()).toBeLessThanOrEqual(after + 60_000);
    expectAbout(await waitOf(Promise.resolve(limit?.spend(anonymous, 'here', 100))), 60, before);
  });

  it('is spent to its last point, and not for what is refused', async () => {
    const limit = createCostLimit(100);
    const spend = (cost: number) => Promise.resolve(limit?.spend(anonymous, 'here', cost));
    await spend(60);
    expect(await waitOf(spend(41))).not.toBeNull();
    expect((await spend(40))?.remaining).toBe(0);
    expect(await waitOf(spend(1))).not.toBeNull();
  });

  it('is none where there are no points', () => expect(createCostLimit(0)).toBeNull());
});

describe('failed sign-ins', () => {
  const wrong = () => Promise.reject(new InvalidCredentials());
  const right = async () => 'token';

  it('are ten for a name, from wherever, for five minutes', async () => {
    const limit = createSignInLimit();
    const began = Date.now();
    for (let count = 0; count < 10; count++) expect(await waitOf(limit.guess('mia', `${count}`, wrong))).toBeNull();
    expectAbout(await waitOf(limit.guess('mia', 'elsewhere', right)), 300, began);
    expect(await limit.guess('rob', '0', right)).toBe('token');
  });

  it('are fifty from an address, for whatever names, for five minutes', async () => {
    const limit = createSignInLimit();
    const began = Date.now();
    for (let count = 0; count < 50; count++) expect(await waitOf(limit.guess(`${count}`, 'here', wrong))).toBeNull();
    expectAbout(await waitOf(limit.guess('mia', 'here', right)), 300, began);
    expect(await limit.guess('mia', 'there', right)).toBe('token');
  });

  it('are forgotten of a name by success, and of an address stay', async () => {
    const limit = createSignInLimit();
    for (let round = 0; round < 5; round++) {
      for (let count = 0; count < 9; count++) await limit.guess('mia', 'here', wrong).catch(() => {});
      expect(await limit.guess('mia', 'here', right)).toBe('token');
    }
    // 45 have failed
    for (let count = 0; count < 5; count++) expect(await waitOf(limit.guess(`${count}`, 'here', wrong))).toBeNull();
    expect(await waitOf(limit.guess('rob', 'here', wrong))).not.toBeNull();
  });

  it('are none where the password was never looked at', async () => {
    const limit = createSignInLimit();
    const away = () => Promise.reject(new Error('away'));
    for (let count = 0; count < 60; count++) await expect(limit.guess('mia', 'here', away)).rejects.toThrow('away');
    expect(await limit.guess('mia', 'here', right)).toBe('token');
  });
});
