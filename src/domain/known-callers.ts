import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { KnownViewer } from './viewer.ts';

/** How a credential is presented: what is good in a header may be none in a cookie. */
export type Way = 'bearer' | 'cookie';

/** A caller whose credential was found to be good. */
export interface Verified {
  /** Without an address, which is the request's. */
  readonly viewer: KnownViewer;
  /** From then on the credential is void by itself. */
  readonly expiresAt: Date;
  /** Whether there is nothing left to write about it, such as its first use. */
  readonly isSettled: boolean;
}

/** Callers who were verified a moment ago, in the memory of this process. */
export interface KnownCallers {
  /**
   * The caller of a credential, who is verified by `verify` unless that was done within the last second, and nothing has changed since. What
   * is refused is not remembered, nor who has no credential.
   */
  find(way: Way, credential: string, now: Date, verify: () => Promise<Verified | null>): Promise<Verified | null>;
}

export interface KnownCallersOptions {
  /** Counts the changes that this process knows of by which credentials may be void: a caller who was verified before one is verified anew. */
  readonly changes: () => number;
  readonly most?: number;
  /** In milliseconds; a clock that nobody sets. */
  readonly monotonic?: () => number;
}

/** For how long a change of which this process does not hear may go unnoticed. */
export const knownForMs = 1000;

/** Of these the least recently seen is verified anew. Only who has a credential that is good can add one. */
const maxCallers = 5000;

interface Known {
  readonly verified: Verified;
  /** What `changes` counted, and what time it was, before it was verified. */
  readonly changes: number;
  readonly at: Date;
}

export function createKnownCallers({
  changes,
  most = maxCallers,
  monotonic = () => performance.now(),
}: KnownCallersOptions): KnownCallers {
  const callers = new LRUCache<string, Known>({
    max: most,
    ttl: knownForMs,
    ttlResolution: 0,
    // nobody who has left stays in memory
    ttlAutopurge: true,
    perf: { now: monotonic },
  });
  return {
    async find(way, credential, now, verify) {
      // a credential itself is kept nowhere
      const key = hash('sha256', `${way} ${credential}`, 'base64');
      const known = callers.get(key);
      if (known && known.changes === changes() && isGood(known, now)) return known.verified;
      const before = { changes: changes(), at: now };
      // from before the database is asked: its answer may be older than when it arrives
      const start = monotonic();
      const verified = await verify();
      if (verified?.isSettled) callers.set(key, { ...before, verified }, { start });
      return verified;
    },
  };
}

/** A clock that was set back may be at a time at which the credential was not good yet. */
const isGood = ({ at, verified: { expiresAt } }: Known, now: Date): boolean => at <= now && now < expiresAt;
