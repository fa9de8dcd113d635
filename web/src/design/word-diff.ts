import { diffWordsWithSpace } from 'diff';

export interface DiffPart {
  readonly text: string;
  readonly kind: 'same' | 'added' | 'removed';
}

/** Texts with more characters than this together are shown as replaced. */
const longest = 24_000;
/** So are those that differ in more words and spaces: it takes the square of them, here a tenth of a second. */
const mostEdits = 700;

/** How one text becomes the other, word by word. */
export function wordDiff(before: string, after: string): DiffPart[] {
  if (before === after) return before === '' ? [] : [{ text: before, kind: 'same' }];
  const parts =
    before.length + after.length > longest
      ? undefined
      : diffWordsWithSpace(before, after, { maxEditLength: mostEdits });
  if (!parts)
    return [
      { text: before, kind: 'removed' as const },
      { text: after, kind: 'added' as const },
    ].filter(({ text }) => text !== '');
  return parts.map(({ value, added, removed }) => ({
    text: value,
    kind: added ? ('added' as const) : removed ? ('removed' as const) : ('same' as const),
  }));
}

/** The share of the text that stays, from 0 to 1: of two unlike texts a difference helps nobody. */
export function sameness(parts: readonly DiffPart[]): number {
  const length = (kinds: string[]) =>
    parts.filter(({ kind }) => kinds.includes(kind)).reduce((sum, { text }) => sum + text.trim().length, 0);
  const all = length(['same', 'added', 'removed']);
  return all === 0 ? 1 : (2 * length(['same'])) / (all + length(['same']));
}
