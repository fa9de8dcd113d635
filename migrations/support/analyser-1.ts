import { hash } from 'node:crypto';
import { stemmer } from 'stemmer';
import type { KnowledgeUnit } from './records.ts';

/** The first version of the analyser: units that it has indexed are indexed again, in the background, by later ones. */

/** A unit's text as tokens, separated by spaces, and what each says about the unit. */
export interface IndexedText {
  readonly summary: string;
  readonly body: string;
  /** A number for each different token, and its impact: a whole number from 1 to 220. */
  readonly impacts: readonly (readonly [term: number, impact: number])[];
}

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
function tokenize(text: string): string[] {
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
    summary: summaryTokens.join(' '),
    body: bodyTokens.join(' '),
    impacts: impacts(summaryTokens, bodyTokens),
  };
}

/** What a word counts in the summary, against one anywhere else. */
const summaryWeight = 2;
/** BM25's parameters (Robertson and Zaragoza 2009, 3.1), and a length that stands for the average: a constant, so that
 * a unit's impacts depend on nothing but the unit. */
const [k1, b, usualLength] = [1.2, 0.75, 80];

function impacts(summary: readonly string[], body: readonly string[]): [number, number][] {
  const frequencies = new Map<string, number>();
  for (const token of summary) frequencies.set(token, (frequencies.get(token) ?? 0) + summaryWeight);
  for (const token of body) frequencies.set(token, (frequencies.get(token) ?? 0) + 1);
  const length = summary.length * summaryWeight + body.length;
  const damping = k1 * (1 - b + (b * length) / usualLength);
  const byTerm = new Map<number, number>();
  for (const [token, frequency] of frequencies)
    byTerm.set(termOf(token), Math.max(1, Math.round((100 * frequency * (k1 + 1)) / (frequency + damping))));
  return [...byTerm].sort(([one], [other]) => one - other);
}

/** A token as a number of 48 bits, the first of its SHA-1. */
const termOf = (token: string): number => hash('sha1', token, 'buffer').readUIntBE(0, 6);
