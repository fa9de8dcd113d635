import { type RawBuilder, sql } from 'kysely';
import type { Database } from './database.ts';
import type { TermCounts } from './term-statistics.ts';
import { rarity, termOf, type WordMatch } from './words.ts';

/** What a question's words ask for. */
export interface AskedWords {
  /** The units to rank. */
  readonly hits: WordMatch;
  /** Whether there may be units with one of these words that are not among the hits, since all of them are common. */
  readonly capped: boolean;
  /** Whether there are hits, by what was counted. */
  readonly expected: boolean;
  /** What each word is worth, by its term. */
  readonly worth: ReadonlyMap<number, number>;
}

/**
 * Units are found by the rarest words of a question, as many as stand in this many units together; the others only rank
 * what these have found. Where even the rarest stands in more, the units are found in which a word says most.
 */
const budget = 500;

/** With `exhaustive`, every unit that holds the rarest word is found, however many they are. */
export async function askWords(
  db: Database,
  tokens: readonly string[],
  { exhaustive = false } = {},
): Promise<AskedWords> {
  const terms = tokens.map(termOf);
  const { counts, all } = await db.terms.read(db.search, terms);
  const words = tokens
    .map((token, index) => ({ token, term: terms[index] ?? 0, ...(counts[index] ?? { found: 0, impacts: [] }) }))
    .map((word) => ({ ...word, worth: rarity(word.found, all) }))
    .sort((one, other) => one.found - other.found || one.term - other.term);
  const worth = new Map(words.map((word) => [word.term, word.worth]));
  const rarest = words.find(({ found }) => found > 0);
  if (!exhaustive && rarest && rarest.found > budget)
    return { hits: bestOf(words), capped: true, expected: true, worth };
  let left = budget;
  const finding = words.filter((word) => {
    left -= word.found;
    return left >= 0 || word === rarest;
  });
  const hits = db.words.matches(finding.map(({ token }) => token));
  return { hits, capped: false, expected: rarest !== undefined, worth };
}

/** Whether the words were counted before units got other ones: there should be hits, and there are none. */
export async function areOutdated(db: Database, { hits, expected }: AskedWords): Promise<boolean> {
  if (!expected) return false;
  const { rows } = await sql`select 1 from ${hits} hit limit 1`.execute(db.search);
  return rows.length === 0;
}

type Word = TermCounts & { readonly term: number; readonly worth: number };

/** The units in which one of the words says most, about as many as the budget has: all with its last impact count. */
function bestOf(words: readonly Word[]): WordMatch {
  const steps = words
    .flatMap(({ term, worth, impacts }) =>
      impacts.map(({ impact, found }) => ({ term, impact, found, by: worth * impact })),
    )
    .sort((one, other) => other.by - one.by || one.term - other.term);
  const least = new Map<number, number>();
  let left = budget;
  for (const { term, impact, found } of steps) {
    if (left <= 0) break;
    left -= found;
    least.set(term, impact);
  }
  const parts = [...least].map(
    ([term, impact]): RawBuilder<unknown> =>
      sql`select document from search_postings where term = ${term} and impact >= ${impact}`,
  );
  return sql`(${sql.join(parts, sql` union `)})`;
}
