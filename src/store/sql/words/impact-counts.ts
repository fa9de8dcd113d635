import type { PostingList } from './chunk.ts';
import type { Hit } from './tail.ts';

/** How many documents have an impact of a term. */
export interface ImpactCount {
  readonly impact: number;
  readonly documents: number;
}

/** The document frequency of a term, and how its documents divide by impact. */
export function countsOf(
  lists: readonly (PostingList | undefined)[],
  changed: readonly (readonly number[])[],
  inTail: readonly Hit[],
): { documentFrequency: number; impacts: readonly ImpactCount[] } {
  const documents = new Uint32Array(256);
  for (const [place, list] of lists.entries()) {
    if (!list) continue;
    const { impacts, counts } = list;
    for (let group = 0; group < impacts.length; group++) {
      const impact = impacts[group] as number;
      documents[impact] = (documents[impact] as number) + (counts[group] as number);
    }
    const gone = changed[place] ?? [];
    if (gone.length > 0) subtract(documents, list, new Set(gone));
  }
  for (const { impact } of inTail) documents[impact] = (documents[impact] as number) + 1;
  const impacts: ImpactCount[] = [];
  let documentFrequency = 0;
  for (let impact = 255; impact > 0; impact--) {
    const count = documents[impact] as number;
    if (count === 0) continue;
    impacts.push({ impact, documents: count });
    documentFrequency += count;
  }
  return { documentFrequency, impacts };
}

function subtract(documents: Uint32Array, { impacts, counts, offsets }: PostingList, gone: ReadonlySet<number>) {
  let at = 0;
  for (let group = 0; group < impacts.length; group++) {
    const impact = impacts[group] as number;
    for (const end = at + (counts[group] as number); at < end; at++)
      if (gone.has(offsets[at] as number)) documents[impact] = (documents[impact] as number) - 1;
  }
}

/**
 * Selection in the order of impacts: blocks of the postings with one impact of one term by IDF · impact, descending, until they hold
 * `postings` or more. Answers the lowest selected impact of each term. A cut between blocks, by counts that do not depend on what is in
 * a chunk and what in the tail, is the same on both databases and before and after a merge.
 */
export function lowestImpacts(
  terms: readonly { readonly term: number; readonly idf: number; readonly impacts: readonly ImpactCount[] }[],
  postings: number,
): ReadonlyMap<number, number> {
  const blocks = terms
    .flatMap(({ term, idf, impacts }) =>
      impacts.map(({ impact, documents }) => ({ term, impact, documents, weight: idf * impact })),
    )
    .sort((one, other) => other.weight - one.weight || one.term - other.term);
  const lowest = new Map<number, number>();
  let left = postings;
  for (const { term, impact, documents } of blocks) {
    if (left <= 0) break;
    left -= documents;
    lowest.set(term, impact);
  }
  return lowest;
}
