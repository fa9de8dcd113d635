import { stemmer } from 'stemmer';
import type { KnowledgeUnit } from '../../store.ts';
import { termImpacts } from './bm25.ts';
import { termOf } from './term-ids.ts';
import { wordsOf } from './words.ts';

/**
 * The analyser (tokenizer): turns text into tokens, in the application, so that both databases match the same units.
 *
 * A token is a word (words.ts), folded (fold.ts), in English stemmed (Porter 1980); stop words are dropped. Names (`useEffect`,
 * `err_module_not_found`, `os.path`, `python3.12`) are tokens whole, without their separators, and in parts. Scripts without
 * spaces give each two neighbouring characters.
 */

/**
 * The version of the analyser. Raise it by one whenever the same text could give other tokens or other impacts: after a change
 * of this file, of words.ts, fold.ts or bm25.ts, or of the stemmer. A background worker then reindexes the units of older versions. A
 * migration makes the index `search_documents_analyser` anew, which has the documents of older ones only.
 */
export const analyserVersion = 2;

/** A unit's text as the databases index it. */
export interface IndexedText {
  /** The version of the analyser that made it. */
  readonly analyser: number;
  /** Tokens, separated by spaces. */
  readonly summary: string;
  readonly body: string;
  /** The postings of the unit: each different term, ascending, with its impact (see `termImpacts`). */
  readonly impacts: readonly (readonly [term: number, impact: number])[];
  /** The words that a misspelt word of a query may mean: each different one, as it was before stemming. */
  readonly spellings: readonly string[];
}

/** A token of a query. */
export interface QueryToken {
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
export type AnalysedWord = readonly Token[];

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

/** The tokens of a text in reading order, repeats included. */
export const tokenize = (text: string): string[] =>
  analyse(text)
    .flat()
    .map((token) => token.text);

/** The words of a text in reading order, repeats included. */
export function analyse(text: string): AnalysedWord[] {
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
    analyser: analyserVersion,
    summary: textOf(summary),
    body: textOf(inBody),
    impacts: postingsOf(summary, inBody),
    spellings: spellingsOf([...summary, ...inBody]),
  };
}

const textOf = (tokens: readonly Token[]) => tokens.map(({ text }) => text).join(' ');

function postingsOf(summary: readonly Token[], body: readonly Token[]): [term: number, impact: number][] {
  const impacts = [...termImpacts(summary, body)].map(([token, impact]): [number, number] => [termOf(token), impact]);
  return [...new Map(impacts)].sort(([one], [other]) => one - other);
}

/** Whether a word can be misspelt: letters, of which there are neither so few nor so many that others are like it by chance. */
export const isSpellable = (spelling: string): boolean => /^\p{L}{4,24}$/u.test(spelling);

/** A unit's words beyond this many are not remembered: each takes several rows (spellings.ts). */
const maxSpellings = 500;

function spellingsOf(tokens: readonly Token[]): string[] {
  const spellings = tokens.map(({ spelling }) => spelling).filter(isSpellable);
  return [...new Set(spellings)].slice(0, maxSpellings);
}
