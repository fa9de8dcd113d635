import { stemmer } from 'stemmer';
import { normalize } from '../../../normal-forms.ts';
import type { KnowledgeUnit } from '../../store.ts';
import { termImpacts } from './bm25.ts';
import { termOf } from './term-ids.ts';

/**
 * The analyser (tokenizer): turns text into tokens, in the application, so that both databases match the same units.
 *
 * A token is a run of letters, digits and marks, case-folded, without accents, stemmed (Porter 1980); stop words are dropped.
 * Identifiers (`useEffect`, `err_module_not_found`, `os.path`, `kebab-case`) are split, and also kept whole with `_` for every
 * separator, so that the exact name scores highest.
 */

/**
 * The version of the analyser. Raise it by one whenever the same text could give other tokens or other impacts: after a change
 * of this file, of bm25.ts, or of the stemmer. A background worker then reindexes the units of older versions.
 */
export const analyserVersion = 1;

/** A unit's text as the databases index it. */
export interface IndexedText {
  /** The version of the analyser that made it. */
  readonly analyser: number;
  /** Tokens, separated by spaces. */
  readonly summary: string;
  readonly body: string;
  /** The postings of the unit: each different term, ascending, with its impact (see `termImpacts`). */
  readonly impacts: readonly (readonly [term: number, impact: number])[];
}

/** A query's tokens beyond this many are ignored. */
export const maxQueryTokens = 64;

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
    'whom why will with would you your'
  ).split(' '),
);

const word = /[\p{L}\p{N}\p{M}]+(?:[._\-/:]+[\p{L}\p{N}\p{M}]+)*/gu;
const separators = /[._\-/:]+/;
const camelCaseBoundary = /(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;
const combiningMarks = /[\u0300-\u036f]/g;

/** The tokens of a text in reading order, repeats included. */
export function tokenize(text: string): string[] {
  const tokens: string[] = [];
  for (const [found] of normalize(text, 'NFKC').matchAll(word)) {
    const parts = found.split(separators).flatMap((part) => part.split(camelCaseBoundary));
    // camelCase joined is stemmed: written without capitals, the same name cannot be told from a word
    const whole = fold(found.split(separators).join('_'));
    if (parts.length > 1) tokens.push(whole.includes('_') ? whole : stemmer(whole));
    for (const part of parts) {
      const folded = fold(part);
      if (!stopWords.has(folded)) tokens.push(stemmer(folded));
    }
  }
  return tokens.filter((token) => token.length > 0).map(truncate);
}

const truncate = (token: string) =>
  token.length > maxTokenLength ? [...token].slice(0, maxTokenLength).join('') : token;

const fold = (part: string): string => withoutAccents(part).toLowerCase();

/** Letters without their accents, in the case that they have. */
export const withoutAccents = (text: string): string =>
  normalize(normalize(text, 'NFD').replace(combiningMarks, ''), 'NFC');

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
  const summaryTokens = tokenize(insight.summary);
  const bodyTokens = tokenize(body.join('\n'));
  while (Buffer.byteLength(bodyTokens.join(' ')) > maxIndexedBytes)
    bodyTokens.length = Math.floor(bodyTokens.length / 2);
  return {
    analyser: analyserVersion,
    summary: summaryTokens.join(' '),
    body: bodyTokens.join(' '),
    impacts: postingsOf(summaryTokens, bodyTokens),
  };
}

function postingsOf(summary: readonly string[], body: readonly string[]): [term: number, impact: number][] {
  const impacts = [...termImpacts(summary, body)].map(([token, impact]): [number, number] => [termOf(token), impact]);
  return [...new Map(impacts)].sort(([one], [other]) => one - other);
}
