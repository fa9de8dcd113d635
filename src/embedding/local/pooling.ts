import type { Pooling } from './model-folder.ts';

/** The vectors of all tokens of a batch, `texts × tokens × dimensions` numbers, as a model answers them. */
export interface TokenVectors {
  readonly data: Float32Array;
  /** Tokens of the longest text: shorter ones are padded. */
  readonly tokens: number;
  readonly dimensions: number;
}

/** The vector of one text of the batch: padding does not count. `length` is the number of its tokens, at least one. */
export function pool(vectors: TokenVectors, text: number, length: number, pooling: Pooling): Float32Array {
  const { data, tokens, dimensions } = vectors;
  const start = text * tokens * dimensions;
  if (pooling === 'cls') return data.slice(start, start + dimensions);
  const pooled = new Float64Array(dimensions).fill(pooling === 'max' ? -Infinity : 0);
  for (let token = 0; token < length; token++)
    for (let at = 0; at < dimensions; at++) {
      const value = data[start + token * dimensions + at] ?? Number.NaN;
      const before = pooled[at] ?? 0;
      pooled[at] = pooling === 'max' ? Math.max(before, value) : before + value / length;
    }
  return Float32Array.from(pooled);
}
