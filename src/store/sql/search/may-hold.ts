import { foldCase, foldText } from './fold.ts';

/** The most characters at the end of a stem that its word need not have there: `happy` becomes `happi`, `hoping` `hope`. */
const maxChangedByStemming = 1;

/** What is read as other letters than it has: `C#`, `C++`, `cpp`, and the `v` before a number, which is left out. */
const rewritten = /[#+]|v\d|(?<![a-z])c(?:pp|xx)(?![a-z])/;
const outside = /[^\p{L}\p{N}\p{M}]+/gu;
const around = /^[^\p{L}\p{N}\p{M}]+|[^\p{L}\p{N}\p{M}]+$/gu;
const plain = /^[a-z]+$/;

/**
 * A test whether a run of characters without spaces may hold one of the tokens: false only where `tokenize` finds none of them in it,
 * at a small part of the cost of that. Tokens are the letters of a run one after the other, without what separates them.
 */
export function mayHold(tokens: readonly string[]): (text: string) => boolean {
  const beginnings = [...new Set(tokens.map(beginningOf))].join('|');
  const [anywhere, atStart] = [new RegExp(beginnings, 'u'), new RegExp(`^(?:${beginnings})`, 'u')];
  // `.NET` is `dotnet`
  const dotted = tokens.some((token) => token.startsWith('dot'));
  return (text) => {
    if (dotted && text.includes('.')) return true;
    const folded = foldCase(foldText(text));
    if (rewritten.test(folded)) return true;
    const word = text.replace(around, '');
    return plain.test(word) ? atStart.test(word) : anywhere.test(folded.replace(outside, ''));
  };
}

/** What every word of a token begins with: letters, digits and marks, so that it is a pattern as it is. */
function beginningOf(token: string): string {
  const points = [...token.replaceAll('_', '')];
  return points.slice(0, Math.max(1, points.length - maxChangedByStemming)).join('');
}
