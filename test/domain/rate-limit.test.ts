import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sqliteDatabase } from '../../src/config/sqlite-url.ts';
import { createCostLimit } from '../../src/domain/cost-limit.ts';
import { createSignInLimit, type SignInLimit } from '../../src/domain/sign-in-limit.ts';
import { anonymous, type Viewer } from '../../src/domain/viewer.ts';
import { InvalidCredentialsError, RateLimitedError } from '../../src/errors.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store, User } from '../../src/store/store.ts';

/** In how many seconds to come back; null where there was no refusal for that reason. */
async function waitOf(work: Promise<unknown>): Promise<number | null> {
  const error = await work.catch((error: unknown) => error);
  return error instanceof RateLimitedError ? error.retryAfterSeconds : null;
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

  it('is counted for a limited number of callers, and the least recently active is dropped first', async () => {
    const limit = createCostLimit(100, { most: 3 });
    const spend = (address: string, cost: number) => Promise.resolve(limit?.spend(anonymous, address, cost));
    for (const address of ['a', 'b', 'c']) await spend(address, 100);
    // refused, and yet the last who asked
    expect(await waitOf(spend('a', 1))).not.toBeNull();
    await limit?.charge(anonymous, 'd', 100);
    const refused = async (address: string) => (await waitOf(spend(address, 1))) !== null;
    expect(await refused('a')).toBe(true);
    expect(await refused('c')).toBe(true);
    expect(await refused('d')).toBe(true);
    // d has taken the place of b, whose budget is full
    expect((await spend('b', 1))?.remaining).toBe(99);
  });

  it('is none where there are no points', () => expect(createCostLimit(0)).toBeNull());
});

describe('failed sign-ins', () => {
  const wrong = () => Promise.reject(new InvalidCredentialsError());
  const right = async () => 'token';
  let store: Store;
  let limit: SignInLimit;
  beforeEach(async () => {
    store = await openStore(sqliteDatabase(':memory:'), { migrate: true });
    limit = createSignInLimit(store, { jwtSecret: 'j'.repeat(32), apiKeyPepper: 'p'.repeat(32) });
  });
  afterEach(() => store.close());

  /** How many are let through, and for how long the next one is not. */
  async function fail(guess: (count: number) => readonly [name: string, address: string]) {
    const began = Date.now();
    for (let count = 0; ; count++) {
      const wait = await waitOf(limit.attempt(...guess(count), wrong));
      if (wait === null) continue;
      expectAbout(wait, 300, began);
      return count;
    }
  }

  it('are ten of one address at one name, for five minutes', async () => {
    expect(await fail(() => ['mia', 'here'])).toBe(10);
    expect(await waitOf(limit.attempt('mia', 'here', right))).not.toBeNull();
    expect(await limit.attempt('mia', 'there', right)).toBe('token');
    expect(await limit.attempt('rob', 'here', right)).toBe('token');
  });

  it('are thirty at a name, from whatever strange addresses, for five minutes', async () => {
    expect(await fail((count) => ['mia', `${count}`])).toBe(30);
    expect(await limit.attempt('rob', 'elsewhere', right)).toBe('token');
  });

  it('are fifty of an address, for whatever names, for five minutes', async () => {
    expect(await fail((count) => [`${count}`, 'here'])).toBe(50);
    expect(await limit.attempt('mia', 'there', right)).toBe('token');
  });

  it('are forgotten of an address at a name by success, and of the address stay', async () => {
    for (let round = 0; round < 3; round++) {
      for (let count = 0; count < 9; count++) await limit.attempt('mia', 'here', wrong).catch(() => {});
      expect(await limit.attempt('mia', 'here', right)).toBe('token');
    }
    // 27 have failed
    expect(await fail((count) => [`${count}`, 'here'])).toBe(23);
  });

  it('are none where the password was never looked at', async () => {
    const away = () => Promise.reject(new Error('away'));
    for (let count = 0; count < 60; count++) await expect(limit.attempt('mia', 'here', away)).rejects.toThrow('away');
    expect(await limit.attempt('mia', 'here', right)).toBe('token');
  });
});
