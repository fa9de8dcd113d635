import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { InvalidCredentials, RateLimitedError } from '../errors.ts';
import type { Viewer } from './viewer.ts';

/** What is left of a caller's cost points. */
export interface Budget {
  readonly limit: number;
  readonly remaining: number;
  readonly cost: number;
  readonly resetAt: Date;
}

/** Cost points that one caller may spend in a minute, counted by this process. */
export interface CostLimit {
  /** Spends `cost` of an account's points, or of an address's; throws `RateLimitedError` when less is left. */
  spend(viewer: Viewer, address: string, cost: number): Promise<Budget>;
  /** Takes `cost` of the points for what was done already, be they there or not. */
  charge(viewer: Viewer, address: string, cost: number): Promise<void>;
}

const windowSeconds = 60;

/** Null when `points` is 0: no limit. */
export function createCostLimit(points: number): CostLimit | null {
  if (points === 0) return null;
  const limiter = new RateLimiterMemory({ points, duration: windowSeconds });
  return {
    async spend(viewer, address, cost) {
      const caller = callerOf(viewer, address);
      const result = await consume(limiter, caller, cost);
      if ('refused' in result) {
        // what did not run is not paid for
        await limiter.reward(caller, cost);
        throw new RateLimitedError(`This costs more than is left of ${points} points a minute.`, result.refused);
      }
      const resetAt = new Date(Date.now() + result.left.msBeforeNext);
      return { limit: points, remaining: result.left.remainingPoints, cost, resetAt };
    },
    async charge(viewer, address, cost) {
      await limiter.penalty(callerOf(viewer, address), cost);
    },
  };
}

const callerOf = (viewer: Viewer, address: string) =>
  viewer.kind === 'anonymous' ? address : `user ${viewer.user.id}`;

/** Failed sign-ins, by user name and by address. */
export interface SignInLimit {
  /**
   * Runs `guess`, which looks at a password, unless there were too many failures; then throws `RateLimitedError`. Attempts
   * are counted before the password is looked at, so that many at once gain nothing; success forgets the name's failures.
   */
  guess<T>(username: string, address: string, guess: () => Promise<T>): Promise<T>;
}

const perName = { points: 10, duration: 300 };
const perAddress = { points: 50, duration: 300 };

export function createSignInLimit(): SignInLimit {
  const names = new RateLimiterMemory({ ...perName, keyPrefix: 'name' });
  const addresses = new RateLimiterMemory({ ...perAddress, keyPrefix: 'address' });
  return {
    async guess(username, address, guess) {
      const name = username.slice(0, 256);
      const results = [await consume(addresses, address, 1), await consume(names, name, 1)];
      const waits = results.flatMap((result) => ('refused' in result ? [result.refused] : []));
      if (waits.length > 0) throw new RateLimitedError('Too many failed sign-ins.', Math.max(...waits));
      try {
        const result = await guess();
        await names.delete(name);
        await addresses.reward(address, 1);
        return result;
      } catch (error) {
        // a password that was never looked at is no guess
        if (!(error instanceof InvalidCredentials)) {
          await names.reward(name, 1);
          await addresses.reward(address, 1);
        }
        throw error;
      }
    },
  };
}

/** What is left, or in how many seconds to come back. */
async function consume(
  limiter: RateLimiterMemory,
  key: string,
  points: number,
): Promise<{ left: RateLimiterRes } | { refused: number }> {
  try {
    return { left: await limiter.consume(key, points) };
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    return { refused: Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)) };
  }
}
