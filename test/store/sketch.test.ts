import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sketchOf } from '../../src/store/sqlite/sketch.ts';
import { createSketchMemory, sketchesPerPage } from '../../src/store/sqlite/sketch-differences.ts';
import { random } from './conformance/fixture.ts';
import { aVector, near } from './conformance/vectors.ts';

/** Mostly zeros, as feature hashing makes them. */
function sparse(next: () => number, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions);
  for (let place = 0; place < dimensions / 10; place++) vector[Math.floor(next() * dimensions)] = next() < 0.5 ? 1 : -1;
  const length = Math.hypot(...vector);
  return vector.map((number) => number / length);
}

/** Around few directions, large in some numbers and small in most, and all leaning to one side, as embeddings do. */
function uneven(next: () => number, dimensions: number): () => Float32Array {
  const spread = Float32Array.from({ length: dimensions }, (_, at) => 1 / Math.sqrt(1 + at / 20));
  const side = aVector(next, dimensions);
  const centres = Array.from({ length: 200 }, () => near(next, side, 0.4));
  return () => {
    const vector = near(next, centres[Math.floor(next() * centres.length)] as Float32Array, 0.5);
    const stretched = vector.map((number, at) => number * (spread[at] as number));
    const length = Math.hypot(...stretched);
    return stretched.map((number) => number / length);
  };
}

const dot = (one: Float32Array, other: Float32Array) =>
  one.reduce((sum, number, at) => sum + number * (other[at] as number), 0);

function differing(one: Buffer, other: Buffer): number {
  let count = 0;
  for (let at = 0; at < one.length; at += 4) {
    let bits = one.readInt32LE(at) ^ other.readInt32LE(at);
    bits -= (bits >>> 1) & 0x55555555;
    bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
    count += Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}

/** Which part of the ten nearest is among the 400 whose sketches differ least. */
function recall(vectors: readonly Float32Array[], questions: readonly Float32Array[]): number {
  const sketches = vectors.map(sketchOf);
  let found = 0;
  for (const question of questions) {
    const asked = sketchOf(question);
    const best = (values: readonly number[], count: number) =>
      [...values.keys()].sort((a, b) => (values[a] as number) - (values[b] as number)).slice(0, count);
    const nearest = best(
      vectors.map((vector) => -dot(vector, question)),
      10,
    );
    const hits = new Set(
      best(
        sketches.map((sketch) => differing(sketch, asked)),
        400,
      ),
    );
    found += nearest.filter((at) => hits.has(at)).length;
  }
  return found / questions.length / 10;
}

describe('a sketch', () => {
  it('is as long for every model', () => {
    const next = random(1);
    for (const dimensions of [1, 3, 384, 512, 768, 1024, 1536, 4000])
      expect(sketchOf(aVector(next, dimensions))).toHaveLength(128);
  });

  it('is the same everywhere: another one would not fit those that databases hold', () => {
    const digest = createHash('sha256');
    const next = random(2);
    for (const dimensions of [3, 384, 1536]) digest.update(sketchOf(aVector(next, dimensions)));
    expect(digest.digest('hex')).toBe('64a8e86bb4f17b8ff6fa97f2bada26a2f1d847c66fb04ecda969872aeebc8b3b');
  });

  it('says nothing of a vector’s length, and the opposite of the opposite', () => {
    const vector = aVector(random(3), 384);
    expect(sketchOf(vector.map((number) => number * 4))).toEqual(sketchOf(vector));
    expect(differing(sketchOf(vector), sketchOf(vector.map((number) => -number)))).toBe(1024);
  });

  it('finds the nearest of vectors that are mostly zeros', () => {
    const next = random(4);
    const vectors = Array.from({ length: 3000 }, () => sparse(next, 384));
    const questions = vectors.slice(0, 10).map((vector) => near(next, vector, 0.6));
    expect(recall(vectors, questions)).toBeGreaterThanOrEqual(0.98);
  });

  it('finds the nearest of vectors that crowd together', () => {
    const next = random(5);
    const make = uneven(next, 384);
    const vectors = Array.from({ length: 3000 }, make);
    expect(recall(vectors, Array.from({ length: 10 }, make))).toBeGreaterThanOrEqual(0.98);
  });

  it('are compared 16 bytes at a time as bit by bit, on any page', () => {
    const next = random(5);
    const memory = createSketchMemory();
    const sketches = Array.from({ length: sketchesPerPage }, (_, at) =>
      at < 2 ? Buffer.alloc(128, at * 255) : sketchOf(aVector(next, 96)),
    );
    const [few, many] = [sketches.slice(0, 3), sketches];
    // pages in any order, and far apart
    memory.write(40, Buffer.concat(many));
    memory.write(1, Buffer.concat(few));
    for (const sketch of [Buffer.alloc(128), Buffer.alloc(128, 255), sketchOf(aVector(next, 96))])
      for (const [page, written] of [
        [1, few],
        [40, many],
      ] as const)
        expect([...memory.differences(page, written.length, sketch)]).toEqual(
          written.map((other) => differing(other, sketch)),
        );
    expect([...memory.differences(1, 2, Buffer.alloc(128))]).toEqual([0, 1024]);
  });
});
