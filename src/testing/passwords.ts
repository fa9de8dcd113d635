import { createPasswords } from '../domain/passwords.ts';

/**
 * Passwords of test servers, which cost nothing to hash, and to guess. Nothing outside of this folder imports them, so that no
 * configuration leads here.
 */
export const testPasswords = createPasswords({ memoryCost: 8, timeCost: 1, parallelism: 1, slowestMs: 0 });
