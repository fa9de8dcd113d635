import { foldCase, foldText } from './fold.ts';

/** The words of a text (segmentation): what is looked up of each, before stemming. */

/** One form of a word. */
export interface WordForm {
  /** Letters, digits and marks without capitals, with `_` between numbers: a token of FTS5 and a lexeme of PostgreSQL. */
  readonly text: string;
  /** Whether it is a part of the word, beside the whole. */
  readonly part: boolean;
  /** What it counts as an occurrence: 1, or a half in a run, where each character stands in two pairs. */
  readonly occurrences: number;
}

/** A word as it stands in a text, with its forms: the whole first, then its parts. */
export type Word = readonly WordForm[];

/** Scripts that put no space between words. Hangul does, but joins particles to them. */
const unspacedScripts =
  'Han Hiragana Katakana Bopomofo Hangul Yi Thai Lao Khmer Myanmar Tai_Le New_Tai_Lue Tai_Tham Tai_Viet Javanese Balinese';
const characters = '[\\p{L}\\p{N}\\p{M}]';
const unspaced = `[[${unspacedScripts.replace(/(\w+) ?/g, '\\p{scx=$1}')}]&&${characters}]`;
const name = `[[\\p{L}\\p{N}]--${unspaced}][${characters}--${unspaced}]*`;
/** A run without spaces; or a name, which may begin with a dot that no call of a method follows, and names joined to it. */
const words = new RegExp(
  `(?<run>${unspaced}+)|(?:(?<=^|[\\s\\(\\[\\{"\\\`,;=<])(?<dot>\\.)(?=\\p{L})(?![\\p{L}\\p{N}]*\\())?${name}(?:[._\\-\\/:']+${name})*`,
  'gv',
);

/** `C#`, `F#`: one letter. `C++`, `g++`; what is counted up (`index++`) keeps its name too. */
const sharp = /(?<![\p{L}\p{N}])(\p{L})#(?!\p{L})/gu;
const plusPlus = /(?<![\p{L}\p{N}+])([\p{L}\p{N}]+)\+\+(?![\p{L}+])/gu;
/** Names that are written without their signs in another way. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['cpp', 'cplusplus'],
  ['cxx', 'cplusplus'],
]);

/** The words of a text in reading order. */
export function* wordsOf(text: string): Generator<Word> {
  const source = foldText(text)
    .replace(sharp, '$1sharp')
    .replace(plusPlus, (_, counted) => (counted.length === 1 ? `${counted}plusplus` : `${counted} ${counted}plusplus`));
  for (const { 0: found, groups = {} } of source.matchAll(words)) {
    const word = groups.run
      ? bigrams(found)
      : nameForms(found.slice(groups.dot?.length ?? 0), groups.dot !== undefined);
    if (word.length > 0) yield word;
  }
}

const wholeOf = (text: string): WordForm => ({ text, part: false, occurrences: 1 });
const partOf = (text: string): WordForm => ({ text, part: true, occurrences: 1 });

/** Clusters of a base with its marks. */
const han = /^\p{scx=Han}/u;
const clusters = /\P{M}\p{M}*|\p{M}+/gu;

/** Each two neighbours of a run, since nothing says where its words end; a run of one is itself. */
function bigrams(run: string): Word {
  const units = foldCase(run).match(clusters) ?? [];
  if (units.length < 2) return units.map(wholeOf);
  return [
    ...units.slice(1).map((unit, at) => ({ text: `${units[at]}${unit}`, part: false, occurrences: 0.5 })),
    // many a word of Chinese is one character
    ...units.filter((unit) => han.test(unit)).map((text) => ({ text, part: true, occurrences: 0.5 })),
  ];
}

/** Where a name is parted without a separator: `utf|8`, `v|18.2`, `64|bit`, `JSON|ом`. Hashes and `0x1f` are left alone. */
const numberAfterName = /(?<=\p{L}\p{L}|(?<![\p{L}\p{N}])[vV])(?=\d+(?:\.\d+)*(?![\p{L}\d]))/gu;
const nameAfterNumber = /(?=(?!x)\p{L}\p{L})(?<=(?<![\p{L}\p{N}])\d+)/gu;
const scriptChange =
  /(?<=\p{Script=Latin})(?=(?!\p{Script=Latin})\p{L})|(?<=(?!\p{Script=Latin})\p{L})(?=\p{Script=Latin})/gu;
/** `can't`, `it's`, `user's`. */
const contraction = /^([^']+)'(?:s|t|re|ve|ll|d|m)$/i;
const negation = /n't$/i;
const capitalNet = /\.NET(?!\p{L})/u;

/** Most words: neither capitals, numbers nor separators. */
const plain = /^[a-z]+$/;

/** The forms of a name: all of it without separators, so that `time-out` is `timeout`, and its parts. */
function nameForms(found: string, dotted: boolean): WordForm[] {
  if (!dotted && plain.test(found)) return [wholeOf(aliases.get(found) ?? found)];
  if (negation.test(found)) return [];
  const marked = (contraction.exec(found)?.[1] ?? found)
    .replace(numberAfterName, '\0')
    .replace(nameAfterNumber, '\0')
    .replace(scriptChange, '\0');
  const elements = marked
    .split(/[/:]+/)
    .map(piecesOf)
    .filter((pieces) => pieces.length > 0);
  const pieces = elements.flat();
  const [first = '', ...rest] = pieces;
  if (rest.length === 0 && !dotted) return pieceForms(first);
  const forms: WordForm[] = [wholeOf(`${dotted ? 'dot' : ''}${joined(pieces)}`)];
  const addPart = (text: string) => forms.push(partOf(text));
  if (dotted && rest.length > 0) addPart(`dot${foldCase(first)}`);
  // as in ASP.NET; in lower case it is the end of a host's name
  if (capitalNet.test(found)) addPart('dotnet');
  for (const element of elements) {
    if (elements.length > 1 && element.length > 1) addPart(joined(element));
    for (const piece of element) for (const { text } of pieceForms(piece)) addPart(text);
  }
  return forms;
}

const numbersAndNames = /\d+(?:\.\d+)+(?![\p{L}\d])|[^._\-'\0]+/gu;

/** What separators part; numbers with dots between them are one piece, without a `v` before it. */
function piecesOf(element: string): string[] {
  const pieces = element.match(numbersAndNames) ?? [];
  return pieces
    .filter((piece, at) => !(/^v$/i.test(piece) && /^\d/.test(pieces[at + 1] ?? '')))
    .map((piece) => aliases.get(foldCase(piece)) ?? piece);
}

/** The pieces in one, with `_` between numbers, which else were another number. */
function joined(pieces: readonly string[]): string {
  return foldCase(pieces.join('\0'))
    .replace(/(?<=\p{N})[\0.](?=\p{N})/gu, '_')
    .replaceAll('\0', '');
}

/** Where a name in camelCase is parted. */
export const camelCaseBoundary = /(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;
/** Of a version, this many levels are found by themselves. */
const maxVersionLevels = 4;

/** A piece and its parts: `useEffect`, `use`, `effect`; `18.2.0`, `18.2`, `18`. */
function pieceForms(piece: string): WordForm[] {
  const whole = wholeOf(joined([piece]));
  const levels = piece.split('.').slice(0, -1).slice(0, maxVersionLevels);
  if (levels.length > 0) return [whole, ...levels.map((_, at) => partOf(levels.slice(0, at + 1).join('_')))];
  const humps = piece.split(camelCaseBoundary);
  if (humps.length === 1) return [whole];
  // a letter alone, as in iOS or OAuth, says nothing
  return [whole, ...humps.filter((hump) => hump.length > 1).map((hump) => partOf(foldCase(hump)))];
}
