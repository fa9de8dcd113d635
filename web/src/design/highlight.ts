/** A range of UTF-16 code units. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The server's ranges, which count code points, as ranges of UTF-16 code units of the text. */
export function toUtf16(text: string, ranges: readonly Range[]): Range[] {
  const offsets: number[] = [];
  let unit = 0;
  for (const character of text) {
    offsets.push(unit);
    unit += character.length;
  }
  offsets.push(unit);
  const at = (index: number) => offsets[Math.min(index, offsets.length - 1)] ?? unit;
  return ranges.map(({ start, end }) => ({ start: at(start), end: at(end) }));
}

export interface Piece {
  readonly text: string;
  readonly marked: boolean;
  readonly start: number;
}

/** Cuts the text that begins at `offset` at the ends of ranges, which are in order and do not overlap. */
export function cutAt(text: string, ranges: readonly Range[], offset = 0): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  const add = (to: number, marked: boolean) => {
    if (to > end) pieces.push({ text: text.slice(end, to), marked, start: offset + end });
    end = Math.max(end, to);
  };
  for (const range of ranges) {
    const [from, to] = [range.start - offset, range.end - offset];
    if (to <= 0 || from >= text.length) continue;
    add(Math.max(from, 0), false);
    add(Math.min(to, text.length), true);
  }
  add(text.length, false);
  return pieces;
}
