/** Unicode's normal forms, for texts that anybody may send. */

/** What a normal form puts into another order: marks, and the halfwidth sound marks of katakana, which NFKC makes such of. */
const mark = '[\\p{M}\\uff9e\\uff9f]';

/**
 * The longest run of marks that is put in order as one. What is written has a few on a letter; Unicode's Stream-Safe Text Format
 * has at most 30 (UAX #15).
 */
const longestRun = 64;

const longerRun = new RegExp(`(?<!${mark})${mark}{${longestRun + 1}}`, 'u');
const pieces = new RegExp(`${mark.replace('[', '[^')}*${mark}{0,${longestRun}}`, 'gu');

/**
 * Like `String.prototype.normalize`, but in time linear in the length of the text: ordering a run of marks takes the square of its
 * length, minutes for one request. So of a run longer than `longestRun` each part of that many is ordered by itself.
 */
export function normalize(text: string, form: 'NFC' | 'NFKC' | 'NFD' | 'NFKD'): string {
  if (text.length <= longestRun || !longerRun.test(text)) return text.normalize(form);
  return (text.match(pieces) ?? []).map((piece) => piece.normalize(form)).join('');
}
