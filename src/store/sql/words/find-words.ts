import { inverseDocumentFrequency } from '../search/bm25.ts';
import { addBest, bestOf } from './best-documents.ts';
import { changedOf, documentCount } from './changed-documents.ts';
import { chunkSize } from './chunk.ts';
import { documentFrequencies } from './document-frequencies.ts';
import { exactScores } from './exact-scores.ts';
import { countsOf } from './impact-counts.ts';
import type { Chunk, IndexCache, IndexView } from './index-cache.ts';
import { rareTerms } from './rare-terms.ts';
import type { ScoredTerm } from './scored-term.ts';
import { createTopDocuments } from './top-documents.ts';
import type { WordFinder, WordMatches, WordQuery } from './word-finder.ts';
import type { WordSource } from './word-source.ts';

/** How often a question begins anew because the index changed under it. */
const maxAttempts = 8;
const replaced = `The index of words was replaced ${maxAttempts} times while it was searched.`;

export function createWordFinder(source: WordSource, cache: IndexCache): WordFinder {
  return {
    async find(query) {
      let last: IndexView | undefined;
      let found: Found | null = null;
      for (let attempt = 0; attempt < maxAttempts; attempt++) {
        const view = await cache.view(source);
        found = await find(source, cache, view, query);
        // full-text search knows of changes that the view does not have: again with a newer one, if there is one
        if (found && (!found.behind || view === last)) return found.matches;
        last = view;
      }
      if (found) return found.matches;
      throw new Error(replaced);
    },
    async frequencies(tokens, most = Number.POSITIVE_INFINITY) {
      for (let attempt = 0; attempt < maxAttempts; attempt++) {
        const counts = await documentFrequencies(source, cache, await cache.view(source), tokens, most);
        if (counts) return counts;
      }
      throw new Error(replaced);
    },
    async count() {
      return documentCount(await cache.view(source));
    },
  };
}

interface Found {
  readonly matches: WordMatches;
  /** Whether full-text search found documents of which the view does not know that they have the term. */
  readonly behind: boolean;
}

const none = new Int32Array();
const nothing = { scored: { documents: none, matches: none, held: none }, more: false, totalWeight: 0, maxWeight: 1 };

/** Null when a chunk was replaced meanwhile. */
async function find(
  source: WordSource,
  cache: IndexCache,
  view: IndexView,
  { tokens, limit, among, required }: WordQuery,
): Promise<Found | null> {
  const { chunks, tail } = view;
  const rare = await rareTerms(source, view, tokens);
  const absent = new Set(tokens.flatMap(({ text, term }) => (rare.get(term)?.length === 0 ? [text] : [])));
  if ([...absent].some((text) => required.has(text))) return { matches: { ...nothing, absent }, behind: false };
  const wanted = tokens.map(({ term, weight }) => ({ term, weight, chunks: chunksOf(chunks, rare.get(term)) }));
  const lists = await cache.lists(source, view, wanted);
  if (!lists) return null;

  // from here on nothing waits, so that the tail stays what it is
  const changed = chunks.map((chunk) => changedOf(chunk, tail.documents));
  const all = documentCount(view);
  const terms = wanted.map(({ term, weight }, place): ScoredTerm => {
    const [own, hits] = [lists[place] ?? [], tail.hits(term)];
    const counts = countsOf(own, changed, hits);
    const documentFrequency = rare.get(term)?.length ?? counts.documentFrequency;
    // those that wait until they are indexed again are not counted in `all`
    const idf = inverseDocumentFrequency(documentFrequency, Math.max(all, documentFrequency));
    // at least 1, so that a term that every unit holds matches too
    return { ...counts, term, lists: own, hits, idf: Math.max(1, Math.round(weight * idf)) };
  });
  const top = createTopDocuments(limit);
  const more = limit > 0 && addBest(top, view, changed, terms, rare);
  // written by the release before, which full-text search finds: ranked last until they are indexed again
  const unindexed = new Set([...rare.values()].flat().filter((document) => tail.documents.get(document) === null));
  const candidates = Int32Array.from(new Set([...among, ...top.best(), ...unindexed]));
  const scored = exactScores(candidates, view, terms, unindexed);
  const kept = limit > 0 ? bestOf(scored, limit, new Set(among)) : null;
  return {
    matches: {
      scored: kept?.scored ?? scored,
      more: more || top.left || kept?.left === true,
      totalWeight: terms.reduce((sum, { idf }) => sum + idf, 0),
      maxWeight: Math.max(1, inverseDocumentFrequency(0, all)),
      absent,
    },
    behind: terms.some(({ term, documentFrequency }) => {
      const documents = rare.get(term) ?? [];
      return documentFrequency < documents.filter((document) => !unindexed.has(document)).length;
    }),
  };
}

/** The places of the chunks that have the documents; undefined for all. */
function chunksOf(chunks: readonly Chunk[], documents: readonly number[] | undefined): ReadonlySet<number> | undefined {
  if (!documents) return undefined;
  const places = new Map(chunks.map(({ first }, place) => [first, place]));
  const firsts = documents.map((document) => document - (document % chunkSize));
  return new Set(firsts.flatMap((first) => places.get(first) ?? []));
}
