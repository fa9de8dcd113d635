import type { EmbeddingStore } from '../../store.ts';
import type { Vectors } from './vectors.ts';

/** The same embedding store, each call of which notices that the vectors cannot be used any more, or are in another place. */
export function usingVectors(store: EmbeddingStore, vectors: Vectors): EmbeddingStore {
  const calls = Object.entries(store).map(([name, call]: [string, (...args: never[]) => Promise<unknown>]) => [
    name,
    (...args: never[]) => vectors.use(() => call(...args)),
  ]);
  return Object.fromEntries(calls) as EmbeddingStore;
}
