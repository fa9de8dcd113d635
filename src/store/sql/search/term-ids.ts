import { hash } from 'node:crypto';

/** Cached ids, and the longest token that is cached: some 25 MB. When the cache is full, it is emptied. */
const [maxCachedTokens, maxCachedLength] = [100_000, 64];
const cache = new Map<string, number>();

/**
 * The id of a token in the postings: the first 48 bits of its SHA-1. In a collection with a million different tokens, the
 * probability of any collision is about 1 in 500.
 */
export function termOf(token: string): number {
  let term = cache.get(token);
  if (term === undefined) {
    term = hash('sha1', token, 'buffer').readUIntBE(0, 6);
    if (cache.size >= maxCachedTokens) cache.clear();
    if (token.length <= maxCachedLength) cache.set(copyOf(token), term);
  }
  return term;
}

/** Empties the cache, which has words of units. */
export const forgetTerms = (): void => cache.clear();

/** A copy of its own: a substring would keep the whole text that it was cut from in memory. */
const copyOf = (text: string): string => Buffer.from(text, 'utf16le').toString('utf16le');
