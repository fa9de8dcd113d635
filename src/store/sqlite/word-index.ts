import { sql } from 'kysely';
import { postings, type WordIndex } from '../sql/database.ts';

/**
 * FTS5 over tokens of the application. Every token is quoted: FTS5 reads a query language, and nothing a user sends is
 * part of it.
 */
export const wordIndex: WordIndex = {
  async add(db, units) {
    const { rows } = await sql<{ id: number; unit_id: string }>`
      insert into search_documents (unit_id) select value from json_each(${JSON.stringify(units.map(({ unitId }) => unitId))})
      returning id, unit_id`.execute(db);
    const numbers = new Map(rows.map(({ id, unit_id }) => [unit_id, id]));
    const texts = units.map(({ unitId, summary, body }) => [numbers.get(unitId), summary, body]);
    await sql`
      insert into search_words (rowid, summary, body)
      select value ->> 0, value ->> 1, value ->> 2 from json_each(${JSON.stringify(texts)})`.execute(db);
    await sql`
      insert into search_postings (document, term, impact)
      select value ->> 0, value ->> 1, value ->> 2 from json_each(${postings(units, numbers)})`.execute(db);
  },

  matches(tokens) {
    const query = tokens.map((token) => `"${token}"`).join(' OR ');
    return sql`(select rowid as document from search_words where search_words match ${query})`;
  },
};
