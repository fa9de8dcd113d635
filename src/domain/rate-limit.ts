import { createHmac } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { InvalidCredentialsError, RateLimitedError, UnavailableError } from '../errors.ts';
import type { Attempt, Store } from '../store/store.ts';
import type { Secrets } from './jwt.ts';
import { isStorable } from './rules.ts';
import type { Viewer } from './viewer.ts';

/** What is left of a caller's cost points. */
export interface Budget {
  readonly limit: number;
  readonly remaining: number;
  readonly cost: number;
  readonly resetAt: Date;
}

/** What an address has points of its own for. */
export type Purpose = 'signIn';

/** Cost points that one caller may spend in a minute, counted by this process. */
export interface CostLimit {
  /**
   * Spends `cost` of an account's points, or of an address's; throws `RateLimitedError` when less is left. To sign in, an
   * address has as many points again, so that nobody at the same address can keep others from it by asking for other things.
   */
  spend(viewer: Viewer, address: string, cost: number, purpose?: Purpose): Promise<Budget>;
  /** Takes `cost` of the points for what was done already, be they there or not. */
  charge(viewer: Viewer, address: string, cost: number, purpose?: Purpose): Promise<void>;
}

const windowSeconds = 60;

/**
 * Callers that are remembered at once. The one who has asked for nothing for the longest is forgotten first, and has a full budget
 * again. That gains nothing: to have one caller forgotten takes a request of each of so many others, who have full budgets themselves,
 * and who goes on asking, refused or not, is not forgotten.
 */
const mostCallers = 50_000;

/** Null when `points` is 0: no limit. */
export function createCostLimit(points: number, most = mostCallers): CostLimit | null {
  if (points === 0) return null;
  const limiter = new RateLimiterMemory({ points, duration: windowSeconds });
  // the limiter bounds its entries by time only
  const callers = new LRUCache<string, true>({
    max: most,
    dispose: (_, caller, reason) => {
      if (reason === 'evict') void limiter.delete(caller);
    },
  });
  const seen = (viewer: Viewer, address: string, purpose?: Purpose) => {
    const caller = callerOf(viewer, address, purpose);
    callers.set(caller, true);
    return caller;
  };
  return {
    async spend(viewer, address, cost, purpose) {
      const caller = seen(viewer, address, purpose);
      const result = await consume(limiter, caller, cost);
      if ('refused' in result) {
        // what did not run is not paid for
        await limiter.reward(caller, cost);
        throw new RateLimitedError(`This costs more than is left of ${points} points a minute.`, result.refused);
      }
      const resetAt = new Date(Date.now() + result.left.msBeforeNext);
      return { limit: points, remaining: result.left.remainingPoints, cost, resetAt };
    },
    async charge(viewer, address, cost, purpose) {
      await limiter.penalty(seen(viewer, address, purpose), cost);
    },
  };
}

/** Whose points are spent: an account's, an address's, or those that an address has to sign in. */
function callerOf(viewer: Viewer, address: string, purpose?: Purpose): string {
  if (purpose) return `${purpose} ${address}`;
  return viewer.kind === 'anonymous' ? address : `user ${viewer.user.id}`;
}

/** Failed guesses at passwords, counted in the database for all processes together. */
export interface SignInLimit {
  /**
   * Runs `guess`, which looks at a password, unless there were too many failures; then throws `RateLimitedError`. Attempts
   * are counted before the password is looked at, so that many at once gain nothing, and taken back when it was right or
   * was not looked at. Success forgets what this address failed at this name.
   */
  guess<T>(username: string, address: string, guess: () => Promise<T>): Promise<T>;
}

/**
 * Failures in a window: of one address, of one address at one name, and of all addresses at one name. The last holds up
 * only addresses that the person has not signed in from, so that strangers can lock nobody out of where they are at home.
 */
export const signInLimits = { windowSeconds: 300, address: 50, addressAndName: 10, name: 30 } as const;

/** The addresses that a person has signed in from are the latest of so many days. */
const places = { keep: 20, days: 90 };

export function createSignInLimit(store: Store, { apiKeyPepper }: Secrets): SignInLimit {
  /** Neither addresses nor names are kept, and whatever was sent, a key has the same length. */
  const keyOf = (...parts: readonly (string | number)[]) =>
    createHmac('sha256', apiKeyPepper)
      .update(JSON.stringify(['sign-in', ...parts]))
      .digest('base64url');
  const windowMs = signInLimits.windowSeconds * 1000;

  return {
    async guess(username, address, guess) {
      const now = new Date();
      const since = new Date(now.getTime() - places.days * 86_400_000);
      const user = isStorable(username) ? await store.users.findByName(username) : null;
      const place = keyOf('place', address, user?.id ?? 0);
      const known = await store.signIns.knows(user?.id ?? 0, place, since);
      // the address first: one that is refused must not spend what is a name's
      const outcome = await store.signIns.attempt(
        [
          { key: keyOf('address', address), limit: signInLimits.address, windowMs },
          { key: keyOf('address and name', address, username), limit: signInLimits.addressAndName, windowMs },
          { key: keyOf('name', username), limit: known ? null : signInLimits.name, windowMs },
        ],
        now,
      );
      if ('fullUntil' in outcome)
        throw new RateLimitedError('Too many failed sign-ins.', secondsUntil(outcome.fullUntil, now));
      const [ofAddress, ofBoth, ofName] = outcome.counted as [Attempt, Attempt, Attempt];
      try {
        const result = await guess();
        await ifThere(async () => {
          await store.signIns.giveBack([ofAddress, { ...ofBoth, all: true }, ofName]);
          if (user) await store.signIns.note(user.id, place, now, { keep: places.keep, since });
        });
        return result;
      } catch (error) {
        // a password that was never looked at is no guess
        if (!(error instanceof InvalidCredentialsError)) await ifThere(() => store.signIns.giveBack(outcome.counted));
        throw error;
      }
    },
  };
}

/** What a database that has gone away meanwhile cannot note must not take the place of the outcome. */
async function ifThere(note: () => Promise<void>): Promise<void> {
  try {
    await note();
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
  }
}

const secondsUntil = (end: Date, now: Date) => Math.max(1, Math.ceil((end.getTime() - now.getTime()) / 1000));

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
