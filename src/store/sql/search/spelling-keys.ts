/**
 * Which words are alike: the distance between two, and keys by which an index finds them (pigeonhole principle: of four pieces of
 * a word, two edits leave two as they are).
 */

const pieces = 4;
/** The shortest and the longest word that has keys. */
const [minLength, maxLength] = [4, 24];
/**
 * Words from this length on are alike if two edits part them; shorter ones if one does, and they begin alike. Where few units are,
 * many a common word is in none, and would be taken for another: `better` for `letter`, `form` for `worm`.
 */
const twoEditsFrom = 8;
const maxEdits = 2;

/** The pairs of pieces, each piece before the other. */
const pairs = Array.from({ length: pieces }, (_, one) =>
  Array.from({ length: pieces - one - 1 }, (_, at) => [one, one + 1 + at] as const),
).flat();

const startOf = (piece: number, length: number) => Math.floor((piece * length) / pieces);

/** FNV-1a, as an integer of 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5 | 0;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value;
}

/** The key of two pieces of a word of that length, the first of which begins in `word` at `start + shift`. */
function keyOf(
  word: string,
  length: number,
  [one, other]: readonly [number, number],
  shifts: readonly [number, number],
) {
  const piece = (at: number, shift: number) => word.slice(startOf(at, length) + shift, startOf(at + 1, length) + shift);
  return hash(`${length} ${one} ${other} ${piece(one, shifts[0])} ${piece(other, shifts[1])}`);
}

/** The keys under which a known word is found. Words that are not `isSpellable` have none. */
export const keysOf = (word: string): number[] => pairs.map((pair) => keyOf(word, word.length, pair, [0, 0]));

/** The first of them. */
export const firstKeyOf = (word: string): number => keyOf(word, word.length, pairs[0] ?? [0, 1], [0, 0]);

const shifts = Array.from({ length: 2 * maxEdits + 1 }, (_, at) => at - maxEdits);

/** Of all known words that at most two insertions, deletions and substitutions part from this one, at least one key each. */
export function probesOf(word: string): number[] {
  const probes = new Set<number>();
  const lengths = shifts.map((shift) => word.length + shift);
  for (const length of lengths.filter((length) => length >= minLength && length <= maxLength)) {
    const longer = word.length - length;
    for (const one of shifts)
      for (const other of shifts) {
        // each letter that a piece is moved by is an edit before it
        if (Math.abs(one) + Math.abs(other - one) + Math.abs(longer - other) > maxEdits) continue;
        for (const pair of pairs) {
          if (startOf(pair[0], length) + one >= 0) probes.add(keyOf(word, length, pair, [one, other]));
        }
      }
  }
  return [...probes];
}

/**
 * How many edits part two words, where that is few enough for one to be meant by the other; else null. An edit adds, leaves out or
 * replaces a letter, or swaps two neighbours (optimal string alignment). Of two edits, a swap counts as the two replacements that it is.
 */
export function editsBetween(one: string, other: string): number | null {
  if (Math.abs(one.length - other.length) > maxEdits) return null;
  const { swapping, plain } = distances(one, other);
  const length = Math.min(one.length, other.length);
  if (swapping <= 1) return length >= twoEditsFrom || beginAlike(one, other) ? swapping : null;
  return length >= twoEditsFrom && plain <= maxEdits ? plain : null;
}

const beginAlike = (one: string, other: string) => one[0] === other[0] || (one[0] === other[1] && one[1] === other[0]);

/** Optimal string alignment distance, and Levenshtein distance. */
function distances(one: string, other: string) {
  const rows = (swaps: boolean) => {
    let [before, last]: [number[], number[]] = [[], Array.from({ length: other.length + 1 }, (_, at) => at)];
    for (let i = 1; i <= one.length; i++) {
      const row = [i];
      for (let j = 1; j <= other.length; j++) {
        const same = one[i - 1] === other[j - 1];
        let least = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
        if (swaps && i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
          least = Math.min(least, (before[j - 2] ?? 0) + 1);
        row.push(least);
      }
      [before, last] = [last, row];
    }
    return last[other.length] ?? 0;
  };
  return { swapping: rows(true), plain: rows(false) };
}
