import { impactIn } from './postings.ts';
import { createTermGroups } from './term-groups.ts';

/** The documents that changed since their chunks were built, in memory. */
export interface Tail {
  /** Ids of the changes in it. */
  readonly seen: ReadonlySet<number>;
  /** All documents whose postings in chunks do not count any more. */
  readonly documents: ReadonlyMap<number, Uint8Array | null>;
  /** How many of them are there, with postings. */
  readonly live: number;
  /** Takes a change: the postings of the document now, or null where it has none. */
  add(change: number, document: number, postings: Uint8Array | null): void;
  /** The documents that have the term, with its impact. */
  hits(term: number): readonly Hit[];
}

export interface Hit {
  readonly document: number;
  readonly impact: number;
}

interface Entry {
  readonly document: number;
  readonly postings: Uint8Array;
}

/** Terms whose hits are kept, of those that have some; when there are more, all are found anew. */
const maxTerms = 4096;

export function createTail(): Tail {
  const seen = new Set<number>();
  const documents = new Map<number, Uint8Array | null>();
  const entries: Entry[] = [];
  const groups = createTermGroups();
  const found = new Map<number, { upTo: number; hits: Hit[] }>();
  let live = 0;
  return {
    seen,
    documents,
    get live() {
      return live;
    },
    add(change, document, postings) {
      seen.add(change);
      const before = documents.get(document);
      // several changes of one document, of which the last one was read
      if (before === postings) return;
      if (before) {
        live--;
        // what was found of its former postings does not count
        found.clear();
      }
      documents.set(document, postings);
      if (!postings) return;
      live++;
      entries.push({ document, postings });
      groups.add(postings);
    },
    hits(term) {
      const known = found.get(term);
      const { upTo, hits } = known ?? { upTo: 0, hits: [] };
      for (const place of groups.placesOf(term, upTo)) {
        const { document, postings } = entries[place] as Entry;
        if (documents.get(document) === postings) hits.push({ document, impact: impactIn(postings, term) });
      }
      if (known) known.upTo = entries.length;
      // most words of a text are in no unit of the tail
      else if (hits.length > 0) {
        if (found.size >= maxTerms) found.clear();
        found.set(term, { upTo: entries.length, hits });
      }
      return hits;
    },
  };
}
