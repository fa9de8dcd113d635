import { inverseDocumentFrequency } from '../search/bm25.ts';
import { chunkSize, documentFrequencyIn, hasOffset, type PostingList } from './chunk.ts';
import type { Chunk, IndexCache, IndexView } from './index-cache.ts';
import { impactIn } from './postings.ts';
import type { Hit } from './tail.ts';
import { createTopDocuments, type TopDocuments } from './top-documents.ts';
import type { CompiledSql, WordSource } from './word-source.ts';

/** What is asked of the words of units. */
export interface WordQuery {
  /** Each different token with its term. */
  readonly tokens: readonly (readonly [token: string, term: number])[];
  /** How many of the best documents are wanted; those that are equally good as the last one come too, up to `maxTies`. */
  readonly limit: number;
  /** Selects documents, as rows `(document)`, that are scored in any case. */
  readonly among?: CompiledSql;
}

/** Documents with their scores, one number of each in each place. */
export interface ScoredDocuments {
  readonly documents: Int32Array;
  /** The whole-number sum of impact · IDF over the terms that the document has. */
  readonly matches: Int32Array;
  /** The sum of the IDF of these terms. */
  readonly held: Int32Array;
}

export interface WordMatches {
  /** The best, and those of `among`, in no order. */
  readonly scored: ScoredDocuments;
  /** Whether other documents have one of the terms. */
  readonly more: boolean;
  /** The sum of the IDF of all terms of the query: what a unit that has all of them holds. */
  readonly idf: number;
}

/** Finds and scores documents by their words. */
export interface WordFinder {
  find(query: WordQuery): Promise<WordMatches>;
  /** How many documents there are. */
  count(): Promise<number>;
}

/**
 * The rarest terms, as many as stand in this many documents together, are looked up by full-text search, so that only the chunks with
 * those documents are read; the other ones in all chunks.
 */
const maxRare = 500;
/** The most postings of the other terms that are added up, those that weigh most first: some 2 ms. */
export const maxPostings = 500_000;
/** How often a question begins anew because the index changed under it. */
const maxAttempts = 8;

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
      throw new Error(`The index of words was replaced ${maxAttempts} times while it was searched.`);
    },
    async count() {
      return documentCount(await cache.view(source));
    },
  };
}

const documentCount = ({ chunks, tail }: IndexView) =>
  chunks.reduce((sum, chunk) => sum + chunk.size - changedOf(chunk, tail.documents).length, tail.live);

/** Offsets of a chunk's documents that have changed since it was built: their postings in it do not count. */
function changedOf({ first, documents }: Chunk, changed: ReadonlyMap<number, unknown>): number[] {
  const offsets: number[] = [];
  for (const document of changed.keys()) {
    const offset = document - first;
    if (offset >= 0 && offset < chunkSize && hasOffset(documents, offset)) offsets.push(offset);
  }
  return offsets;
}

interface Found {
  readonly matches: WordMatches;
  /** Whether full-text search found documents of which the view does not know that they have the term. */
  readonly behind: boolean;
}

/** Null when a chunk was replaced meanwhile. */
async function find(
  source: WordSource,
  cache: IndexCache,
  view: IndexView,
  { tokens, limit, among }: WordQuery,
): Promise<Found | null> {
  const { chunks, tail } = view;
  const rare = await rareTerms(source, view, tokens);
  const wanted = tokens.map(([, term]) => ({ term, chunks: chunksOf(chunks, rare.get(term)) }));
  const lists = await cache.lists(source, view, wanted);
  if (!lists) return null;
  const selected = among ? await source.documentsOf(among) : [];

  // from here on nothing waits, so that the tail stays what it is
  const changed = chunks.map((chunk) => changedOf(chunk, tail.documents));
  const all = documentCount(view);
  const terms = wanted.map(({ term }, place): Term => {
    const [own, hits] = [lists[place] ?? [], tail.hits(term)];
    const counts = countsOf(own, changed, hits);
    const documentFrequency = rare.get(term)?.length ?? counts.documentFrequency;
    // those that wait until they are indexed again are not counted in `all`
    const idf = inverseDocumentFrequency(documentFrequency, Math.max(all, documentFrequency));
    return { ...counts, term, lists: own, hits, idf };
  });
  const top = createTopDocuments(limit);
  const more = limit > 0 && addBest(top, view, changed, terms, rare);
  // written by the release before, which full-text search finds: ranked last until they are indexed again
  const unindexed = new Set([...rare.values()].flat().filter((document) => tail.documents.get(document) === null));
  const candidates = Int32Array.from(new Set([...selected, ...top.best(), ...unindexed]));
  const scored = scoresOf(candidates, view, terms, unindexed);
  const kept = limit > 0 ? bestOf(scored, limit, new Set(selected)) : null;
  return {
    matches: {
      scored: kept?.scored ?? scored,
      more: more || top.left || kept?.left === true,
      idf: terms.reduce((sum, { idf }) => sum + idf, 0),
    },
    behind: terms.some(({ term, documentFrequency }) => {
      const documents = rare.get(term) ?? [];
      return documentFrequency < documents.filter((document) => !unindexed.has(document)).length;
    }),
  };
}

interface Term {
  readonly term: number;
  readonly idf: number;
  /** As far as the view has it. */
  readonly documentFrequency: number;
  readonly impacts: readonly ImpactCount[];
  /** In the order of the chunks; undefined where the term is not, or nothing is looked for. */
  readonly lists: readonly (PostingList | undefined)[];
  readonly hits: readonly Hit[];
}

/** The places of the chunks that have the documents; undefined for all. */
function chunksOf(chunks: readonly Chunk[], documents: readonly number[] | undefined): ReadonlySet<number> | undefined {
  if (!documents) return undefined;
  const places = new Map(chunks.map(({ first }, place) => [first, place]));
  const firsts = documents.map((document) => document - (document % chunkSize));
  return new Set(firsts.flatMap((first) => places.get(first) ?? []));
}

/** Adds up scores, of all documents if there are not too many postings; answers whether some documents are left out. */
function addBest(
  top: TopDocuments,
  { chunks, tail }: IndexView,
  changed: readonly (readonly number[])[],
  terms: readonly Term[],
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

/** The exact scores of the documents, by all their terms. */
function scoresOf(
  documents: Int32Array,
  { chunks, tail }: IndexView,
  terms: readonly Term[],
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

/** The rarest terms with their documents, until those are `maxRare` together. */
async function rareTerms(
  source: WordSource,
  { chunks, tail }: IndexView,
  tokens: WordQuery['tokens'],
): Promise<Map<number, number[]>> {
  // what has changed may have had the term before
  const changed = chunks.reduce((sum, chunk) => sum + changedOf(chunk, tail.documents).length, 0);
  const asked = tokens.filter(([, term]) => {
    const built = chunks.reduce((sum, { directory }) => sum + documentFrequencyIn(directory, term), 0);
    return built - changed + tail.hits(term).length <= maxRare;
  });
  if (asked.length === 0) return new Map();
  const rows = await source.matching(
    asked.map(([token]) => token),
    maxRare + 1,
  );
  const documents = asked.map((): number[] => []);
  for (const { token, document } of rows) documents[token]?.push(document);
  const found = asked
    .map(([, term], place) => ({ term, documents: documents[place] ?? [] }))
    .sort((one, other) => one.documents.length - other.documents.length || one.term - other.term);
  const rare = new Map<number, number[]>();
  let left = maxRare;
  for (const { term, documents } of found) {
    left -= documents.length;
    if (left < 0) break;
    rare.set(term, documents);
  }
  return rare;
}

/** How many documents have an impact of a term. */
interface ImpactCount {
  readonly impact: number;
  readonly documents: number;
}

/** The document frequency of a term, and how its documents divide by impact. */
function countsOf(
  lists: Term['lists'],
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

/** By offset in a chunk, and all 0 between two uses: sums of scores; places in a list of documents, counted from 1. */
const [sums, marks] = [new Int32Array(chunkSize), new Uint16Array(chunkSize)];

/** Adds up the scores of a chunk's documents, list by list; answers whether some are not among the best. */
function addChunk(
  top: TopDocuments,
  { first }: Chunk,
  place: number,
  terms: readonly (Pick<Term, 'idf' | 'lists'> & { readonly least: number })[],
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
function bestOf({ documents, matches, held }: ScoredDocuments, limit: number, selected: ReadonlySet<number>) {
  const top = createTopDocuments(limit);
  for (const [place, match] of matches.entries()) if (match > 0) top.add(place, match);
  const best = new Set(top.best());
  const places = [...documents.keys()].filter((place) => best.has(place) || selected.has(documents[place] as number));
  const pick = (from: Int32Array) => Int32Array.from(places, (place) => from[place] as number);
  return { scored: { documents: pick(documents), matches: pick(matches), held: pick(held) }, left: top.left };
}
