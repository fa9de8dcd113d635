import { sql } from 'kysely';
import type { Respelt, UnitFilter } from '../../store.ts';
import type { Database } from '../database.ts';
import { type AnalysedWord, analyse, isSpellable, type QueryToken } from './analyser.ts';
import { filteredUnits } from './candidates.ts';
import { editsBetween } from './spelling-keys.ts';
import { findAlike } from './spellings.ts';
import { countUnitsWith } from './word-candidates.ts';

/** Spelling correction: words of a query that no unit has are taken for the nearest that one has. */

/** The most words of a query that are looked up, the first ones, and the most known words that are considered for each. */
const [maxWords, maxConsidered] = [8, 16];

/**
 * A word that more units have is no secret of somebody's proposals, and may stand in for another whatever the filter lets through: to
 * look for a unit that it does would take as long as there are units that have the word.
 */
const maxLookedThrough = 1000;

/** The words with the tokens that are searched for, and what was taken for what. */
export interface RespeltWords {
  readonly words: readonly (readonly QueryToken[])[];
  readonly respelt: readonly Respelt[];
}

/** Corrects words of which no unit has the tokens, those in `absent`, where the caller may see a unit that has one like it. */
export async function respell(
  db: Database,
  words: readonly AnalysedWord[],
  absent: ReadonlySet<string>,
  filter: UnitFilter,
): Promise<RespeltWords> {
  const wanted = [...new Set(words.flatMap((word) => misspelt(word, absent)))].slice(0, maxWords);
  const respelt = wanted.length > 0 ? await nearest(db, wanted, filter) : new Map<string, string>();
  return {
    words: words.map((word) => corrected(word, respelt)),
    respelt: [...respelt].map(([written, searched]) => ({ written, searched })),
  };
}

/**
 * What of a word is misspelt: the whole, or the parts of a name. A name that no unit has while all of its parts are known is as
 * good as its parts.
 */
function misspelt([whole, ...parts]: AnalysedWord, absent: ReadonlySet<string>): string[] {
  const isMissing = ({ text, spelling }: AnalysedWord[number]) => isSpellable(spelling) && absent.has(text);
  const wrong = parts.filter(isMissing);
  if (whole === undefined || !isMissing(whole) || (parts.length > 0 && wrong.length === 0)) return [];
  return [whole, ...wrong].map(({ spelling }) => spelling);
}

/** The tokens of a word in which the whole, or else its parts, are corrected. */
function corrected(word: AnalysedWord, respelt: ReadonlyMap<string, string>): readonly QueryToken[] {
  return word.map((token) => {
    const searched = respelt.get(token.spelling);
    const text = searched === undefined ? undefined : analyse(searched)[0]?.[0]?.text;
    return { text: text ?? token.text, weight: token.weight };
  });
}

/** Of each word the nearest one that the filter lets the caller see; of several, one that begins alike, and then the commonest. */
async function nearest(
  db: Database,
  words: readonly string[],
  filter: UnitFilter,
): Promise<ReadonlyMap<string, string>> {
  const alike = await findAlike(db, words);
  const nearest = new Map<string, string>();
  for (const word of words) {
    const candidates = (alike.get(word) ?? [])
      .map((known) => ({ known, edits: editsBetween(word, known), begins: known[0] === word[0] ? 0 : 1 }))
      .filter((candidate) => candidate.edits !== null)
      .sort(
        (one, other) =>
          Number(one.edits) - Number(other.edits) || one.begins - other.begins || (one.known < other.known ? -1 : 1),
      )
      .slice(0, maxConsidered);
    const tokens = candidates.map(({ known }) => analyse(known)[0]?.[0]?.text ?? '');
    const counts = await countUnitsWith(db, tokens);
    const ranked = candidates
      .map((candidate, at) => ({ ...candidate, token: tokens[at] ?? '', found: counts[at] ?? 0 }))
      .sort(
        (one, other) => Number(one.edits) - Number(other.edits) || one.begins - other.begins || other.found - one.found,
      );
    for (const { known, token, found } of ranked)
      if (found > maxLookedThrough || (await isVisible(db, token, filter))) {
        nearest.set(word, known);
        break;
      }
  }
  return nearest;
}

/** Whether the filter lets a unit through that has the token: else a correction would tell the words of others' proposals. */
async function isVisible(db: Database, token: string, filter: UnitFilter): Promise<boolean> {
  const { rows } = await sql`
    select 1 from ${db.wordIndex.matches([token])} hit ${db.dialect.orderedJoin} search_documents document on document.id = hit.document
           ${db.dialect.orderedJoin} (${filteredUnits(db, filter)}) unit on unit.id = document.unit_id
     limit 1`.execute(db.search);
  return rows.length > 0;
}
