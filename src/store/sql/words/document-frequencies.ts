import { changedOf } from './changed-documents.ts';
import { documentFrequencyIn } from './chunk.ts';
import { countsOf } from './impact-counts.ts';
import type { IndexCache, IndexView } from './index-cache.ts';
import { lookUp, maxRare, mayBeRare } from './rare-terms.ts';
import type { IndexToken } from './word-finder.ts';
import type { WordSource } from './word-source.ts';

/** As `WordFinder.frequencies`. Null when a chunk was replaced meanwhile. */
export async function documentFrequencies(
  source: WordSource,
  cache: IndexCache,
  view: IndexView,
  tokens: readonly IndexToken[],
  most: number,
): Promise<readonly number[] | null> {
  const upTo = Math.min(most, maxRare);
  const looked = await lookUp(source, mayBeRare(view, tokens, upTo), upTo);
  const countOf = new Map([...looked].map(([term, { length }]) => [term, length]));
  if (most > upTo) {
    const common = tokens.filter(({ term }) => (countOf.get(term) ?? most) > upTo);
    const counted = await countAll(source, cache, view, common);
    if (!counted) return null;
    for (const [term, count] of counted) countOf.set(term, count);
  }
  return tokens.map(({ term }) => Math.min(countOf.get(term) ?? most + 1, most + 1));
}

/** How many documents have each term. Null when a chunk was replaced meanwhile. */
async function countAll(
  source: WordSource,
  cache: IndexCache,
  view: IndexView,
  tokens: readonly IndexToken[],
): Promise<ReadonlyMap<number, number> | null> {
  const { chunks, tail } = view;
  const changed = chunks.map((chunk) => changedOf(chunk, tail.documents));
  // all that is asked of the tail, before anything waits
  const parts = tokens.map(({ term }) => {
    // a directory says how many documents have a term that is common in its chunk; for others the list is read
    const counts = chunks.map(({ directory }, place) =>
      changed[place]?.length === 0 ? documentFrequencyIn(directory, term) : 0,
    );
    const known = counts.reduce((sum, count) => sum + count, tail.hits(term).length);
    return { term, known, chunks: new Set(counts.flatMap((count, place) => (count === 0 ? [place] : []))) };
  });
  const lists = await cache.lists(source, view, parts);
  if (!lists) return null;
  return new Map(
    parts.map(({ term, known }, place) => [term, known + countsOf(lists[place] ?? [], changed, []).documentFrequency]),
  );
}
