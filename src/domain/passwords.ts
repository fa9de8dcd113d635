import { setTimeout as delay } from 'node:timers/promises';
import { hash as argon2, verify as verifyArgon2 } from '@node-rs/argon2';
import { verify as verifyBcrypt } from '@node-rs/bcrypt';
import { createBulkhead } from '../bulkhead.ts';
import { BusyError } from '../errors.ts';

// argon2id with the parameters that OWASP's Password Storage Cheat Sheet names first: 19 MiB, 2 passes, 1 lane
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/**
 * A failed check takes at least this long, more than any of our hashes does on a machine that is not overloaded. It
 * hides which kind of hash there was, or that there was none.
 */
const slowestMs = 400;

/**
 * Hashes that came from elsewhere may ask for more than these; looking at them would hold up the whole server, so they
 * match nothing. A bcrypt cost of 14 and these numbers of argon2 take about a second.
 */
const most = { bcryptCost: 14, memoryCost: 131_072, timeCost: 16, parallelism: 16, memoryTimesTime: 524_288 };

/** Hashing runs on the thread pool, and leaves one of its four threads to files and names. */
const atOnce = 3;

/** Whoever comes when so many wait is told to come again. */
const mostWaiting = 100;

const inTurn = createBulkhead({
  concurrent: atOnce,
  queued: mostWaiting,
  full: () => new BusyError('Too many passwords are being checked right now. Try again in a moment.'),
});

/**
 * Throws `BusyError` where too many passwords wait to be hashed or checked already, and the signal's reason when it is aborted before
 * the turn of this one.
 */
export const hashPassword = (password: string, signal?: AbortSignal): Promise<string> =>
  inTurn(() => argon2(password, parameters), signal);

/** Whether a hash is of a kind or strength that we no longer make. */
export const isOutdated = (hash: string): boolean =>
  !hash.startsWith(`$argon2id$v=19$m=${parameters.memoryCost},t=${parameters.timeCost},p=${parameters.parallelism}$`);

const bcryptFormat = /^\$2[abxy]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
const argon2Format =
  /^\$argon2(?:id|i|d)(?:\$v=\d+)?\$m=(\d+),t=(\d+),p=(\d+)\$[A-Za-z0-9+/]{1,128}\$[A-Za-z0-9+/]{1,128}$/;

/** Whether a hash is of a kind that we read, and no more work than we do for anybody who asks. */
export function isAffordable(hash: string): boolean {
  const [, cost] = bcryptFormat.exec(hash) ?? [];
  if (cost !== undefined) return Number(cost) <= most.bcryptCost;
  const [, memory, time, lanes] = (argon2Format.exec(hash) ?? []).map(Number);
  if (memory === undefined || time === undefined || lanes === undefined) return false;
  return (
    memory <= most.memoryCost &&
    time <= most.timeCost &&
    lanes <= most.parallelism &&
    memory * time <= most.memoryTimesTime
  );
}

let decoy: Promise<string> | undefined;

/**
 * Checks a password; with no hash, or one that is too much work, it does the same work as for others and answers false.
 * Throws `BusyError` where too many wait already, and the signal's reason when it is aborted before its turn: then the password was
 * not looked at.
 */
export async function verifyPassword(password: string, hash: string | null, signal?: AbortSignal): Promise<boolean> {
  const affordable = hash !== null && isAffordable(hash);
  let slowest: Promise<void> | undefined;
  const matches = await inTurn(async () => {
    slowest = delay(slowestMs);
    decoy ??= argon2('nobody has this password', parameters);
    return verify(password, affordable ? hash : await decoy);
  }, signal);
  if (matches && affordable) return true;
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
