import { LRUCache } from 'lru-cache';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { RateLimitedError } from '../errors.ts';
import { type CostObservation, costs } from '../observations/cost.ts';
import type { Viewer } from './viewer.ts';

/** The state of a caller's cost limit after an operation, as the `rateLimit` query shows it. */
export interface Budget {
  readonly limit: number;
  readonly remaining: number;
  readonly cost: number;
  readonly resetAt: Date;
}

/** What has a budget of its own beside that of requests: signing in from an address, and the events that a caller is told. */
export type Purpose = 'signIn' | 'live';

/** Rate limit by cost points: a fixed window of one minute for each caller, counted in the memory of this process. */
export interface CostLimit {
  /**
   * Spends `cost` points of the caller's account, or of the address of an anonymous caller. Throws `RateLimitedError`, and spends
   * nothing, when fewer are left. With `purpose` it spends others, as many again: those that the address has for signing in, so that
   * one client cannot use up what another at the same address needs to sign in; or those that the caller has for events.
   */
  spend(viewer: Viewer, address: string, cost: number, purpose?: Purpose): Promise<Budget>;
  /** Spends `cost` points for work that has been done already, even if fewer are left. */
  charge(viewer: Viewer, address: string, cost: number, purpose?: Purpose): Promise<void>;
}

const windowSeconds = 60;

/**
 * How many callers are counted at once. Beyond that, the counter of the least recently active caller is dropped, and that caller
 * has a full budget again. This does not help an attacker: dropping one counter takes a request from each of 50,000 other
 * callers, and a caller that keeps sending requests, refused or not, stays active.
 */
const maxCallers = 50_000;

/** A cost limit of `points` a minute for each caller; null, for no limit, when `points` is 0. */
export function createCostLimit(
  points: number,
  { most = maxCallers, now = () => new Date() }: { readonly most?: number; readonly now?: () => Date } = {},
): CostLimit | null {
  if (points === 0) return null;
  const limiter = new RateLimiterMemory({ points, duration: windowSeconds });
  // RateLimiterMemory drops counters when their window ends, but has no maximum number of them
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
        // a refused operation costs nothing
        await limiter.reward(caller, cost);
        tell(purpose, cost, true);
        throw new RateLimitedError(`This costs more than is left of ${points} points a minute.`, result.refused);
      }
      tell(purpose, cost, false);
      const resetAt = new Date(now().getTime() + result.left.msBeforeNext);
      return { limit: points, remaining: result.left.remainingPoints, cost, resetAt };
    },
    async charge(viewer, address, cost, purpose) {
      await limiter.penalty(seen(viewer, address, purpose), cost);
      tell(purpose, cost, false);
    },
  };
}

function tell(purpose: Purpose | undefined, points: number, isRefused: boolean): void {
  if (points === 0 || !costs.hasSubscribers) return;
  const spent: CostObservation = { purpose: purpose ?? 'request', points, isRefused };
  costs.publish(spent);
}

/** The key of a counter: of an account, of an address, of signing in from an address, or of the events of a caller. */
export function callerOf(viewer: Viewer, address: string, purpose?: Purpose): string {
  if (purpose === 'signIn') return `signIn ${address}`;
  if (purpose === 'live') return `live ${callerOf(viewer, address)}`;
  return viewer.kind === 'anonymous' ? address : `user ${viewer.user.id}`;
}

/** Consumes points: what is left, or in how many seconds the window ends. */
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
