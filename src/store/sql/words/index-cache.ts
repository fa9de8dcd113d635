import { LRUCache } from 'lru-cache';
import {
  chunkSize,
  countDocuments,
  documentFrequencyIn,
  listIn,
  ownKey,
  type PostingList,
  sharedKey,
} from './chunk.ts';
import { createTail, type Tail } from './tail.ts';
import type { Builds, WordSource } from './word-source.ts';

/** A chunk as the index has it now. */
export interface Chunk {
  readonly build: number;
  /** The id of its first document. */
  readonly first: number;
  /** A bit for each document that it has. */
  readonly documents: Uint8Array;
  readonly size: number;
  readonly directory: Buffer;
}

/** The index at one moment, or later: the tail grows while a view is used. */
export interface IndexView {
  readonly chunks: readonly Chunk[];
  readonly tail: Tail;
}

/** A term, and the places of the chunks in which its list is wanted; without them, in all. */
export interface WantedTerm {
  readonly term: number;
  readonly chunks?: ReadonlySet<number>;
}

/** The index as one connection sees it, kept in memory: what is immutable, and what has changed since. */
export interface IndexCache {
  /** The index as it is now. */
  view(source: WordSource): Promise<IndexView>;
  /**
   * The lists of each term, in the order of the view's chunks; where the term wants only some chunks, undefined in the others. Null
   * when a chunk has been replaced, and the view is to be taken again.
   */
  lists(
    source: WordSource,
    view: IndexView,
    terms: readonly WantedTerm[],
  ): Promise<readonly (readonly (PostingList | undefined)[])[] | null>;
}

/** Posting lists that the connections of a thread share, in bytes. Builds have numbers of their own, so that no list is ever stale. */
const maxListBytes = 48 * 2 ** 20;
/** What an entry costs besides its numbers. */
const entryBytes = 300;

export type ListCache = LRUCache<string, PostingList>;

export const createListCache = (): ListCache =>
  new LRUCache({
    maxSize: maxListBytes,
    sizeCalculation: ({ impacts, counts, offsets }) =>
      entryBytes + impacts.length + counts.byteLength + offsets.byteLength,
  });

type Head = Pick<Chunk, 'documents' | 'size' | 'directory'>;

/** How often a view is taken again because chunks were replaced meanwhile; that happens every few seconds at most. */
const maxAttempts = 5;

export function createIndexCache(listCache: ListCache): IndexCache {
  let heads = new Map<number, Head>();
  let tail = createTail();
  let current: { readonly key: string; readonly view: IndexView } | undefined;
  /** Resolves when the last refresh has ended: one after the other, since they change the same tail. */
  let refreshed: Promise<unknown> = Promise.resolve();

  async function view(source: WordSource): Promise<IndexView> {
    const { builds, changes, last } = await source.state();
    const key = JSON.stringify([builds, changes, last]);
    if (current?.key === key) return current.view;
    const mine = refreshed.then(() => (current?.key === key ? current.view : refreshView(source)));
    refreshed = mine.catch(() => {});
    return mine;
  }

  async function refreshView(source: WordSource): Promise<IndexView> {
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const taken = await refresh(source);
      if (!taken) continue;
      current = taken;
      return taken.view;
    }
    throw new Error(`The index of words was replaced ${maxAttempts} times while it was read.`);
  }

  /** Null when a chunk was replaced meanwhile. */
  async function refresh(source: WordSource): Promise<{ key: string; view: IndexView } | null> {
    const { builds, changes } = await source.changes();
    const known = await headsOf(source, builds);
    if (!known) return null;
    const grown = await tailOf(source, builds, changes);
    if (!grown) return null;
    tail = grown;
    const last = changes.reduce((highest, [id]) => Math.max(highest, id), 0);
    heads = known;
    const chunks = builds.map(
      ([chunk, build]): Chunk => ({ build, first: chunk * chunkSize, ...(known.get(build) as Head) }),
    );
    return { key: JSON.stringify([builds, changes.length, last]), view: { chunks, tail } };
  }

  async function headsOf(source: WordSource, builds: Builds): Promise<Map<number, Head> | null> {
    const unknown = builds.map(([, build]) => build).filter((build) => !heads.has(build));
    const read = new Map(unknown.length === 0 ? [] : (await source.heads(unknown)).map((head) => [head.build, head]));
    const known = new Map<number, Head>();
    for (const [, build] of builds) {
      const head = read.get(build);
      const of =
        heads.get(build) ??
        (head && {
          documents: head.documents,
          directory: head.directory,
          size: countDocuments(head.documents),
        });
      if (!of) return null;
      known.set(build, of);
    }
    return known;
  }

  /** The tail with these changes: the same one where they have only become more. Null when a chunk was replaced meanwhile. */
  async function tailOf(
    source: WordSource,
    builds: Builds,
    changes: readonly (readonly [id: number, document: number])[],
  ): Promise<Tail | null> {
    const fresh = changes.filter(([id]) => !tail.seen.has(id));
    const grows = fresh.length + tail.seen.size === changes.length;
    const wanted = [...new Set(fresh.map(([, document]) => document))];
    const rows = wanted.length > 0 ? await source.postings(wanted) : [];
    const read = new Map(rows.map(({ document, postings }) => [document, postings]));
    // merged meanwhile, or gone
    if (read.size < wanted.length && !isSame((await source.state()).builds, builds)) return null;
    const to = grows ? tail : createTail();
    if (!grows) {
      for (const [id, document] of changes)
        if (tail.seen.has(id)) to.add(id, document, tail.documents.get(document) ?? null);
    }
    for (const [id, document] of fresh) to.add(id, document, read.get(document) ?? null);
    return to;
  }

  return {
    view,
    async lists(source, { chunks }, terms) {
      const keyOf = (build: number, term: number) => `${build} ${term}`;
      const wanted: { term: number; place: number; chunk: number; build: number; key: number }[] = [];
      const lists = terms.map(({ term, chunks: only }, place) =>
        chunks.map(({ build, directory }, chunk) => {
          if (only && !only.has(chunk)) return undefined;
          const list = listCache.get(keyOf(build, term));
          const key = documentFrequencyIn(directory, term) > 0 ? ownKey(term) : sharedKey(term);
          if (!list) wanted.push({ term, place, chunk, build, key });
          return list;
        }),
      );
      if (wanted.length === 0) return lists;
      const rows = await source.packs(wanted.map(({ build, key }) => [build, key]));
      const packs = new Map(rows.map(({ build, key, postings }) => [keyOf(build, key), postings]));
      for (const { term, place, chunk, build, key } of wanted) {
        const pack = packs.get(keyOf(build, key));
        if (!pack) return null;
        const list = listIn(pack, term);
        listCache.set(keyOf(build, term), list);
        (lists[place] as (PostingList | undefined)[])[chunk] = list;
      }
      return lists;
    },
  };
}

const isSame = (one: Builds, other: Builds): boolean => JSON.stringify(one) === JSON.stringify(other);
