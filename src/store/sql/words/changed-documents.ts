import { chunkSize, hasOffset } from './chunk.ts';
import type { Chunk, IndexView } from './index-cache.ts';

/** How many documents there are. */
export const documentCount = ({ chunks, tail }: IndexView) =>
  chunks.reduce((sum, chunk) => sum + chunk.size - changedOf(chunk, tail.documents).length, tail.live);

/** Offsets of a chunk's documents that have changed since it was built: their postings in it do not count. */
export function changedOf({ first, documents }: Chunk, changed: ReadonlyMap<number, unknown>): number[] {
  const offsets: number[] = [];
  for (const document of changed.keys()) {
    const offset = document - first;
    if (offset >= 0 && offset < chunkSize && hasOffset(documents, offset)) offsets.push(offset);
  }
  return offsets;
}
