import { createHmac } from 'node:crypto';
import { InvalidCredentialsError, RateLimitedError, UnavailableError } from '../errors.ts';
import type { Attempt, Store } from '../store/store.ts';
import { dayMs } from './days.ts';
import type { Secrets } from './secrets.ts';
import { createSignInAudit } from './sign-in-audit.ts';
import { findUserByTypedName, normalizeName } from './user-names.ts';

/** Brute-force protection of sign-in: a rate limit on failed attempts, counted in the database for all processes together. */
export interface SignInLimit {
  /**
   * Runs `checkPassword`, or throws `RateLimitedError` after too many failures. The attempt is counted before the password is
   * checked, so that concurrent attempts gain nothing, and the count is taken back unless `checkPassword` throws
   * `InvalidCredentialsError`. Success also resets the failures of this address at this user name.
   */
  attempt<T>(username: string, address: string, checkPassword: () => Promise<T>): Promise<T>;
}

/**
 * Failures allowed in a fixed window: from one address, from one address at one user name, and from all addresses at one user
 * name. The last applies only to addresses that the person has not signed in from lately, so that an attacker cannot lock a
 * person out of their own machines.
 */
export const signInLimits = { windowSeconds: 300, address: 50, addressAndName: 10, name: 30 } as const;

/** Known addresses of a person: the latest `keep` that they have signed in from in the last `days`. */
const knownAddresses = { keep: 20, days: 90 };

export function createSignInLimit(store: Store, { apiKeyPepper }: Secrets): SignInLimit {
  /** Counters are kept under HMACs: they hold neither addresses nor user names, and keys have one length. */
  const keyOf = (...parts: readonly (string | number)[]) =>
    createHmac('sha256', apiKeyPepper)
      .update(JSON.stringify(['sign-in', ...parts]))
      .digest('base64url');
  const windowMs = signInLimits.windowSeconds * 1000;
  const audit = createSignInAudit(store);

  return {
    async attempt(typed, address, checkPassword) {
      // every spelling of a name finds the same account, and counts as the same name
      const username = normalizeName(typed);
      const now = store.now();
      const since = new Date(now.getTime() - knownAddresses.days * dayMs);
      const user = await findUserByTypedName(store, typed);
      const place = keyOf('place', address, user?.id ?? 0);
      const known = await store.signIns.knows(user?.id ?? 0, place, since);
      // the address comes first: an attempt that its limit refuses must not count against the user name
      const outcome = await store.signIns.attempt(
        [
          { key: keyOf('address', address), limit: signInLimits.address, windowMs },
          { key: keyOf('address and name', address, username), limit: signInLimits.addressAndName, windowMs },
          { key: keyOf('name', username), limit: known ? null : signInLimits.name, windowMs },
        ],
        now,
      );
      const failed = { user, unknownName: keyOf('unknown name', username).slice(0, 8), address, at: now };
      if ('fullUntil' in outcome) {
        await ifAvailable(() => audit.refused(failed));
        throw new RateLimitedError('Too many failed sign-ins.', secondsUntil(outcome.fullUntil, now));
      }
      const [ofAddress, ofBoth, ofName] = outcome.counted as [Attempt, Attempt, Attempt];
      try {
        const result = await checkPassword();
        await ifAvailable(async () => {
          await store.signIns.giveBack([ofAddress, { ...ofBoth, all: true }, ofName]);
          if (user) await store.signIns.note(user.id, place, now, { keep: knownAddresses.keep, since });
        });
        return result;
      } catch (error) {
        // else the password was not checked
        if (error instanceof InvalidCredentialsError) await ifAvailable(() => audit.failed(failed));
        else await ifAvailable(() => store.signIns.giveBack(outcome.counted));
        throw error;
      }
    },
  };
}

/** Ignores that the database became unavailable: the outcome of the attempt stands. */
async function ifAvailable(note: () => Promise<void>): Promise<void> {
  try {
    await note();
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
  }
}

const secondsUntil = (end: Date, now: Date) => Math.max(1, Math.ceil((end.getTime() - now.getTime()) / 1000));
