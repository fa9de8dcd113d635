import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { RateLimitedError } from '../errors.ts';

/** What is left of a caller's cost points. */
export interface Budget {
  readonly limit: number;
  readonly remaining: number;
  readonly cost: number;
  readonly resetAt: Date;
}

/** Cost points that one caller may spend in a minute, counted by this process. */
export interface CostLimit {
  /** Spends `cost`; throws `RateLimitedError` when less is left. */
  spend(caller: string, cost: number): Promise<Budget>;
}

const windowSeconds = 60;

/** Null when `points` is 0: no limit. */
export function createCostLimit(points: number): CostLimit | null {
  if (points === 0) return null;
  const limiter = new RateLimiterMemory({ points, duration: windowSeconds });
  return {
    async spend(caller, cost) {
      const result = await consume(limiter, caller, cost);
      if ('refused' in result) {
        // what did not run is not paid for
        await limiter.reward(caller, cost);
        throw new RateLimitedError(`This costs more than is left of ${points} points a minute.`, result.refused);
      }
      const resetAt = new Date(Date.now() + result.left.msBeforeNext);
      return { limit: points, remaining: result.left.remainingPoints, cost, resetAt };
    },
  };
}

/** Failed sign-ins, by user name and by address. */
export interface SignInLimit {
  /** Counts an attempt; throws `RateLimitedError` after too many. Concurrent attempts count before any is answered. */
  attempt(username: string, address: string): Promise<void>;
  /** Takes back an attempt that was no guess; earlier ones stay counted. */
  refund(username: string, address: string): Promise<void>;
  /** Takes back the attempt of someone who knew the password, and forgets the name's failures. */
  succeeded(username: string, address: string): Promise<void>;
}

const perName = { points: 10, duration: 300 };
const perAddress = { points: 50, duration: 300 };

export function createSignInLimit(): SignInLimit {
  const names = new RateLimiterMemory({ ...perName, keyPrefix: 'name' });
  const addresses = new RateLimiterMemory({ ...perAddress, keyPrefix: 'address' });
  return {
    async attempt(username, address) {
      const results = [await consume(addresses, address, 1), await consume(names, username.slice(0, 256), 1)];
      const waits = results.flatMap((result) => ('refused' in result ? [result.refused] : []));
      if (waits.length > 0) throw new RateLimitedError('Too many failed sign-ins.', Math.max(...waits));
    },
    async refund(username, address) {
      await names.reward(username.slice(0, 256), 1);
      await addresses.reward(address, 1);
    },
    async succeeded(username, address) {
      await names.delete(username.slice(0, 256));
      await addresses.reward(address, 1);
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
