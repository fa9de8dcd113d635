import type { Respelt, SearchQuestion, UnitFilter } from '../../store.ts';
import type { Database } from '../database.ts';
import { type AnalysedWord, analyse, isSpellable, type QueryToken } from './analyser.ts';
import { respell } from './respell.ts';
import { termOf } from './term-ids.ts';
import { countUnitsWith, type WordCandidates } from './word-candidates.ts';

/** What is searched for of a text: its tokens, misspelt words corrected; of a long text the rarest. */

/** The most tokens that a query searches for. */
export const maxQueryTokens = 64;
/** Of a text with more different tokens than this, half are taken from its beginning, and half from its end. */
const maxCountedTokens = 4096;
/** A token in more units than this is a common one of a long text. */
const maxRare = 32;
/** How many of the tokens that many units have are counted to the last unit; of more, the longest. */
const maxCommonTokens = 192;

export interface SearchedTokens {
  readonly tokens: readonly QueryToken[];
  /** How many different tokens the text has. */
  readonly given: number;
  readonly respelt: readonly Respelt[];
}

/** What a query says. */
export interface QueryText {
  readonly words: readonly AnalysedWord[];
  /** Each different token of the words once. */
  readonly tokens: readonly QueryToken[];
  /** How many of the rarest tokens are searched for, as they are; null for a question. */
  readonly rarest: number | null;
}

export function queryText({ text = '', rarest }: Pick<SearchQuestion, 'text' | 'rarest'>): QueryText {
  const words = analyse(text);
  const tokens = distinct(words.flat());
  // a pasted text has names of its own: only questions are corrected
  return { words, tokens, rarest: rarest ?? (tokens.length > maxQueryTokens ? maxQueryTokens : null) };
}

/** What is searched for, and what was found for it; null where nothing is searched for. */
export interface AnsweredQuery extends SearchedTokens {
  readonly found: WordCandidates | null;
}

/**
 * Finds the units of a query by `find`. The filter says whose words may stand in for misspelt ones: whether some are, is seen from what is found, so
 * that the index is asked once unless one is corrected.
 */
export async function answerQuery(
  db: Database,
  { words, tokens: given, rarest }: QueryText,
  filter: UnitFilter,
  find: (tokens: readonly QueryToken[], required: ReadonlySet<string>) => Promise<WordCandidates>,
): Promise<AnsweredQuery> {
  const answer = async (
    tokens: readonly QueryToken[],
    respelt: readonly Respelt[] = [],
    required: ReadonlySet<string> = new Set(),
  ): Promise<AnsweredQuery> => ({
    ...{ tokens, given: given.length, respelt },
    found: tokens.length > 0 ? await find(tokens, required) : null,
  });
  if (rarest !== null) return answer(await rarestOf(db, given, rarest));
  const spellable = new Set(words.flat().flatMap(({ text, spelling }) => (isSpellable(spelling) ? [text] : [])));
  const asGiven = await answer(given, [], spellable);
  const absent = asGiven.found?.absent ?? new Set();
  if (![...absent].some((text) => spellable.has(text))) return asGiven;
  const { words: searched, respelt } = await respell(db, words, absent, filter);
  return answer(distinct(searched.flat()), respelt);
}

/** Each different token once, with the highest of its weights. */
function distinct(tokens: readonly QueryToken[]): QueryToken[] {
  const weights = new Map<string, number>();
  for (const { text, weight } of tokens) weights.set(text, Math.max(weight, weights.get(text) ?? 0));
  return [...weights].map(([text, weight]) => ({ text, weight }));
}

/** Up to so many of the tokens that units have, the rarest, wherever they stand in the text, in bounded work. */
async function rarestOf(db: Database, tokens: readonly QueryToken[], most: number): Promise<readonly QueryToken[]> {
  const half = maxCountedTokens / 2;
  const counted = tokens.length > maxCountedTokens ? [...tokens.slice(0, half), ...tokens.slice(-half)] : tokens;
  const counts = await countUnitsWith(db, textsOf(counted), maxRare);
  const divided = counted.map((token, at) => ({ ...token, units: counts[at] ?? 0 }));
  const found = divided.filter(({ units }) => units > 0 && units <= maxRare).sort(byUnits);
  if (found.length < most) {
    const longest = divided
      .filter(({ units }) => units > maxRare)
      .sort((one, other) => other.weight - one.weight || other.text.length - one.text.length)
      .slice(0, maxCommonTokens);
    const units = await countUnitsWith(db, textsOf(longest));
    found.push(...longest.map((token, at) => ({ ...token, units: units[at] ?? 0 })).sort(byUnits));
  }
  const chosen = new Set(found.slice(0, most).map(({ text }) => text));
  return counted.filter(({ text }) => chosen.has(text));
}

const textsOf = (tokens: readonly QueryToken[]) => tokens.map(({ text }) => text);

const byUnits = (one: Counted, other: Counted) => one.units - other.units || termOf(one.text) - termOf(other.text);

/** A token, and how many units have it. */
interface Counted extends QueryToken {
  readonly units: number;
}
