/**
 * The first form of the index of words in chunks: posting lists of up to 16,384 documents, by term, in the order of impacts. What
 * `src/store/sql/words/chunk.ts` was when this was released.
 */

export const chunkSize = 16_384;
const minOwnPack = 16;
const packBytes = 900;

export interface Pack {
  readonly key: number;
  readonly postings: Buffer;
}

export interface BuiltChunk {
  readonly documents: Buffer;
  readonly directory: Buffer;
  readonly packs: readonly Pack[];
}

/** A chunk of documents that are given one after the other, by their offsets in it. */
export function createChunk() {
  const documents = Buffer.alloc(chunkSize / 8);
  const lists = new Map<number, number[]>();
  return {
    add(offset: number, impacts: readonly (readonly [term: number, impact: number])[]) {
      documents[offset >> 3] = (documents[offset >> 3] as number) | (1 << (offset & 7));
      for (const [term, impact] of impacts) {
        const key = ((255 - impact) << 16) | offset;
        const list = lists.get(term);
        if (list) list.push(key);
        else lists.set(term, [key]);
      }
    },
    build: (): BuiltChunk => ({ documents, ...pack(lists) }),
  };
}

function pack(lists: ReadonlyMap<number, number[]>): Omit<BuiltChunk, 'documents'> {
  const packs: Pack[] = [];
  const directory: Buffer[] = [];
  let open: { key: number; parts: Buffer[]; bytes: number } = { key: -(2 ** 48), parts: [], bytes: 0 };
  const close = () => packs.push({ key: open.key, postings: Buffer.concat(open.parts) });
  for (const term of Float64Array.from(lists.keys()).sort()) {
    const keys = Uint32Array.from(lists.get(term) as number[]).sort();
    const list = encode(term, keys);
    if (keys.length >= minOwnPack) {
      packs.push({ key: term, postings: list });
      const entry = Buffer.alloc(8);
      entry.writeUIntBE(term, 0, 6);
      entry.writeUInt16LE(keys.length, 6);
      directory.push(entry);
    } else {
      if (open.bytes >= packBytes) {
        close();
        open = { key: term - 2 ** 48, parts: [], bytes: 0 };
      }
      open.parts.push(list);
      open.bytes += list.length;
    }
  }
  close();
  return { packs: packs.sort((one, other) => one.key - other.key), directory: Buffer.concat(directory) };
}

function encode(term: number, keys: Uint32Array): Buffer {
  const groups = new Map<number, number[]>();
  for (const key of keys) {
    const group = groups.get(key >>> 16);
    if (group) group.push(key & 0xffff);
    else groups.set(key >>> 16, [key & 0xffff]);
  }
  const bytes = Buffer.alloc(7 + 3 * groups.size + 2 * keys.length);
  bytes.writeUIntBE(term, 0, 6);
  bytes[6] = groups.size;
  let at = 7;
  for (const [impact, offsets] of groups) {
    bytes[at] = 255 - impact;
    bytes.writeUInt16LE(offsets.length, at + 1);
    at += 3;
  }
  for (const offset of [...groups.values()].flat()) at = bytes.writeUInt16LE(offset, at);
  return bytes;
}
