import { chunkSize } from './chunk.ts';
import { lowestImpacts } from './impact-counts.ts';
import type { Chunk, IndexView } from './index-cache.ts';
import type { ScoredTerm } from './scored-term.ts';
import { createTopDocuments, type TopDocuments } from './top-documents.ts';
import type { ScoredDocuments } from './word-finder.ts';

/** The most postings of the other terms that are added up, those that weigh most first: some 2 ms. */
const maxPostings = 500_000;

/** Adds up scores, of all documents if there are not too many postings; answers whether some documents are left out. */
export function addBest(
  top: TopDocuments,
  { chunks, tail }: IndexView,
  changed: readonly (readonly number[])[],
  terms: readonly ScoredTerm[],
  rare: ReadonlyMap<number, unknown>,
): boolean {
  const lowest = lowestImpacts(
    terms.filter(({ term }) => !rare.has(term)),
    maxPostings,
  );
  const parts = terms.flatMap((term) => {
    const least = rare.has(term.term) ? 1 : lowest.get(term.term);
    return least === undefined ? [] : [{ ...term, least }];
  });
  let more =
    parts.some(({ least, impacts }) => impacts.some(({ impact }) => impact < least)) || parts.length < terms.length;
  for (const [place, chunk] of chunks.entries())
    if (addChunk(top, chunk, place, parts, changed[place] ?? [])) more = true;
  const inTail = new Map<number, number>();
  for (const { idf, least, hits } of parts)
    for (const { document, impact } of hits)
      if (impact >= least && tail.documents.get(document))
        inTail.set(document, (inTail.get(document) ?? 0) + impact * idf);
  for (const [document, score] of inTail) top.add(document, score);
  return more;
}

/** Sums of scores by offset in a chunk, all 0 between two uses. */
const sums = new Int32Array(chunkSize);

/** Adds up the scores of a chunk's documents, list by list; answers whether some are not among the best. */
function addChunk(
  top: TopDocuments,
  { first }: Chunk,
  place: number,
  terms: readonly (Pick<ScoredTerm, 'idf' | 'lists'> & { readonly least: number })[],
  changed: readonly number[],
): boolean {
  let skipped = false;
  for (const { idf, least, lists } of terms) {
    const list = lists[place];
    if (!list) continue;
    const { impacts, counts, offsets } = list;
    for (let group = 0, at = 0; group < impacts.length; group++) {
      const impact = impacts[group] as number;
      if (impact < least) break;
      const weight = impact * idf;
      for (const end = at + (counts[group] as number); at < end; at++) {
        const offset = offsets[at] as number;
        sums[offset] = (sums[offset] as number) + weight;
      }
    }
  }
  for (const offset of changed) sums[offset] = 0;
  let least = top.least;
  for (let offset = 0; offset < chunkSize; offset++) {
    const score = sums[offset] as number;
    if (score < least) {
      skipped ||= score > 0;
      continue;
    }
    top.add(first + offset, score);
    least = top.least;
  }
  sums.fill(0);
  return skipped;
}

/** The `limit` best, with those that are as good as the last one, and all of `selected`. */
export function bestOf({ documents, matches, held }: ScoredDocuments, limit: number, selected: ReadonlySet<number>) {
  const top = createTopDocuments(limit);
  for (const [place, match] of matches.entries()) if (match > 0) top.add(place, match);
  const best = new Set(top.best());
  const places = [...documents.keys()].filter((place) => best.has(place) || selected.has(documents[place] as number));
  const pick = (from: Int32Array) => Int32Array.from(places, (place) => from[place] as number);
  return { scored: { documents: pick(documents), matches: pick(matches), held: pick(held) }, left: top.left };
}
