import { chunkSize } from './chunk.ts';
import type { IndexView } from './index-cache.ts';
import { impactIn } from './postings.ts';
import type { ScoredTerm } from './scored-term.ts';
import type { ScoredDocuments } from './word-finder.ts';

/** Places in a list of documents, counted from 1, by offset in a chunk; all 0 between two uses. */
const marks = new Uint16Array(chunkSize);

/** The exact scores of the documents, by all their terms. */
export function exactScores(
  documents: Int32Array,
  { chunks, tail }: IndexView,
  terms: readonly ScoredTerm[],
  unindexed: ReadonlySet<number>,
): ScoredDocuments {
  const [matches, held] = [new Int32Array(documents.length), new Int32Array(documents.length)];
  const add = (place: number, impact: number, idf: number) => {
    matches[place] = (matches[place] as number) + impact * idf;
    held[place] = (held[place] as number) + idf;
  };
  const inChunks = new Map<number, number[]>();
  for (const [place, document] of documents.entries()) {
    const postings = tail.documents.get(document);
    if (postings === undefined) {
      const first = document - (document % chunkSize);
      const places = inChunks.get(first);
      if (places) places.push(place);
      else inChunks.set(first, [place]);
    } else if (postings)
      for (const { term, idf } of terms) {
        const impact = impactIn(postings, term);
        if (impact > 0) add(place, impact, idf);
      }
    else if (unindexed.has(document)) matches[place] = 1;
  }
  for (const [chunk, { first }] of chunks.entries()) {
    const places = inChunks.get(first);
    if (!places) continue;
    for (const place of places) marks[(documents[place] as number) - first] = place + 1;
    for (const { idf, lists } of terms) {
      const list = lists[chunk];
      if (!list) continue;
      const { impacts, counts, offsets } = list;
      for (let group = 0, at = 0; group < impacts.length; group++)
        for (const end = at + (counts[group] as number); at < end; at++) {
          const mark = marks[offsets[at] as number] as number;
          if (mark > 0) add(mark - 1, impacts[group] as number, idf);
        }
    }
    for (const place of places) marks[(documents[place] as number) - first] = 0;
  }
  return { documents, matches, held };
}
