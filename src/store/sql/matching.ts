import { type RawBuilder, sql } from 'kysely';
import type { Database } from './database.ts';
import { rarity, termOf } from './words.ts';

/**
 * Units are found by the rarest words of a question, as many as stand in this many units together and at least one;
 * the others only rank what these have found.
 */
const budget = 1000;

/** A subquery that can be joined: `(unit_id, score)`, where the score is a whole number. */
export type Matches = RawBuilder<{ unit_id: string; score: number }>;

/** The units that hold one of the rarest tokens, by what all tokens say about each: BM25 in whole numbers. */
export async function matching(db: Database, tokens: readonly string[]): Promise<Matches> {
  const terms = tokens.map(termOf);
  const { found, all } = await db.terms.read(db.read, terms);
  const words = tokens
    .map((token, index) => ({ token, term: terms[index] ?? 0, found: found[index] ?? 0 }))
    .sort((one, other) => one.found - other.found || one.term - other.term);
  let left = budget;
  const finding = words.filter((word, index) => {
    left -= word.found;
    return left >= 0 || words.slice(0, index).every((rarer) => rarer.found === 0);
  });
  const worth = words.map(({ term, found: units }) => sql`when ${sql.lit(term)} then ${sql.lit(rarity(units, all))}`);
  return sql`(
    select document.unit_id, sum(posting.impact * case posting.term ${sql.join(worth, sql` `)} end) as score
      from ${db.words.matches(finding.map(({ token }) => token))} hit
      join search_documents document on document.id = hit.document
      join search_postings posting on posting.document = hit.document
       and posting.term in (${sql.join(terms.map((term) => sql.lit(term)))})
     group by document.unit_id)`;
}
