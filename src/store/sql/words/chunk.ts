import { postingSize, termAt } from './postings.ts';

/**
 * The inverted form of the index: the postings of a *chunk*, of up to `chunkSize` documents with consecutive ids, by term. Built at
 * once and never changed: a chunk whose documents change is built anew, from the build before and what changed.
 *
 * A posting list is in impact order: the number of its impacts (one byte), each impact, the highest first, with the number of its
 * documents (one byte and two), and the documents of each as offsets in the chunk, ascending (two bytes each). All numbers are
 * little-endian. A *pack* is a row with the list of one term, or with those of several rare ones in ascending order, each list
 * after its term (six bytes, big-endian).
 */

/** Documents in a chunk; at most 65,536, since offsets have two bytes. */
export const chunkSize = 16_384;

/** A term in at least this many documents of a chunk has a pack of its own; the directory of the chunk says which those are. */
export const minOwnPack = 16;

/**
 * Packs of several lists are about this long: reading one list costs reading all of its pack. In pages of SQLite a row of up to 1,002
 * bytes needs no overflow page.
 */
const packBytes = 900;

const termSize = 6;

/** The postings of a term in a chunk: documents by impact, the highest first. */
export interface PostingList {
  readonly impacts: Uint8Array;
  /** How many documents each impact has. */
  readonly counts: Uint16Array;
  /** Offsets in the chunk, impact after impact. */
  readonly offsets: Uint16Array;
}

export interface Pack {
  /** `ownKey` of its term, or `sharedKey` of the first of its terms. */
  readonly key: number;
  readonly postings: Buffer;
}

/** The key of a pack with this term alone. */
export const ownKey = (term: number): number => term;

/** A pack of several terms with this one among them has the greatest shared key up to this. Below all keys of packs with one. */
export const sharedKey = (term: number): number => term - 2 ** 48;

/** What is read of a chunk before anything else. */
export interface BuiltChunk {
  /** A bit for each document that the chunk has. */
  readonly documents: Buffer;
  /** The terms with a pack of their own: six bytes of the term (big-endian), two of its document frequency (little-endian). */
  readonly directory: Buffer;
  readonly packs: readonly Pack[];
}

/** Takes documents in any order, each once. */
export interface ChunkBuilder {
  add(offset: number, postings: Uint8Array): void;
  /** Takes the documents of a build of the same chunk, except the `changed` ones, by offset. */
  addDocuments(documents: Uint8Array, changed: ReadonlySet<number>): void;
  /** Takes the postings of these documents, pack by pack. */
  addPack(pack: Buffer): void;
  /** The chunk. Yields now and then, so that the caller can let others work. */
  build(): Generator<void, BuiltChunk>;
}

/** How many terms are written between two yields. */
const termsPerTurn = 2000;

export function createChunkBuilder(): ChunkBuilder {
  const documents = Buffer.alloc(chunkSize / 8);
  let kept: Uint8Array = documents;
  const ordinals = new Map<number, number>();
  /** Of each posting: its term's place in `ordinals`, and the key by which lists are sorted: impact descending, then offset. */
  let [terms, keys] = [new Uint32Array(2 ** 16), new Uint32Array(2 ** 16)];
  let size = 0;

  function reserve(more: number) {
    if (size + more <= terms.length) return;
    const grown = Math.max(terms.length * 2, size + more);
    const copy = (from: Uint32Array<ArrayBuffer>) => {
      const to = new Uint32Array(grown);
      to.set(from);
      return to;
    };
    [terms, keys] = [copy(terms), copy(keys)];
  }

  function ordinalOf(term: number): number {
    let ordinal = ordinals.get(term);
    if (ordinal === undefined) {
      ordinal = ordinals.size;
      ordinals.set(term, ordinal);
    }
    return ordinal;
  }

  function push(ordinal: number, impact: number, offset: number) {
    terms[size] = ordinal;
    keys[size++] = ((255 - impact) << 16) | offset;
  }

  return {
    add(offset, postings) {
      documents[offset >> 3] = (documents[offset >> 3] as number) | (1 << (offset & 7));
      reserve(postings.length / postingSize);
      for (let at = 0; at < postings.length; at += postingSize)
        push(ordinalOf(termAt(postings, at)), postings[at + termSize] as number, offset);
    },

    addDocuments(before, changed) {
      kept = Uint8Array.from(before);
      for (const offset of changed) kept[offset >> 3] = (kept[offset >> 3] as number) & ~(1 << (offset & 7));
      for (const [at, byte] of kept.entries()) documents[at] = (documents[at] as number) | byte;
    },

    addPack(pack) {
      for (const { term, head, impacts, body, end } of listsOf(pack)) {
        const ordinal = ordinalOf(term);
        reserve((end - body) / 2);
        let at = body;
        for (let group = head; group < head + 3 * impacts; group += 3)
          for (const last = at + 2 * pack.readUInt16LE(group + 1); at < last; at += 2) {
            const offset = pack.readUInt16LE(at);
            if (hasOffset(kept, offset)) push(ordinal, pack[group] as number, offset);
          }
      }
    },

    *build() {
      const starts = countingStarts(terms.subarray(0, size), ordinals.size);
      const sorted = new Uint32Array(size);
      const next = starts.slice();
      for (let at = 0; at < size; at++) {
        const ordinal = terms[at] as number;
        sorted[next[ordinal] as number] = keys[at] as number;
        next[ordinal] = (next[ordinal] as number) + 1;
      }
      yield;
      const packs: Pack[] = [];
      const directory: Buffer[] = [];
      // the first one is there even if it is empty, so that every term has a pack to look for it in
      let open: { key: number; parts: Buffer[]; bytes: number } = { key: sharedKey(0), parts: [], bytes: 0 };
      const close = () => packs.push({ key: open.key, postings: Buffer.concat(open.parts) });
      const ascending = Float64Array.from(ordinals.keys()).sort();
      yield;
      for (const [done, term] of ascending.entries()) {
        if (done % termsPerTurn === termsPerTurn - 1) yield;
        const ordinal = ordinals.get(term) as number;
        const of = sorted.subarray(starts[ordinal], starts[ordinal + 1]).sort();
        if (of.length === 0) continue;
        const list = encodeList(term, of);
        if (of.length >= minOwnPack) {
          packs.push({ key: ownKey(term), postings: list });
          directory.push(directoryEntry(term, of.length));
        } else {
          if (open.bytes >= packBytes) {
            close();
            open = { key: sharedKey(term), parts: [], bytes: 0 };
          }
          open.parts.push(list);
          open.bytes += list.length;
        }
      }
      close();
      packs.sort((one, other) => one.key - other.key);
      return { documents, directory: Buffer.concat(directory), packs };
    },
  };
}

/** Where the postings of each term begin, when they are in the order of their terms' ordinals. */
function countingStarts(terms: Uint32Array, ordinals: number): Uint32Array {
  const starts = new Uint32Array(ordinals + 1);
  for (const ordinal of terms) starts[ordinal + 1] = (starts[ordinal + 1] as number) + 1;
  for (let ordinal = 0; ordinal < ordinals; ordinal++)
    starts[ordinal + 1] = (starts[ordinal + 1] as number) + (starts[ordinal] as number);
  return starts;
}

function directoryEntry(term: number, documentFrequency: number): Buffer {
  const entry = Buffer.allocUnsafe(termSize + 2);
  entry.writeUIntBE(term, 0, termSize);
  // 65,536 documents would not fit in two bytes; a chunk has fewer
  entry.writeUInt16LE(documentFrequency, termSize);
  return entry;
}

/** `keys` are sorted: 255 − impact in the upper 16 bits, the offset in the lower ones. */
function encodeList(term: number, keys: Uint32Array): Buffer {
  let impacts = 0;
  for (let at = 0; at < keys.length; at++)
    if (at === 0 || (keys[at] as number) >>> 16 !== (keys[at - 1] as number) >>> 16) impacts++;
  const bytes = Buffer.allocUnsafe(termSize + 1 + 3 * impacts + 2 * keys.length);
  bytes.writeUIntBE(term, 0, termSize);
  bytes[termSize] = impacts;
  let head = termSize + 1;
  let body = head + 3 * impacts;
  for (let from = 0; from < keys.length; ) {
    const impact = (keys[from] as number) >>> 16;
    let to = from;
    for (; to < keys.length && (keys[to] as number) >>> 16 === impact; to++)
      body = bytes.writeUInt16LE((keys[to] as number) & 0xffff, body);
    bytes[head] = 255 - impact;
    bytes.writeUInt16LE(to - from, head + 1);
    head += 3;
    from = to;
  }
  return bytes;
}

export const noPostings: PostingList = {
  impacts: new Uint8Array(),
  counts: new Uint16Array(),
  offsets: new Uint16Array(),
};

/** Where a list is in a pack, in bytes: its impacts with their counts, and its offsets. */
interface Place {
  readonly term: number;
  readonly head: number;
  readonly impacts: number;
  readonly body: number;
  readonly end: number;
}

function* listsOf(pack: Buffer): Generator<Place, undefined> {
  for (let at = 0; at < pack.length; ) {
    const impacts = pack[at + termSize] as number;
    const head = at + termSize + 1;
    const body = head + 3 * impacts;
    let end = body;
    for (let group = head; group < body; group += 3) end += 2 * pack.readUInt16LE(group + 1);
    yield { term: termAt(pack, at), head, impacts, body, end };
    at = end;
  }
}

/** The list of a term in a pack; empty where the pack does not have it. */
export function listIn(pack: Buffer, term: number): PostingList {
  for (const place of listsOf(pack)) {
    if (place.term === term) return decodeList(pack, place);
    if (place.term > term) break;
  }
  return noPostings;
}

function decodeList(pack: Buffer, { head, impacts: size, body, end }: Place): PostingList {
  const impacts = new Uint8Array(size);
  const counts = new Uint16Array(size);
  for (let index = 0; index < size; index++) {
    impacts[index] = pack[head + 3 * index] as number;
    counts[index] = pack.readUInt16LE(head + 3 * index + 1);
  }
  const offsets = new Uint16Array((end - body) / 2);
  // copied byte by byte: a view of two bytes each has to begin at an even place
  new Uint8Array(offsets.buffer).set(pack.subarray(body, end));
  return { impacts, counts, offsets };
}

/** How many documents of a chunk have the term, by its directory, if the term has a pack of its own; else 0. */
export function documentFrequencyIn(directory: Buffer, term: number): number {
  const entrySize = termSize + 2;
  let [low, high] = [0, directory.length / entrySize - 1];
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = termAt(directory, middle * entrySize);
    if (found === term) return directory.readUInt16LE(middle * entrySize + termSize);
    if (found < term) low = middle + 1;
    else high = middle - 1;
  }
  return 0;
}

export const hasOffset = (documents: Uint8Array, offset: number): boolean =>
  ((documents[offset >> 3] ?? 0) & (1 << (offset & 7))) !== 0;

export function countDocuments(documents: Uint8Array): number {
  let count = 0;
  for (let byte of documents) for (; byte !== 0; byte &= byte - 1) count++;
  return count;
}
