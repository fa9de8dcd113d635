import { hash } from 'node:crypto';
import { stemmer } from 'stemmer';
import type { IndexedText } from './analyser-1.ts';
import type { KnowledgeUnit } from './records.ts';

/** The second version of the analyser, as it was when the index in chunks came. */

/** What a normal form puts into another order: marks, and the halfwidth sound marks of katakana, which NFKC makes such of. */
const orderedMark = '[\\p{M}\\uff9e\\uff9f]';

/**
 * The longest run of marks that is put in order as one. What is written has a few on a letter; Unicode's Stream-Safe Text Format
 * has at most 30 (UAX #15).
 */
const longestRun = 64;

const longerRun = new RegExp(`(?<!${orderedMark})${orderedMark}{${longestRun + 1}}`, 'u');
const runPieces = new RegExp(`${orderedMark.replace('[', '[^')}*${orderedMark}{0,${longestRun}}`, 'gu');

/**
 * Like `String.prototype.normalize`, but in time linear in the length of the text: ordering a run of marks takes the square of its
 * length, minutes for one request. So of a run longer than `longestRun` each part of that many is ordered by itself.
 */
function normalize(text: string, form: 'NFC' | 'NFKC' | 'NFD' | 'NFKD'): string {
  if (text.length <= longestRun || !longerRun.test(text)) return text.normalize(form);
  return (text.match(runPieces) ?? []).map((piece) => piece.normalize(form)).join('');
}

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
function foldText(text: string): string {
  if (ascii.test(text)) return text;
  const folded = normalize(text, 'NFKD')
    .replace(invisible, '')
    .replace(diacritics, '')
    .replace(replaced, (character) => replacements[character] ?? character);
  return normalize(folded, 'NFC');
}

/** The word without capitals. The two forms of a small sigma are one letter. */
function foldCase(word: string): string {
  const folded = word.toLowerCase();
  return folded.includes('ς') ? folded.replaceAll('ς', 'σ') : folded;
}

/** One form of a word. */
interface WordForm {
  /** Letters, digits and marks without capitals, with `_` between numbers: a token of FTS5 and a lexeme of PostgreSQL. */
  readonly text: string;
  /** Whether it is a part of the word, beside the whole. */
  readonly part: boolean;
  /** What it counts as an occurrence: 1, or a half in a run, where each character stands in two pairs. */
  readonly occurrences: number;
}

/** A word as it stands in a text, with its forms: the whole first, then its parts. */
type Word = readonly WordForm[];

/** Scripts that put no space between words. Hangul does, but joins particles to them. */
const unspacedScripts =
  'Han Hiragana Katakana Bopomofo Hangul Yi Thai Lao Khmer Myanmar Tai_Le New_Tai_Lue Tai_Tham Tai_Viet Javanese Balinese';
const characters = '[\\p{L}\\p{N}\\p{M}]';
const unspaced = `[[${unspacedScripts.replace(/(\w+) ?/g, '\\p{scx=$1}')}]&&${characters}]`;
const name = `[[\\p{L}\\p{N}]--${unspaced}][${characters}--${unspaced}]*`;
/** A run without spaces; or a name, which may begin with a dot that no call of a method follows, and names joined to it. */
const wordPattern = new RegExp(
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
function* wordsOf(text: string): Generator<Word> {
  const source = foldText(text)
    .replace(sharp, '$1sharp')
    .replace(plusPlus, (_, counted) => (counted.length === 1 ? `${counted}plusplus` : `${counted} ${counted}plusplus`));
  for (const { 0: found, groups = {} } of source.matchAll(wordPattern)) {
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
const camelCaseBoundary = /(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;
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

const [k1, b] = [1.2, 0.75];
/** Stands for the average document length, in tokens: a constant, so that a unit's impacts depend on no other unit. */
const avgDocumentLength = 50;
/** How many times an occurrence in the summary counts, compared with one in the body. */
const summaryWeight = 2;

/** A token of a unit. */
interface Occurrence {
  readonly text: string;
  /** How many occurrences it counts. */
  readonly occurrences: number;
}

/**
 * The impact of each different token: its BM25 term weight, `tf · (k1 + 1) / (tf + k1 · (1 − b + b · length / average))`, times
 * 100 and rounded, from 1 to 220. Without the inverse document frequency, which the query adds.
 */
function termImpacts(summary: readonly Occurrence[], body: readonly Occurrence[]): Map<string, number> {
  const frequencies = new Map<string, number>();
  let length = 0;
  const add = (tokens: readonly Occurrence[], weight: number) => {
    for (const { text, occurrences } of tokens) {
      frequencies.set(text, (frequencies.get(text) ?? 0) + weight * occurrences);
      length += weight * occurrences;
    }
  };
  add(summary, summaryWeight);
  add(body, 1);
  const damping = k1 * (1 - b + (b * length) / avgDocumentLength);
  const impacts = new Map<string, number>();
  for (const [token, frequency] of frequencies)
    impacts.set(token, Math.max(1, Math.round((100 * frequency * (k1 + 1)) / (frequency + damping))));
  return impacts;
}

/** A token of a query. */
interface QueryToken {
  readonly text: string;
  /** What its score counts: 1, or `partWeight`. */
  readonly weight: number;
}

/** A token of a text. */
interface Token extends QueryToken {
  /** The letters that it was stemmed from. */
  readonly spelling: string;
  /** What it counts as an occurrence in a unit. */
  readonly occurrences: number;
}

/** A word of a text: its tokens, the whole first. */
type AnalysedWord = readonly Token[];

/**
 * What a part of a name counts in a query. Where it counted as much as the whole, `DataFrame` had three times the weight of
 * `dataframe`.
 */
const partWeight = 0.5;

/** Tokens are truncated to this many characters: PostgreSQL takes no lexeme beyond 2 kB. */
const maxTokenLength = 64;
/** The most bytes of a unit's tokens that are indexed: a tsvector holds 1 MB. The input limits allow far less. */
const maxIndexedBytes = 500_000;

const stopWords = new Set(
  (
    'a about after again all also am an and any are as at be because been before being but by can could did do does ' +
    'doing down for from had has have having he her here him his how i if in into is it its just me more most my no ' +
    'nor not now of off on once only or other our out over own same she should so some such than that the their them ' +
    'then there these they this those through to too under until up very was we were what when where which while who ' +
    'whom why will with would you your ' +
    // without the apostrophe that they are read without
    'aint arent cannot cant couldnt didnt doesnt dont hadnt hasnt havent isnt ive shouldnt thats wasnt werent wont ' +
    'wouldnt youre'
  ).split(' '),
);

const english = /^[a-z]+$/;

/** The token of a word without capitals; empty for a stop word, unless that is a name which separators part. */
function tokenOf(spelling: string, keepStopWord: boolean): string {
  if (!keepStopWord && stopWords.has(spelling)) return '';
  return truncate(english.test(spelling) ? stemmer(spelling) : spelling);
}

/** The words of a text in reading order, repeats included. */
function analyse(text: string): AnalysedWord[] {
  const words: AnalysedWord[] = [];
  for (const forms of wordsOf(text)) {
    const word: Token[] = [];
    for (const { text: spelling, part, occurrences } of forms) {
      const token = tokenOf(spelling, !part && forms.length > 1);
      if (token !== '') word.push({ text: token, weight: part ? partWeight : 1, spelling, occurrences });
    }
    if (word.length > 0) words.push(word);
  }
  return words;
}

const truncate = (token: string) =>
  token.length > maxTokenLength ? [...token].slice(0, maxTokenLength).join('') : token;

/** What is indexed of a unit: its insight, domains and context. */
export function indexedText({
  insight,
  domains,
  context,
}: Pick<KnowledgeUnit, 'insight' | 'domains' | 'context'>): IndexedText {
  const body = [
    insight.detail,
    insight.action,
    ...domains,
    ...context.languages,
    ...context.frameworks,
    context.pattern,
  ];
  const summary = analyse(insight.summary).flat();
  const inBody = analyse(body.join('\n')).flat();
  while (Buffer.byteLength(textOf(inBody)) > maxIndexedBytes) inBody.length = Math.floor(inBody.length / 2);
  return {
    summary: textOf(summary),
    body: textOf(inBody),
    impacts: postingsOf(summary, inBody),
  };
}

const textOf = (tokens: readonly Token[]) => tokens.map(({ text }) => text).join(' ');

function postingsOf(summary: readonly Token[], body: readonly Token[]): [term: number, impact: number][] {
  const impacts = [...termImpacts(summary, body)].map(([token, impact]): [number, number] => [termOf(token), impact]);
  return [...new Map(impacts)].sort(([one], [other]) => one - other);
}

/** A token as a number of 48 bits, the first of its SHA-1. */
const termOf = (token: string): number => hash('sha1', token, 'buffer').readUIntBE(0, 6);
