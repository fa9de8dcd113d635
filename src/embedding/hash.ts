import type { Call } from './embedder.ts';

/** Changes whenever the same text would get another vector. */
export const hashModel = 'hash-1';

/** What a piece of three letters counts for, where a word counts 1. */
const pieceWeight = 0.5;

/** Shorter words count for less: nobody knows here which words are common, but those are short. */
const fullLength = 6;

/**
 * Vectors without a model: words and the pieces of three letters in them, each added to or taken from a place that its
 * hash picks (feature hashing; Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", 2009). The same
 * everywhere and always. It finds spellings, not meaning.
 */
export function hashCall(dimensions: number): Call {
  return async (texts) => texts.map((text) => vectorOf(text, dimensions));
}

function vectorOf(text: string, dimensions: number): Float64Array {
  const vector = new Float64Array(dimensions);
  for (const [feature, weight] of featuresOf(text)) {
    const hash = hashOf(feature);
    const place = (hash >>> 1) % dimensions;
    vector[place] = (vector[place] ?? 0) + (hash & 1 ? weight : -weight);
  }
  return vector;
}

/** Each feature once, with its weight; repeats raise it by their logarithm. */
function featuresOf(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  const weights = new Map<string, number>();
  const add = (feature: string, weight: number) => {
    counts.set(feature, (counts.get(feature) ?? 0) + 1);
    weights.set(feature, Math.max(weights.get(feature) ?? 0, weight));
  };
  for (const word of text
    .normalize('NFKC')
    .toLowerCase()
    .match(/[\p{L}\p{N}\p{M}]+|[^\s\p{L}\p{N}\p{M}]+/gu) ?? []) {
    const weight = Math.min(1, [...word].length / fullLength);
    add(`word ${word}`, weight);
    const letters = [...`^${word}$`];
    for (let at = 0; at + 3 <= letters.length; at++) add(letters.slice(at, at + 3).join(''), weight * pieceWeight);
  }
  return new Map([...counts].map(([feature, count]) => [feature, (1 + Math.log(count)) * (weights.get(feature) ?? 0)]));
}

/** FNV-1a over UTF-16 units, then MurmurHash3's last steps, so that every bit depends on every letter. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
