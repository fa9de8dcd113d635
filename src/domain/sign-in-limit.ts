import { createHmac } from 'node:crypto';
import { InvalidCredentialsError, RateLimitedError, UnavailableError } from '../errors.ts';
import { type SignInObservation, signIns } from '../observations/sign-in.ts';
import type { Attempt, Store } from '../store/store.ts';
import { dayMs } from './days.ts';
import { peppersOf, type Secrets } from './secrets.ts';
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
  /** The same for a token that stands for no account yet: failures count as those of the address. */
  attemptToken<T>(address: string, checkToken: () => Promise<T>): Promise<T>;
}

/**
 * Failures allowed in a fixed window: from one address, from one address at one user name, and from all addresses at one user
 * name. The last applies only to addresses that the person has not signed in from lately, so that an attacker cannot lock a
 * person out of their own machines.
 */
export const signInLimits = { windowSeconds: 300, address: 50, addressAndName: 10, name: 30 } as const;

/** Known addresses of a person: the latest `keep` that they have signed in from in the last `days`. */
const knownAddresses = { keep: 20, days: 90 };

export function createSignInLimit(store: Store, secrets: Secrets): SignInLimit {
  /** Counters are kept under HMACs: they hold neither addresses nor user names, and keys have one length. */
  const keyOf = (...parts: readonly (string | number)[]) => keyUnder(secrets.apiKeyPepper, parts);
  // a place that was noted before the pepper was rotated is as well known
  const placesOf = (...parts: readonly (string | number)[]) =>
    peppersOf(secrets).map((pepper) => keyUnder(pepper, ['place', ...parts]));
  const windowMs = signInLimits.windowSeconds * 1000;
  const audit = createSignInAudit(store);

  const ofAddress = (address: string) => ({ key: keyOf('address', address), limit: signInLimits.address, windowMs });
  const refusal = (fullUntil: Date, now: Date) =>
    new RateLimitedError('Too many failed sign-ins.', secondsUntil(fullUntil, now));

  return observed({
    async attemptToken(address, checkToken) {
      const now = store.now();
      const outcome = await store.signIns.attempt([ofAddress(address)], now);
      if ('fullUntil' in outcome) throw refusal(outcome.fullUntil, now);
      try {
        const result = await checkToken();
        await ifAvailable(() => store.signIns.giveBack(outcome.counted));
        return result;
      } catch (error) {
        if (!(error instanceof InvalidCredentialsError))
          await ifAvailable(() => store.signIns.giveBack(outcome.counted));
        throw error;
      }
    },

    async attempt(typed, address, checkPassword) {
      // every spelling of a name finds the same account, and counts as the same name
      const username = normalizeName(typed);
      const now = store.now();
      const since = new Date(now.getTime() - knownAddresses.days * dayMs);
      const user = await findUserByTypedName(store, typed);
      const places = placesOf(address, user?.id ?? 0);
      const known = await store.signIns.knows(user?.id ?? 0, places, since);
      // the address comes first: an attempt that its limit refuses must not count against the user name
      const outcome = await store.signIns.attempt(
        [
          ofAddress(address),
          { key: keyOf('address and name', address, username), limit: signInLimits.addressAndName, windowMs },
          { key: keyOf('name', username), limit: known ? null : signInLimits.name, windowMs },
        ],
        now,
      );
      const failed = { user, unknownName: keyOf('unknown name', username).slice(0, 8), address, at: now };
      if ('fullUntil' in outcome) {
        await ifAvailable(() => audit.refused(failed));
        throw refusal(outcome.fullUntil, now);
      }
      const [atAddress, ofBoth, ofName] = outcome.counted as [Attempt, Attempt, Attempt];
      try {
        const result = await checkPassword();
        await ifAvailable(async () => {
          await store.signIns.giveBack([atAddress, { ...ofBoth, all: true }, ofName]);
          if (user) await store.signIns.note(user.id, places[0] as string, now, { keep: knownAddresses.keep, since });
        });
        return result;
      } catch (error) {
        // else the password was not checked
        if (error instanceof InvalidCredentialsError) await ifAvailable(() => audit.failed(failed));
        else await ifAvailable(() => store.signIns.giveBack(outcome.counted));
        throw error;
      }
    },
  });
}

/** The same limit, which tells how each attempt ended. */
const observed = (limit: SignInLimit): SignInLimit => ({
  attempt: (...given) => telling('password', limit.attempt(...given)),
  attemptToken: (...given) => telling('invitation', limit.attemptToken(...given)),
});

async function telling<T>(by: SignInObservation['by'], attempt: Promise<T>): Promise<T> {
  const tell = (outcome: SignInObservation['outcome']) => {
    const ended: SignInObservation = { by, outcome };
    if (signIns.hasSubscribers) signIns.publish(ended);
  };
  try {
    const result = await attempt;
    tell('succeeded');
    return result;
  } catch (error) {
    tell(outcomeOf(error));
    throw error;
  }
}

function outcomeOf(error: unknown): SignInObservation['outcome'] {
  if (error instanceof InvalidCredentialsError) return 'wrong';
  return error instanceof RateLimitedError ? 'refused' : 'failed';
}

const keyUnder = (pepper: string, parts: readonly (string | number)[]) =>
  createHmac('sha256', pepper)
    .update(JSON.stringify(['sign-in', ...parts]))
    .digest('base64url');

/** Ignores that the database became unavailable: the outcome of the attempt stands. */
async function ifAvailable(note: () => Promise<void>): Promise<void> {
  try {
    await note();
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
  }
}

const secondsUntil = (end: Date, now: Date) => Math.max(1, Math.ceil((end.getTime() - now.getTime()) / 1000));
