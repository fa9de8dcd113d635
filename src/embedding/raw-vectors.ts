import { maxDimensions } from '../config/embedding.ts';
import { EmbeddingError } from './embedding-error.ts';

/** A vector as a service sent it: unchecked, of any length. */
export type RawVector = ArrayLike<unknown>;

/** Normalises a vector to length 1. Throws `EmbeddingError`, whose message begins with `who`, if that is impossible. */
export function unitVector(raw: RawVector, who: string): Float32Array {
  if (raw.length === 0) throw new EmbeddingError(`${who} answered an empty vector.`, 'setup');
  const values = Float64Array.from({ length: raw.length }, (_, at) => numberAt(raw, at, who));
  const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  if (norm === 0) throw new EmbeddingError(`${who} answered a vector of zeros, which cannot be normalised.`, 'text');
  if (!Number.isFinite(norm)) throw new EmbeddingError(`${who} answered a vector whose length is not finite.`, 'setup');
  return Float32Array.from(values, (value) => value / norm);
}

/** Mean pooling: the mean of a text's token vectors, which must have the same dimensions. */
export function meanPooling(tokens: readonly RawVector[], who: string): Float64Array {
  const [first] = tokens;
  if (!first) throw new EmbeddingError(`${who} answered no token vectors for a text.`, 'text');
  const sums = new Float64Array(first.length);
  for (const token of tokens) {
    if (token.length !== sums.length)
      throw new EmbeddingError(
        `${who} answered token vectors with ${sums.length} and ${token.length} dimensions.`,
        'setup',
      );
    for (let at = 0; at < sums.length; at++) sums[at] = (sums[at] ?? 0) + numberAt(token, at, who);
  }
  return sums.map((sum) => sum / tokens.length);
}

/** Throws unless every vector has `expected` dimensions, or, if that is null, as many as the first. */
export function checkDimensions(vectors: readonly Float32Array[], expected: number | null, who: string): void {
  for (const { length } of vectors) {
    if (length > maxDimensions)
      throw new EmbeddingError(
        `${who} answered vectors with ${length} dimensions; at most ${maxDimensions} can be indexed. CQ_EMBEDDING_DIMENSIONS asks for fewer, where the model can.`,
        'setup',
      );
    const wanted = expected ?? vectors[0]?.length;
    if (length !== wanted)
      throw new EmbeddingError(`${who} answered a vector with ${length} dimensions, expected ${wanted}.`, 'setup');
  }
}

function numberAt(raw: RawVector, at: number, who: string): number {
  const value = raw[at];
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new EmbeddingError(`${who} answered a vector with ${JSON.stringify(value) ?? value} in it.`, 'setup');
  return value;
}
