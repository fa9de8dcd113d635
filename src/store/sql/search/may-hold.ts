import { normalize } from '../../../normal-forms.ts';
import { withoutAccents } from './analyser.ts';

/** The most characters at the end of a stem that its word need not have there: `happy` becomes `happi`, `hoping` `hope`. */
const maxChangedByStemming = 1;

/** A lower-case letter after another letter begins neither a word nor a part of an identifier. */
const inside = /(?<=[\p{L}\p{M}])\p{Ll}/uy;
const ascii = /^[\0-\x7f]*$/;

/**
 * A test whether a text may hold one of the tokens: false only where `tokenize` finds none of them in it, at a small part of the cost
 * of that. True where a word, or a part of an identifier, begins as a token does.
 */
export function mayHold(tokens: readonly string[]): (text: string) => boolean {
  const beginnings = new RegExp([...new Set(tokens.map(beginningOf))].join('|'), 'g');
  return (text) => {
    const base = ascii.test(text) ? text : withoutAccents(normalize(text, 'NFKC'));
    const lower = lowerCase(base);
    // offsets differ, so that nothing can be told
    if (lower.length !== base.length) return true;
    beginnings.lastIndex = 0;
    for (let found = beginnings.exec(lower); found; found = beginnings.exec(lower)) {
      inside.lastIndex = found.index;
      if (!inside.test(base)) return true;
      beginnings.lastIndex = found.index + 1;
    }
    return false;
  };
}

/** What every word of a token begins with: letters, digits and marks, so that it is a pattern as it is. */
function beginningOf(token: string): string {
  const [first = ''] = token.split('_');
  const points = [...lowerCase(first)];
  return points.slice(0, Math.max(1, points.length - maxChangedByStemming)).join('');
}

/** The sigma at the end of a word is like any other: where a word ends depends on how a text is divided. */
const lowerCase = (text: string): string => text.toLowerCase().replaceAll('ς', 'σ');
