import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Database, IndexedUnit } from '../database.ts';
import { analyse } from './analyser.ts';
import { firstKeyOf, keysOf, probesOf } from './spelling-keys.ts';
import { countUnitsWith } from './word-candidates.ts';

/**
 * The vocabulary: the words of all units, each under the keys by which those like it are found (spelling-keys.ts). It grows with the
 * units' different words. Words of units that are gone stay; who reads them checks that a unit has them. The new words of a unit wait, in one
 * row, until a server adds those of many units at once.
 *
 * No constraint makes the rows unique on PostgreSQL: two transactions with one new word would wait for each other. Both add it then.
 */

/** The most rows that a question reads: of words that many are like, not all are compared. */
const maxRows = 4000;
/** How many units' words are read at once, and how many words are added in one transaction, unless one unit has more. */
const [maxJobs, maxWords] = [200, 2000];
/** How many words are looked up, and rows are written, in one statement: a few milliseconds. */
const [wordsPerStatement, rowsPerStatement] = [500, 1000];

/**
 * Leaves the words of a unit that are not there yet to `addWaitingSpellings`: they come in no order, and each of their keys would take a
 * page of the index in the transaction of the unit. A trigger removes them with the unit.
 */
export async function leaveSpellings(tx: Database, { unitId, spellings }: IndexedUnit): Promise<void> {
  const added = await unknownOf(tx, spellings);
  if (added.length === 0) return;
  tx.write.defer(
    sql`
      insert into search_spelling_jobs (document, words)
      select id, ${JSON.stringify(added)} from search_documents where unit_id = ${unitId}`.execute(tx.write),
  );
}

interface Job {
  readonly id: number;
  readonly words: string;
}

/** Adds the words that were left, of some units, those that came first; answers whether more are left. */
export async function addWaitingSpellings(db: Database): Promise<boolean> {
  const { rows: jobs } = await sql<Job>`
    select id, words from search_spelling_jobs order by id limit ${sql.lit(maxJobs)}`.execute(db.write);
  let words = 0;
  const some = jobs.filter((job, at) => {
    words += wordsIn(job).length;
    return at === 0 || words <= maxWords;
  });
  if (some.length > 0)
    await db.transaction(async (tx) => {
      // those that no other process adds, and no erasure deletes, at the same time
      const ids = JSON.stringify(some.map(({ id }) => Number(id)));
      const { rows: taken } = await sql<Job>`
        delete from search_spelling_jobs where id in (
          select id from search_spelling_jobs where id in (select number from ${tx.dialect.integers(ids)} wanted)
           order by id ${tx.dialect.skipLocked})
        returning id, words`.execute(tx.write);
      await addSpellings(tx, taken.flatMap(wordsIn));
    });
  return some.length < jobs.length || jobs.length === maxJobs;
}

const wordsIn = ({ words }: Job): string[] => JSON.parse(words);

/** Adds those of the words that are not there yet. */
export async function addSpellings(tx: Database, words: readonly string[]): Promise<void> {
  const added = await unknownOf(tx, words);
  // sorted by key: rows that are close in the index are read and written together
  const rows = added
    .flatMap((word) => keysOf(word).map((key) => [key, word] as const))
    .sort(([one], [other]) => one - other);
  for (let from = 0; from < rows.length; from += rowsPerStatement) {
    if (from > 0) await nextTurn();
    const some = JSON.stringify(rows.slice(from, from + rowsPerStatement));
    await sql`
      insert into search_spellings (key, word) select key, word from ${tx.dialect.keyedWords(some)} added`.execute(
      tx.write,
    );
  }
}

/** Those of the words that are not there yet, each once. */
async function unknownOf({ write, dialect }: Database, words: readonly string[]): Promise<string[]> {
  const known = new Set<string>();
  const wanted = [...new Set(words)].map((word) => [firstKeyOf(word), word] as const);
  wanted.sort(([one], [other]) => one - other);
  for (let from = 0; from < wanted.length; from += wordsPerStatement) {
    if (from > 0) await nextTurn();
    const some = JSON.stringify(wanted.slice(from, from + wordsPerStatement));
    const { rows } = await sql<{ word: string }>`
      select word from search_spellings where (key, word) in (select key, word from ${dialect.keyedWords(some)} wanted)`.execute(
      write,
    );
    for (const { word } of rows) known.add(word);
  }
  return wanted.flatMap(([, word]) => (known.has(word) ? [] : [word]));
}

/**
 * Removes words of units that have been deleted, unless another unit has the word, or one of the same stem. A unit that adds one at the same time may
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
