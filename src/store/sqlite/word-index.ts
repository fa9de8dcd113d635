import { sql } from 'kysely';
import type { WordIndex } from '../sql/database.ts';

/**
 * FTS5 over tokens of the application. Every token is quoted: FTS5 reads a query language, and nothing a user sends is
 * part of it.
 */
export const wordIndex: WordIndex = {
  async add(db, unitId, { summary, body, impacts }) {
    const { rows } = await sql<{ id: number }>`
      insert into search_documents (unit_id) values (${unitId}) returning id`.execute(db);
    const id = rows[0]?.id;
    await sql`insert into search_words (rowid, summary, body) values (${id}, ${summary}, ${body})`.execute(db);
    await sql`
      insert into search_postings (term, document, impact)
      select value ->> 0, ${id}, value ->> 1 from json_each(${JSON.stringify(impacts)})`.execute(db);
  },

  matches(tokens) {
    const query = tokens.map((token) => `"${token}"`).join(' OR ');
    return sql`(select rowid as document from search_words where search_words match ${query})`;
  },
};
