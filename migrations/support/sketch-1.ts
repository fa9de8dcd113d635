import { createHash } from 'node:crypto';

/** So many that of 100,000 vectors the ten nearest are among the 400 that differ in the fewest, also where most numbers are 0. */
const sketchBits = 1024;
/** What one rotation is made of: fewer leave traces of the axes that a sparse vector lies along. */
const turns = 3;

/**
 * What vectors are compared by roughly, 128 bytes: signs of their numbers after pseudo-random rotations. In the more bits two
 * sketches differ, the wider is the angle between the vectors, whatever the numbers of a model are like (Charikar, "Similarity
 * Estimation Techniques from Rounding Algorithms", 2002; rotations: Andoni et al., "Practical and Optimal LSH for Angular
 * Distance", 2015, 5). Sketches are kept: a change of anything here needs a migration that makes them anew.
 */
export function sketchOf(vector: Float32Array): Buffer {
  const length = 2 ** Math.ceil(Math.log2(vector.length));
  const signs = signsFor(length);
  const sketch = Buffer.alloc(sketchBits / 8);
  for (let from = 0; from < sketchBits; from += length) {
    const turned = new Float64Array(length);
    turned.set(vector);
    for (let turn = 0; turn < turns; turn++) {
      const first = from * turns + turn * length;
      for (let at = 0; at < length; at++) turned[at] = (turned[at] as number) * (signs[first + at] as number);
      hadamard(turned);
    }
    for (let at = 0; at < length && from + at < sketchBits; at++)
      if ((turned[at] as number) > 0) {
        const byte = (from + at) >> 3;
        sketch[byte] = (sketch[byte] as number) | (1 << ((from + at) & 7));
      }
  }
  return sketch;
}

/** The fast Walsh–Hadamard transform, in place: all sums of the numbers with signs in rows of a Hadamard matrix. */
function hadamard(values: Float64Array) {
  for (let half = 1; half < values.length; half *= 2)
    for (let start = 0; start < values.length; start += 2 * half)
      for (let at = start; at < start + half; at++) {
        const [one, other] = [values[at] as number, values[at + half] as number];
        values[at] = one + other;
        values[at + half] = one - other;
      }
}

const known = new Map<number, Int8Array>();

/** 1 or −1 for each number of each turn; the same everywhere and always. */
function signsFor(length: number): Int8Array {
  let signs = known.get(length);
  if (!signs) {
    const count = turns * Math.max(length, sketchBits);
    const random = createHash('shake256', { outputLength: count / 8 })
      .update('cq sketch')
      .digest();
    signs = Int8Array.from({ length: count }, (_sign, at) => ((random[at >> 3] as number) & (1 << (at & 7)) ? 1 : -1));
    known.set(length, signs);
  }
  return signs;
}
