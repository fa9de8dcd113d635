import { sql } from 'kysely';
import type { WordIndex } from '../sql/database.ts';

/**
 * FTS5 over tokens of the application. Its `bm25` is smaller for a better match, so it is negated; a word of the
 * summary counts twice. Every token is quoted: FTS5 reads a query language, and nothing a user sends is part of it.
 */
export const wordIndex: WordIndex = {
  async add(db, unitId, { summary, body }) {
    const { rows } = await sql<{ id: number }>`
      insert into search_documents (unit_id) values (${unitId}) returning id`.execute(db);
    await sql`insert into search_words (rowid, summary, body) values (${rows[0]?.id}, ${summary}, ${body})`.execute(db);
  },

  matches(tokens) {
    const query = tokens.map((token) => `"${token}"`).join(' OR ');
    return sql`(
      select document.unit_id, -bm25(search_words, 2.0, 1.0) as score
        from search_words join search_documents document on document.id = search_words.rowid
       where search_words match ${query})`;
  },
};
