import { hash } from 'node:crypto';
import type { RawBuilder } from 'kysely';
import { stemmer } from 'stemmer';
import type { KnowledgeUnit } from '../../store.ts';

/**
 * The analyser: one, in the application, for every database, so that all of them match the same units. A token is a
 * run of letters, digits and marks, folded to lower case without accents, stemmed (Porter 1980), stop words left out.
 * Identifiers are split (`useEffect`, `err_module_not_found`, `os.path`, `kebab-case`) and also kept whole with `_`
 * for every separator, so that the exact name wins.
 */

/**
 * The version of the analyser. Raise it by one whenever the same text could give other tokens or other impacts: another rule
 * here, or another version of the stemmer. Units that were indexed by an older one are then indexed again in the background.
 */
export const analyserVersion = 1;

/** A unit's text as tokens, separated by spaces, and what each says about the unit. */
export interface IndexedText {
  /** The version of the analyser that made it. */
  readonly analyser: number;
  readonly summary: string;
  readonly body: string;
  /** A number for each different token, and its impact: a whole number from 1 to 220. */
  readonly impacts: readonly (readonly [term: number, impact: number])[];
}

/** A subquery that can be joined: `(document)`. */
export type WordMatch = RawBuilder<{ document: number }>;

/** A question's words beyond this many are not searched for. */
export const maxQueryTokens = 64;

/** Tokens are cut to this length: PostgreSQL takes no lexeme beyond 2 kB. */
const maxTokenLength = 64;
/** Bytes of a unit's words that are indexed, far more than the limits of a unit allow: a tsvector ends at 1 MB. */
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
const humps = /(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;
const accents = /[\u0300-\u036f]/g;

/** The tokens of a text in reading order, repeats included. */
export function tokenize(text: string): string[] {
  const tokens: string[] = [];
  for (const [found] of text.normalize('NFKC').matchAll(word)) {
    const parts = found.split(separators).flatMap((part) => part.split(humps));
    // a name in humps is stemmed like the same name without them, which nothing tells from a word
    const whole = fold(found.split(separators).join('_'));
    if (parts.length > 1) tokens.push(whole.includes('_') ? whole : stemmer(whole));
    for (const part of parts) {
      const folded = fold(part);
      if (!stopWords.has(folded)) tokens.push(stemmer(folded));
    }
  }
  return tokens.filter((token) => token.length > 0).map(cut);
}

const cut = (token: string) => (token.length > maxTokenLength ? [...token].slice(0, maxTokenLength).join('') : token);

function fold(part: string): string {
  return part.normalize('NFD').replace(accents, '').normalize('NFC').toLowerCase();
}

/** What is searched of a unit: its lesson, its domains and its context. */
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
    impacts: impacts(summaryTokens, bodyTokens),
  };
}

/** What a word counts in the summary, against one anywhere else. */
const summaryWeight = 2;
/** BM25's parameters (Robertson and Zaragoza 2009, 3.1), and a length that stands for the average: a constant, so that
 * a unit's impacts depend on nothing but the unit. */
const [k1, b, avgDocumentLength] = [1.2, 0.75, 80];

function impacts(summary: readonly string[], body: readonly string[]): [number, number][] {
  const frequencies = new Map<string, number>();
  for (const token of summary) frequencies.set(token, (frequencies.get(token) ?? 0) + summaryWeight);
  for (const token of body) frequencies.set(token, (frequencies.get(token) ?? 0) + 1);
  const length = summary.length * summaryWeight + body.length;
  const damping = k1 * (1 - b + (b * length) / avgDocumentLength);
  const byTerm = new Map<number, number>();
  for (const [token, frequency] of frequencies)
    byTerm.set(termOf(token), Math.max(1, Math.round((100 * frequency * (k1 + 1)) / (frequency + damping))));
  return [...byTerm].sort(([one], [other]) => one - other);
}

/** Up to 100,000 tokens of up to 64 characters. */
const terms = new Map<string, number>();
const [mostTokens, longestToken] = [100_000, 64];

/** A token as a number of 48 bits, the first of its SHA-1: two tokens of a million share one in 1 of 500 collections. */
export function termOf(token: string): number {
  let term = terms.get(token);
  if (term === undefined) {
    term = hash('sha1', token, 'buffer').readUIntBE(0, 6);
    // the words of a large import, and no more
    if (terms.size >= mostTokens) terms.clear();
    if (token.length <= longestToken) terms.set(copyOf(token), term);
  }
  return term;
}

/** The same text for itself: what is cut out of a longer one would keep all of that in memory. */
const copyOf = (text: string): string => Buffer.from(text, 'utf16le').toString('utf16le');

/** What a word that stands in `found` of `all` units is worth, in thousandths (BM25's inverse document frequency). */
export function inverseDocumentFrequency(found: number, all: number): number {
  return Math.round(1000 * Math.log(1 + Math.max(0, all - found + 0.5) / (found + 0.5)));
}
