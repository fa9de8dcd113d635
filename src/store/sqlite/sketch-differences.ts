import { sketchBytes } from './sketch.ts';

/**
 * Counts the bits in which sketches differ, 16 bytes at a time. A WebAssembly module, since JavaScript has neither 128-bit
 * integers nor an instruction that counts bits: it takes a tenth of the time.
 */
export interface SketchMemory {
  /** Writes sketches, one after the other, to page `page` of the memory, from 1; a page holds `sketchesPerPage`. */
  write(page: number, sketches: Uint8Array): void;
  /** In how many bits each of the first `count` sketches of the page differs from `sketch`. Valid until the next call. */
  differences(page: number, count: number, sketch: Uint8Array): Uint16Array;
}

const pageBytes = 65_536;
export const sketchesPerPage = pageBytes / sketchBytes;

/** Page 0 has the sketch that is compared with all, and behind it the differences. */
const differencesAt = sketchBytes;

export function createSketchMemory(): SketchMemory {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports } = new WebAssembly.Instance(compiled(), { js: { memory } });
  const compare = exports.compare as (from: number, end: number, differences: number) => void;
  return {
    write(page, sketches) {
      const missing = (page + 1) * pageBytes - memory.buffer.byteLength;
      // twice as much each time, since the memory may have to be moved
      if (missing > 0) memory.grow(Math.max(missing, Math.min(memory.buffer.byteLength, 2 ** 24)) / pageBytes);
      new Uint8Array(memory.buffer).set(sketches, page * pageBytes);
    },
    differences(page, count, sketch) {
      new Uint8Array(memory.buffer).set(sketch);
      const from = page * pageBytes;
      compare(from, from + count * sketchBytes, differencesAt);
      return new Uint16Array(memory.buffer, differencesAt, count);
    },
  };
}

let module: WebAssembly.Module | undefined;

function compiled(): WebAssembly.Module {
  module ??= new WebAssembly.Module(Uint8Array.from(binary()));
  return module;
}

/** The bytes of the module, with the names of the text format beside them (WebAssembly Core Specification 2.0, 5). */
function binary(): number[] {
  const [i32, v128] = [0x7f, 0x7b];
  const [from, end, out, sum] = [0, 1, 2, 3];
  const get = (local: number) => [0x20, local];
  const set = (local: number) => [0x21, local];
  const constant = (value: number) => [0x41, ...signed(value)];
  const add = [0x6a];
  const load = (offset: number) => [0xfd, 0x00, 4, ...unsigned(offset)]; // v128.load align=16
  const [xor, popcnt, addBytes] = [
    [0xfd, 0x51], // v128.xor
    [0xfd, 0x62], // i8x16.popcnt
    [0xfd, 0x6e], // i8x16.add
  ];
  const lane = (number: number) => [...get(sum), 0xfd, 0x1b, number]; // i32x4.extract_lane
  const parts = Array.from({ length: sketchBytes / 16 }, (_part, index) => [
    ...[...get(from), ...load(16 * index)],
    ...[...constant(0), ...load(16 * index)],
    ...[...xor, ...popcnt],
    ...(index > 0 ? addBytes : []),
  ]);
  const body = [
    ...[1, 1, v128], // (local $sum v128)
    ...[0x02, 0x40, 0x03, 0x40], // block loop
    ...[...get(from), ...get(end), 0x4f, 0x0d, 1], // i32.ge_u, br_if 1
    ...get(out),
    ...parts.flat(),
    ...[0xfd, 0x7d, 0xfd, 0x7f, ...set(sum)], // i16x8.extadd_pairwise_i8x16_u, i32x4.extadd_pairwise_i16x8_u
    ...[...lane(0), ...lane(1), ...add, ...lane(2), ...add, ...lane(3), ...add],
    ...[0x3b, 1, 0], // i32.store16
    ...[...get(from), ...constant(sketchBytes), ...add, ...set(from)],
    ...[...get(out), ...constant(2), ...add, ...set(out)],
    ...[0x0c, 0, 0x0b, 0x0b, 0x0b], // br 0, end loop, end block, end
  ];
  const section = (id: number, bytes: readonly number[]) => [id, ...unsigned(bytes.length), ...bytes];
  return [
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 3, i32, i32, i32, 0]), // (func (param i32 i32 i32))
    ...section(2, [1, ...name('js'), ...name('memory'), 2, 0, 1]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...name('compare'), 0, 0]),
    ...section(10, [1, ...unsigned(body.length), ...body]),
  ];
}

const name = (text: string) => [text.length, ...Buffer.from(text)];

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** LEB128, of a number that is not negative. */
function signed(value: number): number[] {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...signed(value >>> 7)];
}
