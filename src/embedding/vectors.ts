import { maxDimensions } from '../config/embedding.ts';
import { EmbeddingError } from './failure.ts';

/** What a service sent as a vector: of any length, and nobody has looked at the items. */
export type RawVector = ArrayLike<unknown>;

/** The vector of length 1 in the same direction. `who` begins the message when there is none. */
export function unitVector(raw: RawVector, who: string): Float32Array {
  if (raw.length === 0) throw new EmbeddingError(`${who} answered an empty vector.`, 'setup');
  const values = Float64Array.from({ length: raw.length }, (_, at) => numberAt(raw, at, who));
  const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  if (norm === 0) throw new EmbeddingError(`${who} answered a vector of zeros, which points nowhere.`, 'text');
  if (!Number.isFinite(norm)) throw new EmbeddingError(`${who} answered a vector too long to be measured.`, 'setup');
  return Float32Array.from(values, (value) => value / norm);
}

/** The mean of the vectors of a text's tokens, which must be of one size. */
export function meanOf(tokens: readonly RawVector[], who: string): Float64Array {
  const [first] = tokens;
  if (!first) throw new EmbeddingError(`${who} answered a text without any token.`, 'text');
  const sums = new Float64Array(first.length);
  for (const token of tokens) {
    if (token.length !== sums.length)
      throw new EmbeddingError(`${who} answered token vectors of ${sums.length} and ${token.length} numbers.`, 'setup');
    for (let at = 0; at < sums.length; at++) sums[at] = (sums[at] ?? 0) + numberAt(token, at, who);
  }
  return sums.map((sum) => sum / tokens.length);
}

/** Throws unless every vector has as many numbers as `expected`, or, where that is null, as the first. */
export function checkSizes(vectors: readonly Float32Array[], expected: number | null, who: string): void {
  for (const { length } of vectors) {
    if (length > maxDimensions)
      throw new EmbeddingError(
        `${who} answered vectors of ${length} numbers; at most ${maxDimensions} can be searched. CQ_EMBEDDING_DIMENSIONS asks for fewer, where the model can.`,
        'setup',
      );
    const wanted = expected ?? vectors[0]?.length;
    if (length !== wanted)
      throw new EmbeddingError(`${who} answered a vector of ${length} numbers where ${wanted} belong.`, 'setup');
  }
}

function numberAt(raw: RawVector, at: number, who: string): number {
  const value = raw[at];
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new EmbeddingError(`${who} answered a vector with ${JSON.stringify(value) ?? value} in it.`, 'setup');
  return value;
}
