import { createHash } from 'node:crypto';

/** Enough that of 100,000 vectors the ten nearest are among the 400 nearest by Hamming distance, for sparse vectors too. */
const sketchBits = 1024;
export const sketchBytes = sketchBits / 8;
/** Rounds of sign flips and Hadamard transforms in one rotation: with fewer, sparse vectors keep traces of their axes. */
const rounds = 3;

/**
 * A binary sketch of a vector (locality-sensitive hash, SimHash): the signs of its numbers after pseudo-random rotations, 128
 * bytes. The Hamming distance of two sketches grows with the angle between the vectors, whatever the distribution of a model's
 * numbers.
 *
 * Charikar, "Similarity Estimation Techniques from Rounding Algorithms", 2002; rotations: Andoni et al., "Practical and Optimal
 * LSH for Angular Distance", 2015, 5. Sketches are stored: any change here needs a migration that recomputes them.
 */
export function sketchOf(vector: Float32Array): Buffer {
  const length = 2 ** Math.ceil(Math.log2(vector.length));
  const signs = signsFor(length);
  const sketch = Buffer.alloc(sketchBytes);
  for (let from = 0; from < sketchBits; from += length) {
    const rotated = new Float64Array(length);
    rotated.set(vector);
    for (let round = 0; round < rounds; round++) {
      const first = from * rounds + round * length;
      for (let at = 0; at < length; at++) rotated[at] = (rotated[at] as number) * (signs[first + at] as number);
      hadamard(rotated);
    }
    for (let at = 0; at < length && from + at < sketchBits; at++)
      if ((rotated[at] as number) > 0) {
        const byte = (from + at) >> 3;
        sketch[byte] = (sketch[byte] as number) | (1 << ((from + at) & 7));
      }
  }
  return sketch;
}

/** The fast Walsh–Hadamard transform, in place (not normalised). */
function hadamard(values: Float64Array) {
  for (let half = 1; half < values.length; half *= 2)
    for (let start = 0; start < values.length; start += 2 * half)
      for (let at = start; at < start + half; at++) {
        const [one, other] = [values[at] as number, values[at + half] as number];
        values[at] = one + other;
        values[at + half] = one - other;
      }
}

const cachedSigns = new Map<number, Int8Array>();

/** Pseudo-random signs, 1 or −1, for each number of each round: a fixed sequence, the same on every machine. */
function signsFor(length: number): Int8Array {
  let signs = cachedSigns.get(length);
  if (!signs) {
    const count = rounds * Math.max(length, sketchBits);
    const random = createHash('shake256', { outputLength: count / 8 })
      .update('cq sketch')
      .digest();
    signs = Int8Array.from({ length: count }, (_sign, at) => ((random[at >> 3] as number) & (1 << (at & 7)) ? 1 : -1));
    cachedSigns.set(length, signs);
  }
  return signs;
}
