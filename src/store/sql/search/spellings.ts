import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { analyse } from './analyser.ts';
import { firstKeyOf, keysOf, probesOf } from './spelling-keys.ts';
import { countUnitsWith } from './word-candidates.ts';

/**
 * The vocabulary: the words of all units, each under the keys by which those like it are found (spelling-keys.ts). It grows with the
 * units' different words. Words of units that are gone stay; who reads them checks that a unit has them.
 *
 * No constraint makes the rows unique on PostgreSQL: two proposals with one new word would wait for each other. Both add it then.
 */

/** The most rows that a question reads: of words that many are like, not all are compared. */
const maxRows = 4000;

/** Adds the words of units that are not there yet. */
export async function addSpellings(
  { write, dialect }: Database,
  units: readonly { readonly spellings: readonly string[] }[],
): Promise<void> {
  // sorted: rows that are close in the index are read and written together
  const words = [...new Set(units.flatMap(({ spellings }) => spellings))].sort();
  const wanted = JSON.stringify(words.map((word) => [firstKeyOf(word), word]));
  const { rows } = await sql<{ word: string }>`
    select word from search_spellings where (key, word) in (select key, word from ${dialect.keyedWords(wanted)} wanted)`.execute(
    write,
  );
  const known = new Set(rows.map(({ word }) => word));
  const added = words.filter((word) => !known.has(word)).flatMap((word) => keysOf(word).map((key) => [key, word]));
  if (added.length === 0) return;
  await sql`
    insert into search_spellings (key, word) select key, word from ${dialect.keyedWords(JSON.stringify(added))} added`.execute(
    write,
  );
}

/**
 * Removes words of units that are gone, unless another unit has the word, or one of the same stem. A unit that adds one at the same time may
 * lose it: it is found, but not for a misspelt word.
 */
export async function removeSpellings(tx: Database, words: readonly string[]): Promise<void> {
  const tokens = words.map((word) => analyse(word)[0]?.[0]?.text ?? word);
  const counts = await countUnitsWith(tx, tokens, 0);
  const gone = words.filter((_, at) => counts[at] === 0);
  if (gone.length === 0) return;
  const rows = JSON.stringify(gone.flatMap((word) => keysOf(word).map((key) => [key, word])));
  await sql`
    delete from search_spellings where (key, word) in (select key, word from ${tx.dialect.keyedWords(rows)} gone)`.execute(
    tx.write,
  );
}

/** The known words that may be like each of the words, in one order on both databases; some are not, and none is left out. */
export async function findAlike(
  { search, dialect }: Database,
  words: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const probers = new Map<number, string[]>();
  for (const word of words) for (const key of probesOf(word)) probers.set(key, [...(probers.get(key) ?? []), word]);
  if (probers.size === 0) return new Map();
  const { rows } = await sql<{ key: number; word: string }>`
    select distinct key, word from search_spellings where key in (select number from ${dialect.integers(JSON.stringify([...probers.keys()]))} wanted)
     order by key, word limit ${sql.lit(maxRows)}`.execute(search);
  const found = new Map<string, Set<string>>();
  for (const { key, word } of rows)
    for (const like of probers.get(key) ?? []) found.set(like, (found.get(like) ?? new Set()).add(word));
  return new Map([...found].map(([word, alike]) => [word, [...alike]]));
}
