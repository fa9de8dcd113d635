import type { Respelt, UnitFilter } from '../../store.ts';
import type { Database } from '../database.ts';
import { analyse, type QueryToken } from './analyser.ts';
import { respell } from './respell.ts';
import { termOf } from './term-ids.ts';
import { countUnitsWith } from './word-candidates.ts';

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

/** Reads a query. The filter says whose words may stand in for misspelt ones. */
export async function readQuery(db: Database, text: string, filter: UnitFilter): Promise<SearchedTokens> {
  const words = analyse(text);
  const given = distinct(words.flat());
  if (given.length > maxQueryTokens) return { tokens: await rarest(db, given), given: given.length, respelt: [] };
  if (given.length === 0) return { tokens: [], given: 0, respelt: [] };
  // a pasted text has names of its own: only questions are corrected
  const { words: searched, respelt } = await respell(db, words, filter);
  return { tokens: distinct(searched.flat()), given: given.length, respelt };
}

/** Each different token once, with the highest of its weights. */
function distinct(tokens: readonly QueryToken[]): QueryToken[] {
  const weights = new Map<string, number>();
  for (const { text, weight } of tokens) weights.set(text, Math.max(weight, weights.get(text) ?? 0));
  return [...weights].map(([text, weight]) => ({ text, weight }));
}

/** The rarest tokens that a unit has, wherever they stand in the text, in bounded work. */
async function rarest(db: Database, tokens: readonly QueryToken[]): Promise<readonly QueryToken[]> {
  const half = maxCountedTokens / 2;
  const counted = tokens.length > maxCountedTokens ? [...tokens.slice(0, half), ...tokens.slice(-half)] : tokens;
  const counts = await countUnitsWith(db, textsOf(counted), maxRare);
  const divided = counted.map((token, at) => ({ ...token, units: counts[at] ?? 0 }));
  const found = divided.filter(({ units }) => units > 0 && units <= maxRare).sort(byUnits);
  if (found.length < maxQueryTokens) {
    const longest = divided
      .filter(({ units }) => units > maxRare)
      .sort((one, other) => other.weight - one.weight || other.text.length - one.text.length)
      .slice(0, maxCommonTokens);
    const units = await countUnitsWith(db, textsOf(longest));
    found.push(...longest.map((token, at) => ({ ...token, units: units[at] ?? 0 })).sort(byUnits));
  }
  const chosen = new Set(found.slice(0, maxQueryTokens).map(({ text }) => text));
  return counted.filter(({ text }) => chosen.has(text));
}

const textsOf = (tokens: readonly QueryToken[]) => tokens.map(({ text }) => text);

const byUnits = (one: Counted, other: Counted) => one.units - other.units || termOf(one.text) - termOf(other.text);

/** A token, and how many units have it. */
interface Counted extends QueryToken {
  readonly units: number;
}
