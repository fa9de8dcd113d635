import { normalize } from '../normal-forms.ts';
import type { EmbeddingCall } from './embedder.ts';

/** The name of the built-in model. Change it whenever the same text would get another vector. */
export const hashModel = 'hash-1';

/** The weight of a character trigram, relative to a word's. */
const trigramWeight = 0.5;

/** Words shorter than this weigh less: without statistics, length is the only hint at how common a word is. */
const fullWeightLength = 6;

/**
 * The provider hash: vectors without a model, by feature hashing of words and character trigrams (Weinberger et al., "Feature
 * Hashing for Large Scale Multitask Learning", 2009). Deterministic on every machine. Similar spelling gives similar vectors,
 * similar meaning does not.
 */
export function hashCall(dimensions: number): EmbeddingCall {
  return async (texts) => texts.map((text) => vectorOf(text, dimensions));
}

function vectorOf(text: string, dimensions: number): Float64Array {
  const vector = new Float64Array(dimensions);
  for (const [feature, weight] of featuresOf(text)) {
    const hash = hashOf(feature);
    const index = (hash >>> 1) % dimensions;
    vector[index] = (vector[index] ?? 0) + (hash & 1 ? weight : -weight);
  }
  return vector;
}

/** Each distinct feature with its weight, times 1 + ln(count). */
function featuresOf(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  const weights = new Map<string, number>();
  const add = (feature: string, weight: number) => {
    counts.set(feature, (counts.get(feature) ?? 0) + 1);
    weights.set(feature, Math.max(weights.get(feature) ?? 0, weight));
  };
  for (const word of normalize(text, 'NFKC')
    .toLowerCase()
    .match(/[\p{L}\p{N}\p{M}]+|[^\s\p{L}\p{N}\p{M}]+/gu) ?? []) {
    const weight = Math.min(1, [...word].length / fullWeightLength);
    add(`word ${word}`, weight);
    const letters = [...`^${word}$`];
    for (let at = 0; at + 3 <= letters.length; at++) add(letters.slice(at, at + 3).join(''), weight * trigramWeight);
  }
  return new Map([...counts].map(([feature, count]) => [feature, (1 + Math.log(count)) * (weights.get(feature) ?? 0)]));
}

/** FNV-1a over UTF-16 code units, then MurmurHash3's finalizer, so that every bit depends on every character. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
