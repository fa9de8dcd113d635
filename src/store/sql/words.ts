import type { RawBuilder } from 'kysely';
import { stemmer } from 'stemmer';
import type { KnowledgeUnit } from '../store.ts';

/**
 * The analyser: one, in the application, for every database, so that all of them match the same units. A token is a
 * run of letters, digits and marks, folded to lower case without accents, stemmed (Porter 1980), stop words left out.
 * Identifiers are split (`useEffect`, `err_module_not_found`, `os.path`, `kebab-case`) and also kept whole with `_`
 * for every separator, so that the exact name wins.
 */

/** A unit's text as tokens, separated by spaces. Words of `summary` weigh more. */
export interface IndexedText {
  readonly summary: string;
  readonly body: string;
}

/** A subquery that can be joined: `(unit_id, score)`. */
export type WordMatch = RawBuilder<{ unit_id: string; score: number }>;

/** A question's words beyond this many are not searched for. */
export const maxQueryTokens = 64;

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
  return tokens.filter((token) => token.length > 0);
}

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
  return { summary: tokenize(insight.summary).join(' '), body: tokenize(body.join('\n')).join(' ') };
}
