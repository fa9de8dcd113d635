import { setTimeout as delay } from 'node:timers/promises';
import { hash as argon2, verify as verifyArgon2 } from '@node-rs/argon2';
import { verify as verifyBcrypt } from '@node-rs/bcrypt';
import { createBulkhead } from '../bulkhead.ts';
import { BusyError } from '../errors.ts';
import { normalize } from '../normal-forms.ts';
import { limits } from './rules.ts';

/** How passwords are hashed and checked. */
export interface Passwords {
  /**
   * Hashes a password, in NFC, by argon2id. Throws `BusyError` when too many wait in the bulkhead, and the signal's reason when it is
   * aborted before hashing starts.
   */
  hashPassword(password: string, signal?: AbortSignal): Promise<string>;
  /** Whether a hash has another algorithm or other parameters than `hashPassword` uses, and should be replaced. */
  isOutdated(hash: string): boolean;
  /**
   * Checks a password against a stored hash, in each of its spellings: answers whether the hash is of its NFC (`nfc`) or of it as it was
   * typed, where that is another text (`typed`); null if of neither. Without a hash, or with one that is not affordable, it does the
   * same work and answers null. Throws `BusyError` when too many wait in the bulkhead, and the signal's reason when it is aborted
   * before the check starts; in both cases the password was not checked.
   */
  verifyPassword(password: string, hash: string | null, signal?: AbortSignal): Promise<'nfc' | 'typed' | null>;
}

/** What guessing a password costs. */
export interface PasswordCost {
  readonly memoryCost: number;
  readonly timeCost: number;
  readonly parallelism: number;
  /**
   * The least duration of a failed check, against timing attacks: longer than any hash takes on a machine that is not overloaded.
   * It hides which kind of hash the user has, and whether there is such a user.
   */
  readonly slowestMs: number;
}

// argon2id with the first parameters of OWASP's Password Storage Cheat Sheet: 19 MiB, 2 passes, 1 lane
const standardCost: PasswordCost = { memoryCost: 19_456, timeCost: 2, parallelism: 1, slowestMs: 400 };

/**
 * Upper limits on the parameters of a stored hash: an imported one may have any, and checking it could block the thread pool for
 * minutes. A hash above them matches no password. These take about a second.
 */
const maxParameters = { bcryptCost: 14, memoryCost: 131_072, timeCost: 16, parallelism: 16, memoryTimesTime: 524_288 };

/** Hashing runs on libuv's thread pool of four; the fourth thread stays free for files and DNS. */
const maxConcurrent = 3;

/** When this many wait, further calls throw `BusyError`. */
const maxWaiting = 100;

const bulkhead = createBulkhead({
  concurrent: maxConcurrent,
  queued: maxWaiting,
  full: () => new BusyError('Too many passwords are being checked right now. Try again in a moment.'),
});

/** The form of a password that new hashes are of: the same characters have other code points on another keyboard or system. */
export const normalizePassword = (password: string): string => normalize(password, 'NFC');

/** What a typed password is tried as, in order: as it is, since adopted hashes may be of that, then in NFC. None is too long to be hashed. */
export const spellingsOf = (password: string): string[] =>
  [...new Set([password, normalizePassword(password)])].filter(
    (spelling) => Buffer.byteLength(spelling, 'utf8') <= limits.passwordBytes,
  );

const bcryptFormat = /^\$2[abxy]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
const argon2Format =
  /^\$argon2(?:id|i|d)(?:\$v=\d+)?\$m=(\d+),t=(\d+),p=(\d+)\$[A-Za-z0-9+/]{1,128}\$[A-Za-z0-9+/]{1,128}$/;

/** Whether a stored hash is bcrypt or argon2 with parameters within `maxParameters`. */
export function isAffordable(hash: string): boolean {
  const [, cost] = bcryptFormat.exec(hash) ?? [];
  if (cost !== undefined) return Number(cost) <= maxParameters.bcryptCost;
  const [, memory, time, lanes] = (argon2Format.exec(hash) ?? []).map(Number);
  if (memory === undefined || time === undefined || lanes === undefined) return false;
  return (
    memory <= maxParameters.memoryCost &&
    time <= maxParameters.timeCost &&
    lanes <= maxParameters.parallelism &&
    memory * time <= maxParameters.memoryTimesTime
  );
}

/** Passwords at this cost. All have one bulkhead, since the thread pool is that of the process. */
export function createPasswords({ slowestMs, ...parameters }: PasswordCost): Passwords {
  const { memoryCost, timeCost, parallelism } = parameters;
  const current = `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$`;
  /** Hash for unknown user names, so that checking takes the same work as for known ones. */
  let decoy: Promise<string> | undefined;
  return {
    hashPassword: (password, signal) => bulkhead(() => argon2(normalizePassword(password), parameters), signal),

    isOutdated: (hash) => !hash.startsWith(current),

    async verifyPassword(password, hash, signal) {
      const affordable = hash !== null && isAffordable(hash);
      const spellings = spellingsOf(password);
      let slowest: Promise<void> | undefined;
      const match = await bulkhead(async () => {
        // how many spellings there are depends on the password alone, and says nothing of the account
        slowest = delay(slowestMs * spellings.length);
        decoy ??= argon2('the password of no account', parameters);
        const against = affordable ? hash : await decoy;
        for (const spelling of spellings) if (await verify(spelling, against)) return spelling;
        return null;
      }, signal);
      if (match !== null && affordable) return match === normalizePassword(password) ? 'nfc' : 'typed';
      await slowest;
      return null;
    },
  };
}

/** Those of every server but the ones that are for tests (`src/testing/`). */
export const standardPasswords = createPasswords(standardCost);
export const { hashPassword, isOutdated, verifyPassword } = standardPasswords;

async function verify(password: string, hash: string): Promise<boolean> {
  try {
    return await (hash.startsWith('$2') ? verifyBcrypt(password, hash) : verifyArgon2(hash, password));
  } catch {
    // the library cannot read the hash, so no password matches
    return false;
  }
}
