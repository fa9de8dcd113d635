import { inverseDocumentFrequency } from '../search/bm25.ts';
import { chunkSize, documentFrequencyIn, hasOffset, type PostingList } from './chunk.ts';
import type { Chunk, IndexCache, IndexView } from './index-cache.ts';
import { impactIn } from './postings.ts';
import type { Hit } from './tail.ts';
import { createTopDocuments, type TopDocuments } from './top-documents.ts';
import type { WordSource } from './word-source.ts';

/** A token with its number in the index. */
export interface IndexToken {
  readonly text: string;
  readonly term: number;
}

/** What is asked of the words of units. */
export interface WordQuery {
  /** Each different token, with what its score counts. */
  readonly tokens: readonly (IndexToken & { readonly weight: number })[];
  /** How many of the best documents are wanted; those that are equally good as the last one come too, up to `maxTies`. */
  readonly limit: number;
  /** Documents that are scored in any case, each once. */
  readonly among: readonly number[];
}

/** Documents with their scores, one number of each in each place. */
export interface ScoredDocuments {
  readonly documents: Int32Array;
  /** The whole-number sum of impact · IDF weight over the terms that the document has. */
  readonly matches: Int32Array;
  /** The sum of the IDF weights of these terms. */
  readonly held: Int32Array;
}

export interface WordMatches {
  /** The best, and those of `among`, in no order. */
  readonly scored: ScoredDocuments;
  /** Whether other documents have one of the terms. */
  readonly more: boolean;
  /** The sum of the IDF weights of all terms of the query: what a unit that has all of them holds. */
  readonly totalWeight: number;
  /** The IDF weight of a term in no unit, the highest there is. */
  readonly maxWeight: number;
}

/** Finds and scores documents by their words. */
export interface WordFinder {
  find(query: WordQuery): Promise<WordMatches>;
  /**
   * How many documents have each token; `most + 1` for one that more than `most` have. For thousands of tokens `most` must be low, some
   * dozens.
   */
  frequencies(tokens: readonly IndexToken[], most?: number): Promise<readonly number[]>;
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
/** Of more tokens than this the tail is not asked which have them: it looks at each of its units. */
const maxTailTokens = 256;
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
        const counts = await frequencies(source, cache, await cache.view(source), tokens, most);
        if (counts) return counts;
      }
      throw new Error(replaced);
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
  const wanted = tokens.map(({ term, weight }) => ({ term, weight, chunks: chunksOf(chunks, rare.get(term)) }));
  const lists = await cache.lists(source, view, wanted);
  if (!lists) return null;

  // from here on nothing waits, so that the tail stays what it is
  const changed = chunks.map((chunk) => changedOf(chunk, tail.documents));
  const all = documentCount(view);
  const terms = wanted.map(({ term, weight }, place): Term => {
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
  const scored = scoresOf(candidates, view, terms, unindexed);
  const kept = limit > 0 ? bestOf(scored, limit, new Set(among)) : null;
  return {
    matches: {
      scored: kept?.scored ?? scored,
      more: more || top.left || kept?.left === true,
      totalWeight: terms.reduce((sum, { idf }) => sum + idf, 0),
      maxWeight: Math.max(1, inverseDocumentFrequency(0, all)),
    },
    behind: terms.some(({ term, documentFrequency }) => {
      const documents = rare.get(term) ?? [];
      return documentFrequency < documents.filter((document) => !unindexed.has(document)).length;
    }),
  };
}

interface Term {
  readonly term: number;
  /** The IDF weight: the inverse document frequency, in thousandths, times the weight of the token. */
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
  view: IndexView,
  tokens: readonly IndexToken[],
): Promise<Map<number, readonly number[]>> {
  const looked = await lookUp(source, mayBeRare(view, tokens, maxRare), maxRare);
  const found = [...looked].sort(
    ([one, documents], [other, others]) => documents.length - others.length || one - other,
  );
  const rare = new Map<number, readonly number[]>();
  let left = maxRare;
  for (const [term, documents] of found) {
    left -= documents.length;
    if (left < 0) break;
    rare.set(term, documents);
  }
  return rare;
}

/** The tokens that, as far as directories say, are in `most` documents or fewer; what is in the tail is told only of not too many. */
function mayBeRare({ chunks, tail }: IndexView, tokens: readonly IndexToken[], most: number): readonly IndexToken[] {
  // what has changed may have had the term before
  const changed = chunks.reduce((sum, chunk) => sum + changedOf(chunk, tail.documents).length, 0);
  const isInTail = tokens.length <= maxTailTokens;
  return tokens.filter(({ term }) => {
    const built = chunks.reduce((sum, { directory }) => sum + documentFrequencyIn(directory, term), 0);
    return built - changed + (isInTail ? tail.hits(term).length : 0) <= most;
  });
}

/** The documents of each token by its term, by full-text search: of one in more than `most`, `most + 1` of them. */
async function lookUp(
  source: WordSource,
  tokens: readonly IndexToken[],
  most: number,
): Promise<Map<number, readonly number[]>> {
  if (tokens.length === 0) return new Map();
  const rows = await source.matching(
    tokens.map(({ text }) => text),
    most + 1,
  );
  const found = tokens.map(({ term }) => [term, [] as number[]] as const);
  for (const { token, document } of rows) found[token]?.[1].push(document);
  return new Map(found);
}

/** Null when a chunk was replaced meanwhile. */
async function frequencies(
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
