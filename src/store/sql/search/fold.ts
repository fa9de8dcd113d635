import { normalize } from '../../../normal-forms.ts';

/** Folding: one form for the ways in which a text can be encoded, accented or capitalised. */

const ascii = /^[\0-\x7f]*$/;
/** Soft hyphens, zero-width spaces and joiners, variation selectors, marks of direction; keycaps and other enclosing marks. */
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Me}]/gu;
/** Latin, Greek and Cyrillic accents; the points of Hebrew; the vowel signs of Arabic, and its stretched line. */
const diacritics =
  /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]/g;
/** What Unicode does not decompose, as it is written without the letter; and signs that stand for one of ASCII. */
const replacements: Readonly<Record<string, string>> = {
  ...{ æ: 'ae', Æ: 'AE', œ: 'oe', Œ: 'OE', ß: 'ss', ẞ: 'SS', þ: 'th', Þ: 'TH' },
  ...{ ø: 'o', Ø: 'O', đ: 'd', Đ: 'D', ð: 'd', Ð: 'D', ł: 'l', Ł: 'L', ħ: 'h', Ħ: 'H', ı: 'i' },
  ...{ '’': "'", ʼ: "'", '‐': '-', '♯': '#' },
};
const replaced = new RegExp(`[${Object.keys(replacements).join('')}]`, 'g');

/** The text in Unicode's compatibility form, without accents and invisible characters. Keeps capitals, which part names. */
export function foldText(text: string): string {
  if (ascii.test(text)) return text;
  const folded = normalize(text, 'NFKD')
    .replace(invisible, '')
    .replace(diacritics, '')
    .replace(replaced, (character) => replacements[character] ?? character);
  return normalize(folded, 'NFC');
}

/** The word without capitals. The two forms of a small sigma are one letter. */
export function foldCase(word: string): string {
  const folded = word.toLowerCase();
  return folded.includes('ς') ? folded.replaceAll('ς', 'σ') : folded;
}
