/**
 * The postings of one unit as bytes, the *forward* form of the index, in which a unit waits for its chunk: seven bytes for each of its
 * terms, in ascending order, six of the term (big-endian) and one of its impact. Entries are of one size, so that a term is found by
 * bisection.
 */

/** A term of a unit with its impact, from 1 to 220 (`termImpacts`). */
export type Posting = readonly [term: number, impact: number];

export const postingSize = 7;
const termSize = 6;

/** `impacts` is in ascending order of terms. */
export function encodePostings(impacts: readonly Posting[]): Buffer {
  const bytes = Buffer.allocUnsafe(impacts.length * postingSize);
  let at = 0;
  for (const [term, impact] of impacts) {
    bytes.writeUIntBE(term, at, termSize);
    bytes[at + termSize] = impact;
    at += postingSize;
  }
  return bytes;
}

/** The impact of a term in a unit; 0 where the unit does not have it. */
export function impactIn(postings: Uint8Array, term: number): number {
  let [low, high] = [0, postings.length / postingSize - 1];
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = termAt(postings, middle * postingSize);
    if (found === term) return postings[middle * postingSize + termSize] as number;
    if (found < term) low = middle + 1;
    else high = middle - 1;
  }
  return 0;
}

/** The term that begins at this byte. */
export function termAt(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
  const low =
    ((bytes[at + 2] as number) << 24) |
    ((bytes[at + 3] as number) << 16) |
    ((bytes[at + 4] as number) << 8) |
    (bytes[at + 5] as number);
  return high * 2 ** 32 + (low >>> 0);
}
