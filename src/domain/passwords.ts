import { setTimeout as delay } from 'node:timers/promises';
import { hash as argon2, verify as verifyArgon2 } from '@node-rs/argon2';
import { verify as verifyBcrypt } from '@node-rs/bcrypt';

// argon2id with the parameters that OWASP's Password Storage Cheat Sheet names first: 19 MiB, 2 passes, 1 lane
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/**
 * A failed check takes at least this long, more than any of our hashes does on a machine that is not overloaded. It
 * hides which kind of hash there was, or that there was none.
 */
const slowestMs = 400;

/** Hashing runs on the thread pool, four at a time, and never holds up other requests. */
export const hashPassword = (password: string): Promise<string> => argon2(password, parameters);

/** Whether a hash is of a kind or strength that we no longer make. */
export const isOutdated = (hash: string): boolean =>
  !hash.startsWith(`$argon2id$v=19$m=${parameters.memoryCost},t=${parameters.timeCost},p=${parameters.parallelism}$`);

let decoy: Promise<string> | undefined;

/** Checks a password; with no hash it does the same work and answers false. */
export async function verifyPassword(password: string, hash: string | null): Promise<boolean> {
  const slowest = delay(slowestMs);
  decoy ??= hashPassword('nobody has this password');
  const matches = await verify(password, hash ?? (await decoy));
  if (matches && hash !== null) return true;
  await slowest;
  return false;
}

async function verify(password: string, hash: string): Promise<boolean> {
  try {
    return await (hash.startsWith('$2') ? verifyBcrypt(password, hash) : verifyArgon2(hash, password));
  } catch {
    // a hash that no library reads belongs to nobody who could sign in
    return false;
  }
}
