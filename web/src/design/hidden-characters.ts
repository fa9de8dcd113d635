/**
 * Characters that are not seen, or that change the order in which others are: controls (such as those that terminals obey), marks and overrides
 * of the reading direction, zero-width ones, tags, fillers. An agent reads what a reviewer would not see. Not those that languages and emoji
 * need: joiners within other scripts, and one variation selector behind a character.
 */
const ignorable = String.raw`\p{Default_Ignorable_Code_Point}`;
/** ASCII, and what joins nothing. */
const unjoined = String.raw`\p{ASCII}\u200b-\u200d`;
const joiner = String.raw`(?:\u200c|\u200d)`;
const variation = String.raw`[\ufe00-\ufe0f]`;
const kinds = [
  String.raw`(?![\t\n\r])\p{Cc}`,
  String.raw`[\u2028\u2029\u2800]`,
  `(?!${joiner}|${variation})${ignorable}`,
  `(?<![^${unjoined}])${joiner}`,
  `${joiner}(?![^${unjoined}])`,
  `(?<=${ignorable})${variation}`,
];
const hidden = new RegExp(`(?:${kinds.join('|')})+`, 'gu');

export interface Shown {
  readonly text: string;
  readonly isHidden: boolean;
  readonly start: number;
}

/** Cuts a text into what is seen and runs of what is not. */
export function cutHidden(text: string): Shown[] {
  const parts: Shown[] = [];
  let end = 0;
  const add = (to: number, isHidden: boolean) => {
    if (to > end) parts.push({ text: text.slice(end, to), isHidden, start: end });
    end = to;
  };
  for (const { index, 0: run } of text.matchAll(hidden)) {
    add(index, false);
    add(index + run.length, true);
  }
  add(text.length, false);
  return parts;
}

/** How many there are in texts. */
export const countHidden = (texts: readonly string[]): number =>
  texts.reduce((sum, text) => sum + [...text.matchAll(hidden)].reduce((own, [run]) => own + [...run].length, 0), 0);

const namedAtMost = 4;

/** A run by its code points, such as `U+202E`. Tags, which are ASCII that is not seen, are read out. */
export function nameHidden(run: string): string {
  const points = [...run].map((character) => character.codePointAt(0) ?? 0);
  if (points.every((point) => point >= 0xe0020 && point < 0xe007f))
    return `hidden text “${String.fromCodePoint(...points.map((point) => point - 0xe0000))}”`;
  const names = points.slice(0, namedAtMost).map((point) => `U+${point.toString(16).toUpperCase().padStart(4, '0')}`);
  const rest = points.length - names.length;
  return `${names.join(' ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
